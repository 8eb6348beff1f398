//! Checks that a build depends on the sources only: builds a copy of them in another folder and compares every file of both `dist/`.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::publish::{Dist, Site};
use crate::tools::Tools;
use crate::{page, process};

pub fn run(root: &Path, site: &Site) -> Result<()> {
    let tools = Tools::install(root)?;
    page::build(root, &tools, page::ANYWHERE, site)?;
    // Outside of this folder, because cargo also reads the configuration of the folders above.
    let copy = env::temp_dir().join(format!("vanishing-gradients-reproduce-{}", std::process::id()));
    println!("\nbuilding a copy in {} (about 5 minutes)", copy.display());
    copy_sources(root, &copy)?;
    page::build(&copy, &tools, page::ANYWHERE, site)?;
    let (ours, theirs) = (Dist::read(&root.join("dist"))?, Dist::read(&copy.join("dist"))?);
    let different = differences(&ours, &theirs);
    ensure!(different.is_empty(), "these files differ from those in {}: {}", copy.display(), different.join(", "));
    fs::remove_dir_all(&copy)?;
    println!("\nreproducible: all {} files are the same in both builds", ours.files.len());
    Ok(())
}

/// Copies what git tracks, or would track.
fn copy_sources(root: &Path, copy: &Path) -> Result<()> {
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
    let files = process::output(Command::new("git").args(list).current_dir(root))?;
    for file in files.split_terminator('\0').filter(|file| root.join(file).is_file()) {
        let to = copy.join(file);
        fs::create_dir_all(to.parent().unwrap_or(copy))?;
        fs::copy(root.join(file), &to).with_context(|| format!("cannot write {}", to.display()))?;
    }
    Ok(())
}

/// The files that are in one build only, or differ.
fn differences(ours: &Dist, theirs: &Dist) -> Vec<String> {
    let paths: BTreeSet<_> = ours.files.keys().chain(theirs.files.keys()).collect();
    paths.into_iter().filter(|path| ours.files.get(*path) != theirs.files.get(*path)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_differ_or_are_missing_are_named() {
        let dist = |files: &[(&str, &str)]| {
            let mut dist = Dist::default();
            files.iter().for_each(|(path, text)| dist.insert(path, (*text).to_owned()));
            dist
        };
        let ours = dist(&[("a", "1"), ("b", "2"), ("c", "3")]);
        assert_eq!(differences(&ours, &dist(&[("a", "1"), ("b", "0"), ("d", "4")])), ["b", "c", "d"]);
        assert!(differences(&ours, &ours).is_empty());
    }
}
