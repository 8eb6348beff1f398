//! Makes a wasm build independent of the folders on this machine: panic messages name source files, and would name these folders.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// cargo appends it to the flags in `.cargo/config.toml`; `RUSTFLAGS` would replace them. It is for wasm only.
const VARIABLE: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

/// The variable for cargo with rustc's flags that replace the folders of the checkout and of cargo's packages. All wasm builds of the
/// task runner have it, since other flags compile everything anew.
pub fn variable(root: &Path) -> (&'static str, String) {
    let mut folders = vec![(root.to_owned(), "/vanishing-gradients")];
    let cargo = env::var_os("CARGO_HOME").map(PathBuf::from);
    if let Some(cargo) = cargo.or_else(|| env::home_dir().map(|home| home.join(".cargo"))) {
        // One folder for each registry; its name depends on the registry's address.
        let registries = fs::read_dir(cargo.join("registry/src")).into_iter().flatten().flatten();
        folders.push((cargo, "/cargo"));
        folders.extend(registries.map(|registry| (registry.path(), "/cargo/registry")));
    }
    (VARIABLE, flags(&folders))
}

/// rustc applies the last flag that fits. A folder with a space in its name keeps it, because cargo splits the variable at spaces.
fn flags(folders: &[(PathBuf, &str)]) -> String {
    let flags = folders.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    let flags: Vec<_> = flags.filter(|flag| !flag.contains(' ')).collect();
    flags.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_special_folder_comes_last() {
        let (_, flags) = variable(Path::new("/a/b"));
        assert!(flags.starts_with("--remap-path-prefix=/a/b=/vanishing-gradients"), "{flags}");
        let (cargo, registry) = (flags.find("=/cargo "), flags.find("=/cargo/registry"));
        assert!(registry.is_none() || cargo < registry, "{flags}");
    }

    #[test]
    fn a_space_would_be_two_flags() {
        let folders = [(PathBuf::from("/a b"), "/c"), (PathBuf::from("/d"), "/e")];
        assert_eq!(flags(&folders), "--remap-path-prefix=/d=/e");
    }
}
