//! Reads the IDX format (LeCun and Cortes): big-endian, magic 0x00000803 for images `[n, rows, cols]`, 0x00000801 for labels
//! `[n]`. The bytes are not trusted: nothing is allocated here, and a product of dimensions that overflows is refused.

use serde::{Deserialize, Serialize};
use thiserror::Error;

const IMAGES: u32 = 0x0000_0803;
const LABELS: u32 = 0x0000_0801;

/// Images as the file stores them, one byte for each pixel.
#[derive(Debug, PartialEq, Eq)]
pub struct Images<'a> {
    pub rows: usize,
    pub cols: usize,
    /// `[n, rows, cols]`, 0 = paper, 255 = ink.
    pub pixels: &'a [u8],
}

#[derive(Clone, Debug, Error, PartialEq, Eq, Serialize, Deserialize)]
pub enum IdxError {
    #[error("the IDX header needs {expected} bytes, but the file ends after {bytes}")]
    Header { bytes: usize, expected: usize },
    #[error("the file begins with {found:#010x}, but IDX {kind} begin with {expected:#010x}", kind = kind(*expected))]
    Magic { found: u32, expected: u32 },
    #[error("the header promises {} × {} × {} bytes, more than any file can hold", dims[0], dims[1], dims[2])]
    Overflow { dims: [u32; 3] },
    #[error("the header promises no data: one of its dimensions is 0")]
    Empty,
    #[error("the header promises {expected} bytes of data, but {found} follow it")]
    Length { found: usize, expected: usize },
}

fn kind(magic: u32) -> &'static str {
    if magic == IMAGES { "images" } else { "labels" }
}

/// Parses an image file.
///
/// # Errors
/// A short or foreign header, a product of dimensions that overflows or is 0, or data whose length is not the promised one.
pub fn images(bytes: &[u8]) -> Result<Images<'_>, IdxError> {
    let ([n, rows, cols], pixels) = header::<3>(bytes, IMAGES)?;
    let overflow = IdxError::Overflow { dims: [n, rows, cols] };
    let product = [n, rows, cols].iter().try_fold(1u32, |product, &dim| product.checked_mul(dim));
    let expected = product.and_then(|p| usize::try_from(p).ok()).ok_or(overflow)?;
    check_length(pixels, expected)?;
    Ok(Images { rows: rows as usize, cols: cols as usize, pixels })
}

/// Parses a label file: one byte for each example.
///
/// # Errors
/// As [`images`].
pub fn labels(bytes: &[u8]) -> Result<&[u8], IdxError> {
    let ([n], labels) = header::<1>(bytes, LABELS)?;
    check_length(labels, n as usize)?;
    Ok(labels)
}

fn header<const DIMS: usize>(bytes: &[u8], expected: u32) -> Result<([u32; DIMS], &[u8]), IdxError> {
    let short = IdxError::Header { bytes: bytes.len(), expected: 4 + 4 * DIMS };
    let (magic, rest) = word(bytes).ok_or(short.clone())?;
    if magic != expected {
        return Err(IdxError::Magic { found: magic, expected });
    }
    let mut rest = rest;
    let mut dims = [0; DIMS];
    for dim in &mut dims {
        (*dim, rest) = word(rest).ok_or(short.clone())?;
    }
    Ok((dims, rest))
}

fn word(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (word, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*word), rest))
}

fn check_length(data: &[u8], expected: usize) -> Result<(), IdxError> {
    if expected == 0 {
        return Err(IdxError::Empty);
    }
    if data.len() != expected {
        return Err(IdxError::Length { found: data.len(), expected });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(magic: u32, dims: &[u32], data: &[u8]) -> Vec<u8> {
        let words = std::iter::once(&magic).chain(dims).flat_map(|word| word.to_be_bytes());
        words.chain(data.iter().copied()).collect()
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let bytes = file(IMAGES, &[2, 1, 3], &[0, 9, 8, 7, 6, 255]);
        assert_eq!(images(&bytes), Ok(Images { rows: 1, cols: 3, pixels: &[0, 9, 8, 7, 6, 255] }));
        assert_eq!(labels(&file(LABELS, &[2], &[4, 9])), Ok(&[4u8, 9][..]));
    }

    #[test]
    fn hostile_bytes_get_a_sentence() {
        let sentence = |bytes: &[u8]| images(bytes).map(|_| ()).map_err(|e| e.to_string()).unwrap_err();
        assert_eq!(sentence(b"<ht"), "the IDX header needs 16 bytes, but the file ends after 3");
        assert_eq!(
            sentence(b"<html><body>404"),
            "the file begins with 0x3c68746d, but IDX images begin with 0x00000803"
        );
        assert_eq!(sentence(&file(IMAGES, &[1, 28], &[])), "the IDX header needs 16 bytes, but the file ends after 12");
        assert_eq!(
            sentence(&file(IMAGES, &[1, 28, 28], &[0; 783])),
            "the header promises 784 bytes of data, but 783 follow it"
        );
        assert_eq!(
            sentence(&file(IMAGES, &[0, 28, 28], &[])),
            "the header promises no data: one of its dimensions is 0"
        );
        // Dimensions whose product wraps 32 bits: to 0, and to 1,024.
        for dims in [[65_536, 65_536, 1], [5_478_276, 28, 28], [u32::MAX, u32::MAX, u32::MAX]] {
            let [n, rows, cols] = dims;
            let expected = format!("the header promises {n} × {rows} × {cols} bytes, more than any file can hold");
            assert_eq!(sentence(&file(IMAGES, &dims, &[0; 1024])), expected);
        }
    }

    #[test]
    fn every_prefix_of_a_good_file_is_refused() {
        let bytes = file(IMAGES, &[2, 2, 2], &[1, 2, 3, 4, 5, 6, 7, 8]);
        assert!((0..bytes.len()).all(|end| images(&bytes[..end]).is_err()));
    }
}
