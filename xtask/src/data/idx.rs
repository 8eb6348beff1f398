//! Writes digits in MNIST's IDX format, and compresses them so that every run gives the same bytes.
//!
//! It does not parse IDX: `lab` has a parser, which does not trust its input.

use std::io::{Read, Write};

use anyhow::{Context, Result};
use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};

use super::split::Digit;

/// Unsigned bytes, three dimensions: images, rows, columns.
const IMAGES: u32 = 0x0000_0803;
/// Unsigned bytes, one dimension.
const LABELS: u32 = 0x0000_0801;
const SIDE: u32 = 28;

/// `[n, 28, 28]`, big-endian header first.
pub fn images(digits: &[Digit]) -> Vec<u8> {
    let header = [IMAGES, digits.len() as u32, SIDE, SIDE];
    bytes(&header, digits.iter().flat_map(|digit| digit.image.iter().copied()))
}

/// `[n]`, big-endian header first.
pub fn labels(digits: &[Digit]) -> Vec<u8> {
    bytes(&[LABELS, digits.len() as u32], digits.iter().map(|digit| digit.label))
}

fn bytes(header: &[u32], body: impl Iterator<Item = u8>) -> Vec<u8> {
    header.iter().flat_map(|word| word.to_be_bytes()).chain(body).collect()
}

/// Best compression, with no time, name or operating system in the header.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    const UNKNOWN_SYSTEM: u8 = 255;
    let builder = GzBuilder::new().mtime(0).operating_system(UNKNOWN_SYSTEM);
    let mut encoder = builder.write(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

pub fn gunzip(packed: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut bytes).context("the gzip file is damaged")?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digit(label: u8, ink: u8) -> Digit {
        Digit { label, image: vec![ink; 784] }
    }

    #[test]
    fn headers_are_as_in_mnist() {
        let digits = [digit(3, 9), digit(7, 8)];
        assert_eq!(labels(&digits), [0, 0, 8, 1, 0, 0, 0, 2, 3, 7]);
        let images = images(&digits);
        assert_eq!(images[..16], [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28]);
        assert_eq!((images.len(), images[16], images[16 + 784]), (16 + 2 * 784, 9, 8));
    }

    #[test]
    fn the_gzip_header_depends_on_nothing() {
        let packed = gzip(b"digits").unwrap();
        // RFC 1952: magic, deflate, no flags, time 0, best compression, unknown system.
        assert_eq!(packed[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
        assert_eq!(gunzip(&packed).unwrap(), b"digits");
    }
}
