//! `press [FOLDER]`: renders the article into the `index.html` of a folder, by default the folder that Trunk is building.
//! `press --images FOLDER`: draws the icons and the picture of link previews. Run both from the root of the repository.

use press::Recording;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1).peekable();
    let draws_images = args.next_if(|arg| arg == "--images").is_some();
    let folder = args.next().or_else(|| std::env::var_os("TRUNK_STAGING_DIR"));
    let Some(folder) = folder.map(PathBuf::from) else {
        eprintln!("press: name the folder whose index.html is to be filled, or set TRUNK_STAGING_DIR");
        return ExitCode::from(2);
    };
    let root = Path::new(".");
    let recording = Recording::make(&root.join("static/mnist"));
    let write = if draws_images { press::images::write_all } else { press::press };
    match recording.and_then(|recording| write(root, &folder, &recording)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("press: {error}");
            ExitCode::FAILURE
        }
    }
}
