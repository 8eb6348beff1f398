//! Shortens what wasm-bindgen writes: the WebAssembly of a program and the script beside it.
//!
//! wasm-bindgen writes for all ways of use. Classes that a library exports stay in the script although nobody calls them, and keep
//! their functions in the WebAssembly. Each import has a long name with a checksum, once in the script and once in the
//! WebAssembly, and checksums cannot be compressed. Without the unused classes and with short names, a program is 9 KB smaller after
//! brotli.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use walrus::Module;

/// The start of the names that wasm-bindgen makes up. A script knows other exports by their own names, such as `memory`.
const GENERATED: [&str; 2] = ["__wb", "wasm_bindgen__"];

/// Shortens a script and its WebAssembly in place, before wasm-opt removes the functions that are no longer used.
pub fn shorten(script: &Path, wasm: &Path, esbuild: &Path) -> Result<()> {
    bundle(script, esbuild)?;
    let text = fs::read_to_string(script).with_context(|| format!("cannot read {}", script.display()))?;
    let mut module = Module::from_file(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    remove_exports(&mut module, &text);
    let text = rename(&mut module, &text);
    fs::write(script, text).with_context(|| format!("cannot write {}", script.display()))?;
    module.emit_wasm_file(wasm).with_context(|| format!("cannot write {}", wasm.display()))
}

/// Minifies the script and removes what its default export does not need. Classes also register themselves for `using`
/// (`Symbol.dispose`), for which esbuild would keep them.
fn bundle(script: &Path, esbuild: &Path) -> Result<()> {
    let folder = script.parent().with_context(|| format!("{} is in no folder", script.display()))?;
    let name = script.file_name().with_context(|| format!("{} has no file name", script.display()))?;
    let options =
        ["--bundle", "--format=esm", "--minify", "--charset=utf8", "--log-level=warning", "--allow-overwrite"];
    let mut child = Command::new(esbuild)
        .args(options)
        .arg("--define:Symbol.dispose=undefined")
        .arg(format!("--outfile={}", script.display()))
        .current_dir(folder)
        .stdin(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", esbuild.display()))?;
    let entry = format!("export {{ default }} from \"./{}\"", name.to_string_lossy());
    child.stdin.take().context("esbuild has no standard input")?.write_all(entry.as_bytes())?;
    ensure!(child.wait()?.success(), "esbuild cannot bundle {}", script.display());
    Ok(())
}

/// Removes the exports that the script does not name.
fn remove_exports(module: &mut Module, script: &str) {
    let named: Vec<&str> = identifiers(script).filter(|(is_name, _)| *is_name).map(|(_, name)| name).collect();
    let unused: Vec<_> = module
        .exports
        .iter()
        .filter(|export| !named.contains(&export.name.as_str()))
        .map(|export| export.id())
        .collect();
    unused.into_iter().for_each(|id| module.exports.delete(id));
}

/// Gives all imports, and the exports with generated names, short names. Returns the script with these names.
fn rename(module: &mut Module, script: &str) -> String {
    let mut short = HashMap::new();
    let imports = module.imports.iter_mut().map(|import| &mut import.name);
    let exports = module.exports.iter_mut().map(|export| &mut export.name);
    for name in imports.chain(exports).filter(|name| GENERATED.iter().any(|start| name.starts_with(start))) {
        // No name that esbuild gives to a variable begins with `$` and a digit.
        let new = format!("${}", short.len());
        short.insert(std::mem::replace(name, new.clone()), new);
    }
    identifiers(script).map(|(_, part)| short.get(part).map_or(part, String::as_str)).collect()
}

/// The script in parts: whether a part is an identifier (or a keyword or number), and its text.
fn identifiers(script: &str) -> impl Iterator<Item = (bool, &str)> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    script.as_bytes().chunk_by(move |a, b| is_part(a) == is_part(b)).map(move |part| {
        // Parts begin and end at ASCII bytes, or at those of whole characters.
        (is_part(&part[0]), std::str::from_utf8(part).unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::{FunctionBuilder, ModuleConfig};

    /// A module with two imports, one name of which begins with the other, and an export for each name.
    fn module(exports: &[&str]) -> Module {
        let mut module = Module::with_config(ModuleConfig::new());
        let ty = module.types.add(&[], &[]);
        for name in ["__wbg_now_0123456789abcdef", "__wbg_now_0123456789abcdef_1"] {
            module.add_import_func("./a_bg.js", name, ty);
        }
        for name in exports {
            let function = FunctionBuilder::new(&mut module.types, &[], &[]).finish(vec![], &mut module.funcs);
            module.exports.add(name, function);
        }
        module
    }

    #[test]
    fn generated_names_become_short_in_both_and_the_rest_stays() {
        let mut module = module(&["memory", "wasm_bindgen__invoke_h0123456789abcdef"]);
        let script = "é={__wbg_now_0123456789abcdef:a=>a,__wbg_now_0123456789abcdef_1(){w.memory.b;w.wasm_bindgen__invoke_h0123456789abcdef(“__wbx”)}}";
        assert_eq!(rename(&mut module, script), "é={$0:a=>a,$1(){w.memory.b;w.$2(“__wbx”)}}");
        let imports: Vec<_> = module.imports.iter().map(|import| import.name.as_str()).collect();
        let exports: Vec<_> = module.exports.iter().map(|export| export.name.as_str()).collect();
        assert_eq!((imports, exports), (vec!["$0", "$1"], vec!["memory", "$2"]));
    }

    #[test]
    fn an_export_stays_only_if_the_script_names_it() {
        let mut module = module(&["memory", "push", "pushed", "unknown"]);
        remove_exports(&mut module, "w.memory;w.pushed()");
        let exports: Vec<_> = module.exports.iter().map(|export| export.name.as_str()).collect();
        assert_eq!(exports, ["memory", "pushed"]);
    }
}
