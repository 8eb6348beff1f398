//! The messages between the page and the program of files, which turns a reader's images into data and experiments into files. The
//! program, in `main.rs`, is loaded when the reader first needs it, and runs in a Web Worker of its own for each job: to cancel a
//! job, the page terminates its worker.
//!
//! A message is a JS array: the bytes of a [`Request`] or a [`Reply`], then byte arrays that it says the meaning of. This library
//! knows no browser and none of the crates that the program needs, so that the page does not contain them.

pub use lab::run::protocol::{decode, encode};

use serde::{Deserialize, Serialize};

/// A job. The worker does one and then waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Reads images. The names of the files; their bytes follow.
    Import { names: Vec<String> },
    /// Trains the experiment of a link and writes the file of a format. The four IDX files follow, gzipped or not.
    Export { format: String, query: String, data: DataName },
    /// Writes a figure as the link shows it. The four IDX files follow, gzipped or not; a figure of a function needs none.
    Figure { figure: String, query: String, data: DataName, kind: FigureKind },
    /// Puts a text into the PNG file that follows.
    Label { name: String, text: String },
}

/// The name of the reader's own data; None for the bundled digits.
pub type DataName = Option<String>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FigureKind {
    LightSvg,
    DarkSvg,
    Csv,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// The worker is ready for its request.
    Ready,
    /// Steps of all runs that are trained again.
    Progress { steps: u64, of: u64 },
    /// The four IDX files follow.
    Imported(Summary),
    /// The bytes of the file follow. `about` says where it comes from, if it is a drawing.
    File { name: String, media_type: String, about: String },
    /// A sentence for the reader, without its full stop.
    Failed { sentence: String },
}

/// A data set that was read from a reader's files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub name: String,
    pub n_train: u32,
    pub n_held_out: u32,
    pub n_pixels: u32,
    pub n_classes: u32,
    /// What was done with the images, one sentence each.
    pub notes: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requests() -> Vec<Request> {
        let (query, data) = ("seed=1".to_owned(), Some("cats.zip".to_owned()));
        let figure = |kind| Request::Figure { figure: "loss".into(), query: query.clone(), data: None, kind };
        vec![
            Request::Import { names: vec!["a/1.png".into(), "b/1.png".into()] },
            Request::Export { format: "csv".into(), query: query.clone(), data },
            figure(FigureKind::LightSvg),
            figure(FigureKind::DarkSvg),
            figure(FigureKind::Csv),
            Request::Label { name: "loss.png".into(), text: "β".into() },
        ]
    }

    fn replies() -> Vec<Reply> {
        let notes = vec!["1 file is not used: a.txt".into()];
        let (name, media_type) = ("loss.svg".into(), "image/svg+xml".into());
        vec![
            Reply::Ready,
            Reply::Progress { steps: 1_200, of: u64::MAX },
            Reply::Imported(Summary {
                name: "cats".into(),
                n_train: 9,
                n_held_out: 1,
                n_pixels: 784,
                n_classes: 2,
                notes,
            }),
            Reply::File { name, media_type, about: "Seed: 1".into() },
            Reply::Failed { sentence: "there are no files".into() },
        ]
    }

    #[test]
    fn messages_survive_the_wire() {
        for request in requests() {
            assert_eq!(decode::<Request>(&encode(&request).unwrap()), Ok(request));
        }
        for reply in replies() {
            assert_eq!(decode::<Reply>(&encode(&reply).unwrap()), Ok(reply));
        }
    }

    #[test]
    fn damaged_messages_are_refused() {
        for bytes in requests().iter().map(|request| encode(request).unwrap()) {
            assert!((0..bytes.len()).all(|end| decode::<Request>(&bytes[..end]).is_err()));
            assert!(decode::<Request>(&[bytes, vec![0]].concat()).is_err());
        }
        for bytes in replies().iter().map(|reply| encode(reply).unwrap()) {
            assert!((0..bytes.len()).all(|end| decode::<Reply>(&bytes[..end]).is_err()));
            assert!(decode::<Reply>(&[bytes, vec![0]].concat()).is_err());
        }
    }
}
