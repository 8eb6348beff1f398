//! Data sets on disk.

use import::Limits;
use std::fs;
use std::path::{Path, PathBuf};

/// A new folder with these files.
fn folder(name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("folder").join(name);
    _ = fs::remove_dir_all(&folder);
    for (name, bytes) in files {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }
    folder
}

/// A bitmap of one gray pixel: headers of 14 and 40 bytes, and a row of 4.
fn bmp(v: u8) -> Vec<u8> {
    let header = [b"BM".to_vec(), [58u32, 0, 54, 40, 1, 1].map(u32::to_le_bytes).concat(), vec![1, 0, 24, 0]].concat();
    [header, vec![0; 24], vec![v, v, v, 0]].concat()
}

fn shapes(name: &str) -> PathBuf {
    let [dark, light] = [bmp(20), bmp(90)];
    folder(
        name,
        &[
            ("shapes/disc/10.bmp", &light),
            ("shapes/disc/9.bmp", &dark),
            ("shapes/ring/1.bmp", &light),
            ("shapes/ring/2.bmp", &dark),
            ("shapes/.hidden/1.bmp", b"x"),
            ("LICENSE", b"text"),
        ],
    )
}

#[test]
fn folders_within_a_folder_are_classes() {
    let imported = folder::import(&shapes("classes"), &Limits::default()).unwrap();
    assert_eq!(imported.classes, ["disc", "ring"]);
    // In natural order 9 trains and 10 is held out.
    let of = |i: usize| (imported.idx[i][16], imported.idx[i][16 + 784]);
    assert_eq!((of(0), of(2)), ((20, 90), (90, 20)));
    assert_eq!(imported.notes[0].to_string(), "1 file is not used: LICENSE");
}

#[test]
fn a_folder_with_idx_files_is_read_without_its_other_files() {
    let bundled = folder::import(&folder::bundled(), &Limits::default()).unwrap();
    assert_eq!((bundled.notes, bundled.n_train, bundled.n_held_out, bundled.classes.len()), (vec![], 9_000, 1_000, 10));
}

#[test]
fn errors_begin_with_the_path_of_the_file() {
    let path = shapes("errors");
    fs::write(path.join("shapes/ring/3.bmp"), b"text").unwrap();
    let sentence = |limits: Limits| {
        let error = folder::import(&path, &limits).unwrap_err().to_string();
        error.replace(&path.display().to_string(), "DIR")
    };
    assert_eq!(
        sentence(Limits::default()),
        "DIR/shapes/ring/3.bmp: byte 0: found 0x74657874 (“text”), but expected a PNG, JPEG, GIF or BMP image"
    );
    assert_eq!(
        sentence(Limits { max_bytes: 100, ..Limits::default() }),
        "DIR/shapes/disc/9.bmp: this and the files before it have more than 100 bytes together"
    );
    assert_eq!(
        sentence(Limits { max_files: 3, ..Limits::default() }),
        "DIR/shapes/disc/10.bmp: this is more than 3 files and folders"
    );
    fs::remove_dir_all(path.join("shapes/disc")).unwrap();
    fs::remove_file(path.join("shapes/ring/3.bmp")).unwrap();
    assert_eq!(sentence(Limits::default()), "DIR: all images are of one class, ring, but at least 2 are needed");
}

/// A link to the folder itself does not make the search endless.
#[cfg(unix)]
#[test]
fn links_that_lead_back_end_at_the_limit() {
    let path = folder("links", &[("a/1.bmp", &bmp(9))]);
    for i in 0..20 {
        std::os::unix::fs::symlink(&path, path.join(format!("link{i}"))).unwrap();
    }
    let limits = Limits { max_files: 2_000, ..Limits::default() };
    let error = folder::import(&path, &limits).unwrap_err().to_string();
    assert!(error.ends_with("this is more than 2000 files and folders"), "{error}");
}
