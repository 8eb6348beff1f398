//! `press [FOLDER]`: sets the article into the `index.html` of a folder, by default the one that Trunk is building.
//! Run it from the repository's root.

fn main() -> std::process::ExitCode {
    use press::Recording;
    use std::path::{Path, PathBuf};

    let folder = std::env::args_os().nth(1).or_else(|| std::env::var_os("TRUNK_STAGING_DIR"));
    let Some(folder) = folder.map(PathBuf::from) else {
        eprintln!("press: name the folder whose index.html is to be filled, or set TRUNK_STAGING_DIR");
        return std::process::ExitCode::from(2);
    };
    let root = Path::new(".");
    let pressed =
        Recording::make(&root.join("static/mnist")).and_then(|recording| press::press(root, &folder, &recording));
    match pressed {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("press: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
