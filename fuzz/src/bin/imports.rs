//! Files whose names and contents fit together more or less: IDX files and pictures, loose, gzipped or in zips.

#![no_main]

use arbitrary::{Arbitrary, Result, Unstructured};
use fuzz::{four_idx_files, gzipped, idx, import_within, picture, zipped};
use image::{
    ExtendedColorType::{L8, Rgba8},
    ImageFormat::{Bmp, Png},
};
use import::File;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use zip::CompressionMethod::{Deflated, Stored};

/// Made once, as they are always the same.
static PICTURES: LazyLock<[Vec<u8>; 3]> = LazyLock::new(|| [picture(Bmp, Rgba8), picture(Bmp, L8), picture(Png, L8)]);

const NAMES: [&str; 16] = [
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
    "emnist-letters-train-images-idx3-ubyte.gz",
    "emnist-letters-train-labels-idx1-ubyte.gz",
    "images",
    "labels",
    "a/1.png",
    "a/2",
    "b/1.png",
    "b/2",
    "train/a/1.png",
    "test/a/10.png",
    "test/b/9.png",
    "notes.txt",
];

#[derive(Debug)]
struct Files(Vec<(String, Vec<u8>)>);

impl<'a> Arbitrary<'a> for Files {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut files = Vec::new();
        for _ in 0..u.int_in_range(1..=6)? {
            files.push((name(u)?, content(u, true)?));
        }
        Ok(Self(files))
    }
}

fn name(u: &mut Unstructured) -> Result<String> {
    let name = u.choose(&NAMES)?;
    Ok(if u.ratio(1, 8)? { format!("{}/{name}", u.arbitrary::<&str>()?) } else { (*name).to_owned() })
}

/// The bytes of a file, which may be a zip.
fn content(u: &mut Unstructured, may_be_zip: bool) -> Result<Vec<u8>> {
    Ok(match u.int_in_range(0..=7)? {
        0 => u.arbitrary::<&[u8]>()?.to_vec(),
        1 | 2 => {
            let [n, rows, cols] = [u.int_in_range(0..=5)?, u.int_in_range(0..=4)?, u.int_in_range(0..=30)?];
            let n_pixels = (n * rows * cols) as usize;
            let (shade, n_missing) = (u.arbitrary()?, u8::from(u.ratio(1, 8)?));
            idx(0x803, &[n, rows, cols], &vec![shade; n_pixels.saturating_sub(n_missing.into())])
        }
        3 => {
            let labels: Vec<u8> = (0..u.int_in_range(0..=5)?).map(|_| u.arbitrary()).collect::<Result<_>>()?;
            idx(0x801, &[labels.len() as u32], &labels)
        }
        4 | 5 => u.choose(&*PICTURES)?.clone(),
        6 => gzipped(&content(u, false)?),
        _ if may_be_zip => {
            let mut files = Vec::new();
            for _ in 0..u.int_in_range(0..=5)? {
                files.push((name(u)?, content(u, false)?));
            }
            // Compression takes longer than the import.
            let method = if u.ratio(1, 16)? { Deflated } else { Stored };
            zipped(method, files.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])))
        }
        _ => Vec::new(),
    })
}

/// # Panics
/// If valid files are not imported.
fn import_valid_files() {
    let files = four_idx_files().map(|(name, bytes)| File { name: format!("{name}.gz"), bytes: gzipped(&bytes) });
    import_within(|| files.into()).expect("valid files are imported");
}

fuzz_target!(init: import_valid_files(), |files: Files| {
    let Files(files) = files;
    _ = import_within(|| files.into_iter().map(|(name, bytes)| File { name, bytes }).collect());
});
