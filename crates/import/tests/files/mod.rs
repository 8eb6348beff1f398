//! Files of all kinds that are accepted, made here.

use flate2::Compression;
use flate2::write::GzEncoder;
use image::{ExtendedColorType, ImageFormat};
use import::{File, ImportError, Imported, Limits};
use std::io::{Cursor, Write};
use zip::write::{SimpleFileOptions, ZipWriter};

pub fn file(name: &str, bytes: Vec<u8>) -> File {
    File { name: name.to_owned(), bytes }
}

pub fn read(files: Vec<File>) -> Result<Imported, ImportError> {
    import::read(files, &Limits::default())
}

pub fn sentence(files: Vec<File>) -> String {
    read(files).unwrap_err().to_string()
}

pub fn notes(imported: &Imported) -> Vec<String> {
    imported.notes.iter().map(ToString::to_string).collect()
}

/// IDX with this magic.
pub fn idx(magic: u32, dims: &[u32], data: &[u8]) -> Vec<u8> {
    let words = std::iter::once(&magic).chain(dims).flat_map(|word| word.to_be_bytes());
    words.chain(data.iter().copied()).collect()
}

/// IDX images of `side` × `side` pixels; pixel `j` of image `i` is `pixel(i, j)`.
pub fn images(n: usize, side: usize, pixel: impl Fn(usize, usize) -> u8) -> Vec<u8> {
    let n_pixels = side * side;
    let data: Vec<u8> = (0..n * n_pixels).map(|k| pixel(k / n_pixels, k % n_pixels)).collect();
    idx(0x803, &[n as u32, side as u32, side as u32], &data)
}

pub fn labels(labels: &[u8]) -> Vec<u8> {
    idx(0x801, &[labels.len() as u32], labels)
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// An image of `[width, height]` pixels in gray.
pub fn gray(format: ImageFormat, [width, height]: [u32; 2], pixels: &[u8]) -> Vec<u8> {
    encoded(format, [width, height], pixels, ExtendedColorType::L8)
}

pub fn encoded(format: ImageFormat, [width, height]: [u32; 2], pixels: &[u8], color: ExtendedColorType) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image::write_buffer_with_format(&mut bytes, pixels, width, height, color, format).unwrap();
    bytes.into_inner()
}

/// A PNG of 28 × 28 pixels, of which the first `n` are white.
pub fn png(n: usize) -> Vec<u8> {
    let pixels: Vec<u8> = (0..784).map(|i| if i < n { 255 } else { 0 }).collect();
    gray(ImageFormat::Png, [28, 28], &pixels)
}

/// MNIST's four files with 30 and 10 images of `n_classes` classes.
pub fn four(n_classes: u8) -> Vec<(&'static str, Vec<u8>)> {
    let of = |n: usize| (0..n).map(|i| i as u8 % n_classes).collect::<Vec<u8>>();
    vec![
        ("train-images-idx3-ubyte", images(30, 28, |i, j| if i == j { 200 } else { 0 })),
        ("train-labels-idx1-ubyte", labels(&of(30))),
        ("t10k-images-idx3-ubyte", images(10, 28, |i, j| if i == j { 100 } else { 0 })),
        ("t10k-labels-idx1-ubyte", labels(&of(10))),
    ]
}
