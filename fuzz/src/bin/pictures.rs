//! Any bytes as a picture: a PNG, JPEG, GIF or BMP. Checksums are not checked here (`cfg(fuzzing)`), so that the fuzzer comes past them.

#![no_main]

use fuzz::{begin_with, import_within, picture};
use image::ExtendedColorType::{L8, L16, Rgb8, Rgba8};
use image::ImageFormat::{Bmp, Gif, Jpeg, Png};
use import::File;
use libfuzzer_sys::fuzz_target;

fn seeds() -> Vec<Vec<u8>> {
    let jpeg = picture(Jpeg, L8);
    let exif = b"\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let turned = [&jpeg[..2], exif, &jpeg[2..]].concat();
    vec![
        picture(Png, L8),
        picture(Png, L16),
        picture(Png, Rgba8),
        picture(Gif, Rgba8),
        picture(Bmp, L8),
        picture(Bmp, Rgba8),
        picture(Jpeg, Rgb8),
        jpeg,
        turned,
    ]
}

fuzz_target!(init: begin_with(seeds()), |data: &[u8]| {
    let file = |name: &str, bytes: &[u8]| File { name: name.to_owned(), bytes: bytes.to_vec() };
    // The other class: a BMP of one white pixel.
    let white: &[u8] = b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0\0\0\0\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\0";
    _ = import_within(|| vec![file("a/1", data), file("b/1", white), file("b/2", white)]);
    _ = export::png_with_text(data, "seed=1");
});
