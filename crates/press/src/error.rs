//! What can stop the press, each a sentence that names the file and what was expected.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub enum Error {
    /// A file or folder that could not be read or written.
    File { path: PathBuf, source: io::Error },
    /// Something in a Markdown file that the press cannot set.
    Article { file: String, sentence: String },
    /// A figure, table or panel that no article places.
    Unplaced { name: String },
    /// The template lacks one of its places.
    Template { place: &'static str },
    /// An inline script without an end.
    Script,
    /// A figure that could not be drawn.
    Drawing { name: &'static str, sentence: String },
    /// The recorded run could not be made.
    Recording { sentence: String },
}

impl Error {
    pub fn file(path: &Path, source: io::Error) -> Self {
        Self::File { path: path.to_owned(), source }
    }

    pub fn recording(error: impl std::error::Error) -> Self {
        Self::Recording { sentence: error.to_string() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Article { file, sentence } => write!(f, "{file}: {sentence}"),
            Self::Unplaced { name } => {
                write!(f, "no article places `{name}`; every figure, table and panel is placed exactly once")
            }
            Self::Template { place } => write!(f, "index.html has no `{place}`, where the press writes"),
            Self::Script => write!(f, "index.html has a <script> without </script>"),
            Self::Drawing { name, sentence } => write!(f, "figure `{name}` could not be drawn: {sentence}"),
            Self::Recording { sentence } => write!(f, "the recorded run could not be made: {sentence}"),
        }
    }
}

impl std::error::Error for Error {}
