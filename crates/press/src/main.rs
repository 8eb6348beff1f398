//! `press [FOLDER]`: renders the article into the `index.html` of a folder, by default the folder that Trunk is building. Run it
//! from the root of the repository.

use press::Recording;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let folder = std::env::args_os().nth(1).or_else(|| std::env::var_os("TRUNK_STAGING_DIR"));
    let Some(folder) = folder.map(PathBuf::from) else {
        eprintln!("press: name the folder whose index.html is to be filled, or set TRUNK_STAGING_DIR");
        return ExitCode::from(2);
    };
    let root = Path::new(".");
    let recording = Recording::make(&root.join("static/mnist"));
    match recording.and_then(|recording| press::press(root, &folder, &recording)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("press: {error}");
            ExitCode::FAILURE
        }
    }
}
