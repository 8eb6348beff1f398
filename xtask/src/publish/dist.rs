//! The files of `dist/` in memory.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The contents of `dist/` by path, with `/` between folders.
#[derive(Default)]
pub struct Dist {
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Dist {
    pub fn read(folder: &Path) -> Result<Self> {
        let mut dist = Self::default();
        dist.add(folder, "")?;
        Ok(dist)
    }

    fn add(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // Where Trunk prepares its next build.
            if name == ".stage" {
                continue;
            }
            let name = format!("{prefix}{name}");
            if entry.path().is_dir() {
                self.add(&entry.path(), &format!("{name}/"))?;
            } else {
                self.files.insert(name, fs::read(entry.path())?);
            }
        }
        Ok(())
    }

    /// Makes a folder hold exactly these files.
    pub fn write(&self, folder: &Path) -> Result<()> {
        for old in Self::read(folder)?.files.keys().filter(|name| !self.files.contains_key(*name)) {
            fs::remove_file(folder.join(old))?;
        }
        for (name, bytes) in &self.files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }

    pub fn text(&self, path: &str) -> Result<&str> {
        let bytes = self.files.get(path).with_context(|| format!("dist/ has no {path}"))?;
        std::str::from_utf8(bytes).with_context(|| format!("{path} is not UTF-8"))
    }

    pub fn insert(&mut self, path: &str, text: String) {
        self.files.insert(path.to_owned(), text.into_bytes());
    }

    /// The paths of all HTML pages.
    pub fn pages(&self) -> Vec<String> {
        self.files.keys().filter(|path| extension(path) == "html").cloned().collect()
    }
}

pub fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

pub fn extension(path: &str) -> &str {
    base(path).rsplit_once('.').map_or("", |(_, extension)| extension)
}
