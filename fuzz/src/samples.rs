//! Valid files of a reader.

use flate2::Crc;
use image::{ExtendedColorType, ImageFormat};
use std::io::{Cursor, Write};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

/// An IDX file.
pub fn idx(magic: u32, dims: &[u32], data: &[u8]) -> Vec<u8> {
    let words = std::iter::once(&magic).chain(dims).flat_map(|word| word.to_be_bytes());
    words.chain(data.iter().copied()).collect()
}

/// MNIST's four files with 4 images of 2 × 3 pixels each, of 2 classes.
pub fn four_idx_files() -> [(&'static str, Vec<u8>); 4] {
    let pixels: Vec<u8> = (0..24).map(|i| i * 10).collect();
    let (images, labels) = (idx(0x803, &[4, 2, 3], &pixels), idx(0x801, &[4], &[0, 1, 0, 1]));
    [
        ("train-images-idx3-ubyte", images.clone()),
        ("train-labels-idx1-ubyte", labels.clone()),
        ("t10k-images-idx3-ubyte", images),
        ("t10k-labels-idx1-ubyte", labels),
    ]
}

/// An image of 5 × 3 pixels.
#[inline]
pub fn picture(format: ImageFormat, color: ExtendedColorType) -> Vec<u8> {
    let n_bytes = 15 * usize::from(color.bits_per_pixel()) / 8;
    let pixels: Vec<u8> = (0..n_bytes).map(|i| (i * 37 % 256) as u8).collect();
    let mut bytes = Cursor::new(Vec::new());
    image::write_buffer_with_format(&mut bytes, &pixels, 5, 3, color, format).expect("the format has this color");
    bytes.into_inner()
}

/// A gzip file with these bytes in one block that is not compressed (Deutsch, RFC 1951 and 1952, 1996).
///
/// Not made by an encoder, because an encoder initializes its compression state even if it does not compress, and that takes longer
/// than the import.
///
/// # Panics
/// If there are more than 65,535 bytes.
pub fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let n_bytes = u16::try_from(bytes.len()).expect("the bytes fit into a block");
    let mut crc = Crc::new();
    crc.update(bytes);
    let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let (block, trailer) = ([n_bytes, !n_bytes].map(u16::to_le_bytes), [crc.sum(), crc.amount()].map(u32::to_le_bytes));
    [&header[..], &[1], block.as_flattened(), bytes, trailer.as_flattened()].concat()
}

/// A zip with these files.
#[inline]
pub fn zipped<'a>(method: CompressionMethod, files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in files {
        // A name that is taken is left out.
        if writer.start_file(name, options).is_ok() {
            writer.write_all(bytes).expect("memory can be written");
        }
    }
    writer.finish().expect("memory can be written").into_inner()
}
