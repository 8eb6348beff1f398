//! The errors of the press: each is a sentence that names the file and what was expected.

use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum Error {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    /// A Markdown file is invalid.
    #[error("{file}: {sentence}")]
    Article { file: String, sentence: String },
    #[error("no article places `{name}`; every measured figure, table and panel is placed exactly once")]
    Unplaced { name: String },
    #[error("{file} has no `{place}`, where the press writes")]
    Template { file: &'static str, place: &'static str },
    #[error("index.html has a <script> without </script>")]
    Script,
    #[error("{}: the picture cannot be drawn: {reason}", path.display())]
    Picture { path: PathBuf, reason: String },
    #[error("the recorded run could not be made: {0}")]
    Recording(String),
}

impl Error {
    pub fn file(path: &Path, source: io::Error) -> Self {
        Self::File { path: path.to_owned(), source }
    }

    pub fn recording(error: impl std::error::Error) -> Self {
        Self::Recording(error.to_string())
    }
}
