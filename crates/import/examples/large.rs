//! Writes data sets as large as they may be into a folder, to measure how long `headless --data` takes and how much memory:
//! `idx/` with 60,000 + 10,000 random images, gzipped, and `png.zip` with 70,000 PNGs in ten folders.

use flate2::Compression;
use flate2::write::GzEncoder;
use image::{ExtendedColorType, ImageFormat};
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Cursor, Write};
use std::path::{Path, PathBuf};
use zip::write::{SimpleFileOptions, ZipWriter};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("expected a folder to write into")?);
    fs::create_dir_all(folder.join("idx"))?;
    for (name, n) in [("train", 60_000), ("t10k", 10_000)] {
        let images = (0..n).flat_map(image).collect::<Vec<u8>>();
        let labels = (0..n).map(class).collect::<Vec<u8>>();
        gzip(&folder.join(format!("idx/{name}-images-idx3-ubyte.gz")), &[0x803, n, 28, 28], &images)?;
        gzip(&folder.join(format!("idx/{name}-labels-idx1-ubyte.gz")), &[0x801, n], &labels)?;
    }
    let mut zip = ZipWriter::new(BufWriter::new(File::create(folder.join("png.zip"))?));
    for i in 0..70_000 {
        let mut png = Cursor::new(Vec::new());
        image::write_buffer_with_format(&mut png, &image(i), 28, 28, ExtendedColorType::L8, ImageFormat::Png)?;
        zip.start_file(format!("digits/{}/{i}.png", class(i)), SimpleFileOptions::default())?;
        zip.write_all(png.get_ref())?;
    }
    zip.finish()?;
    Ok(())
}

fn gzip(path: &Path, header: &[u32], data: &[u8]) -> Result<(), Box<dyn Error>> {
    let mut file = GzEncoder::new(File::create(path)?, Compression::default());
    file.write_all(&header.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>())?;
    file.write_all(data)?;
    file.finish()?;
    Ok(())
}

fn class(i: u32) -> u8 {
    (i % 10) as u8
}

/// A fifth of the pixels is ink, as in MNIST, in a square whose place depends on the class; the ink is hashed noise.
fn image(i: u32) -> Vec<u8> {
    let (left, top) = (i % 10 * 2, i % 10);
    let ink = |j: u32| (i ^ j.wrapping_mul(0x9e37_79b9)).wrapping_mul(0x85eb_ca6b) >> 24;
    let is_ink = |j: u32| (left..left + 10).contains(&(j % 28)) && (top..top + 15).contains(&(j / 28));
    (0..784).map(|j| if is_ink(j) { ink(j) as u8 } else { 0 }).collect()
}
