//! Damaged and malicious files: an error or a data set, but never a panic, and never more memory than the limit.

#[allow(dead_code, reason = "the tests share it")]
mod files;

use allocation_counter::measure;
use files::{encoded, file, four, gray, gzip, idx, images, labels, zip};
use flate2::Compression;
use flate2::bufread::DeflateDecoder;
use flate2::write::DeflateEncoder;
use image::{ExtendedColorType, ImageFormat};
use import::{File, Limits};
use nn::rng::Rng;
use std::io::Write;
use std::time::Instant;

/// What decoders need for their own state.
const SLACK: u64 = 1 << 20;

/// Reads the files; fails if that takes more memory than the limit.
fn read_within(files: Vec<File>, limits: &Limits) -> Result<usize, String> {
    let held: usize = files.iter().map(|file| file.bytes.len()).sum();
    let mut read = None;
    let measured = measure(|| read = Some(import::read(files, limits)));
    let peak = held as u64 + measured.bytes_max;
    assert!(peak <= limits.max_bytes as u64 + SLACK, "{peak} bytes");
    read.unwrap().map(|read| read.n_train).map_err(|error| error.to_string())
}

fn small() -> Limits {
    Limits { max_bytes: 4 << 20, max_inflated: 2 << 20, max_image_bytes: 1 << 20, ..Limits::default() }
}

/// The file, and two classes of pictures around it.
fn among_pictures(name: &str, bytes: Vec<u8>) -> Vec<File> {
    let others = ["a/1.png", "a/2.png", "b/1.png", "b/2.png"].map(|name| file(name, files::png(100)));
    [vec![file(name, bytes)], others.to_vec()].concat()
}

/// The file instead of MNIST's training images.
fn among_idx(bytes: Vec<u8>) -> Vec<File> {
    let mut four = four(3);
    four[0].1 = bytes;
    four.into_iter().map(|(name, bytes)| file(name, bytes)).collect()
}

/// A valid file of each kind, and the data set around it.
type Kind = (Vec<u8>, fn(Vec<u8>) -> Vec<File>);

fn kinds() -> Vec<Kind> {
    let pixels: Vec<u8> = (0..40 * 30).map(|i| (i * 7 % 256) as u8).collect();
    let rgba: Vec<u8> = pixels.iter().flat_map(|&v| [v, 255 - v, v / 2, 255]).collect();
    let png = encoded(ImageFormat::Png, [40, 30], &rgba, ExtendedColorType::Rgba8);
    let gif = encoded(ImageFormat::Gif, [40, 30], &rgba, ExtendedColorType::Rgba8);
    let images = images(30, 28, |i, j| if i == j % 31 { 200 } else { 0 });
    let idx_names = four(3).into_iter().map(|(name, bytes)| (name, gzip(&bytes))).collect::<Vec<_>>();
    let zip_of_idx = zip(&idx_names.iter().map(|(name, bytes)| (*name, &bytes[..])).collect::<Vec<_>>());
    let zip_of_pictures = zip(&[("a/1.png", &png), ("a/2.png", &png), ("b/1.gif", &gif), ("b/2.gif", &gif)]);
    let whole: fn(Vec<u8>) -> Vec<File> = |bytes| vec![file("x.zip", bytes)];
    let picture: fn(Vec<u8>) -> Vec<File> = |bytes| among_pictures("a/0.png", bytes);
    vec![
        (gzip(&images), among_idx),
        (images, among_idx),
        (zip_of_idx, whole),
        (zip_of_pictures, whole),
        (png, picture),
        (gif, picture),
        (gray(ImageFormat::Jpeg, [40, 30], &pixels), picture),
        (gray(ImageFormat::Bmp, [40, 30], &pixels), picture),
    ]
}

#[test]
fn every_prefix_is_harmless() {
    for (bytes, data_set) in kinds() {
        assert!(read_within(data_set(bytes.clone()), &small()).is_ok());
        // All short prefixes, and some of the longer ones.
        for end in (0..bytes.len()).filter(|end| *end < 1_000 || end % 17 == 0) {
            _ = read_within(data_set(bytes[..end].to_vec()), &small());
        }
    }
}

#[test]
fn random_mutations_are_harmless() {
    let mut rng = Rng::weights(1);
    let mut below = |n: usize| (rng.unit() * n as f64) as usize;
    let mut n_ok = 0;
    for (bytes, data_set) in kinds() {
        for _ in 0..1_000 {
            let mut bytes = bytes.clone();
            // Headers are hit as often as everything else.
            let n = if below(2) == 0 { bytes.len() } else { bytes.len().min(64) };
            for _ in 0..=below(4) {
                let (place, value) = (below(n), [0, 255, below(256)][below(3)] as u8);
                match below(6) {
                    0 => _ = bytes.remove(place.min(bytes.len() - 1)),
                    1 => bytes.insert(place.min(bytes.len()), value),
                    2 => bytes[place.min(n - 8)] ^= 1 << below(8),
                    _ => bytes[place.min(n - 8)] = value,
                }
            }
            n_ok += usize::from(read_within(data_set(bytes), &small()).is_ok());
        }
    }
    // Some mutations change pixels only, so both outcomes are reached.
    assert!((100..7_500).contains(&n_ok), "{n_ok}");
}

/// A deflate stream of these bytes and `n_megabytes` of zeros. A flush ends at a whole byte, so that one piece can be repeated.
fn deflated_with_zeros(bytes: &[u8], n_megabytes: usize) -> Vec<u8> {
    let flushed = |bytes: &[u8]| {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.flush().unwrap();
        encoder.get_ref().clone()
    };
    // The last block is an empty one.
    [flushed(bytes), flushed(&[0; 1 << 20]).repeat(n_megabytes), vec![3, 0]].concat()
}

/// A gigabyte behind a header for a megabyte, which the gzip trailer declares too.
#[test]
fn a_gzip_bomb_is_stopped_at_the_limit() {
    let n = (1 << 20) / 784;
    let deflated = deflated_with_zeros(&idx(0x803, &[n, 28, 28], &[]), 1 << 10);
    let bomb = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255][..], &deflated, &[0; 4], &(1u32 << 20).to_le_bytes()].concat();
    let of: Vec<u8> = (0..n).map(|i| (i % 2) as u8).collect();
    let inflating = Instant::now();
    std::io::copy(&mut DeflateDecoder::new(&deflated[..]), &mut std::io::sink()).unwrap();
    let (inflating, reading) = (inflating.elapsed(), Instant::now());
    let read = read_within(vec![file("images", bomb.clone()), file("labels", labels(&of))], &Limits::default());
    let dims = format!("{n} × 28 × 28");
    assert_eq!(read, Err(format!("images: byte 4: the header promises {dims} bytes of data, but more follow it")));
    // As a picture: no image, and no need to read on.
    let read = read_within(among_pictures("b/0.png", bomb), &Limits::default());
    let expected = "b/0.png: byte 0: found 0x00000803, but expected a PNG, JPEG, GIF or BMP image";
    assert_eq!(read, Err(expected.to_owned()));
    assert!(reading.elapsed() < inflating / 4, "{:?}, all of it: {inflating:?}", reading.elapsed());
}

/// A PNG with a gigabyte of zeros behind it, deflated, in a zip that declares 100 bytes, or two gigabytes.
#[test]
fn a_zip_bomb_is_stopped_at_the_limit() {
    let deflated = deflated_with_zeros(&files::png(9), 1 << 10);
    let limits = Limits { max_bytes: 64 << 20, max_image_bytes: 16 << 20, ..Limits::default() };
    for (declared, end) in [
        (100, "of the inflated data: File is larger than its declared uncompressed size"),
        (2 << 30, "reading stops at the limit of 16777216 bytes"),
    ] {
        let zip = deflated_zip("b/0.png", &deflated, declared);
        let read = read_within(among_pictures("x.zip", zip), &limits).unwrap_err();
        assert!(read.starts_with("x.zip: b/0.png: byte ") && read.ends_with(end), "{read}");
    }
}

/// A zip with one deflated file, by the format's description (PKWARE's APPNOTE, 4.3), with a declared size.
fn deflated_zip(name: &str, deflated: &[u8], size: u32) -> Vec<u8> {
    let u16 = |v: usize| (v as u16).to_le_bytes().to_vec();
    let u32 = |v: usize| (v as u32).to_le_bytes().to_vec();
    let common = [u16(20), u16(0), u16(8), u16(0), u16(33), u32(0), u32(deflated.len()), u32(size as usize)];
    let common = [common.concat(), u16(name.len()), u16(0)].concat();
    let local = [b"PK\x03\x04", &common[..], name.as_bytes(), deflated].concat();
    let directory = [b"PK\x01\x02", &u16(20)[..], &common, &[0; 14], name.as_bytes()].concat();
    let end = [b"PK\x05\x06", &[0; 4][..], &u16(1), &u16(1), &u32(directory.len()), &u32(local.len()), &u16(0)];
    [local, directory, end.concat()].concat()
}

/// A PNG that declares 16,000 × 16,000 pixels.
#[test]
fn a_decompression_bomb_in_a_png_is_not_decoded() {
    let mut white = files::png(784);
    for word in [16..20, 20..24] {
        white[word].copy_from_slice(&16_000u32.to_be_bytes());
    }
    let mut crc = flate2::Crc::new();
    crc.update(&white[12..29]);
    white[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    let read = read_within(among_pictures("b/0.png", white), &Limits::default());
    let expected = "b/0.png: the image needs 256000000 bytes when decoded, but at most 134217728 are read";
    assert_eq!(read, Err(expected.to_owned()));
}

/// A picture of few bytes is drawn within the limits, however high it is.
#[test]
fn a_high_picture_needs_little_memory() {
    let high = gray(ImageFormat::Bmp, [5, 16_000], &[200; 80_000]);
    assert_eq!(read_within(among_pictures("b/0.bmp", high), &small()), Ok(3));
}

/// A directory with many more entries than the zip has bytes for would need gigabytes.
#[test]
fn a_zip_with_too_many_files_is_not_opened() {
    let bomb = [b"PK\x03\x04".to_vec(), b"PK\x01\x02".repeat(400_000)].concat();
    let read = read_within(vec![file("x.zip", bomb)], &Limits::default());
    assert_eq!(read, Err("there are 400000 files, but at most 300000 are read".to_owned()));
}
