//! Any bytes as a zip.

#![no_main]

use flate2::{Compression, write::GzEncoder};
use fuzz::{begin_with, four_idx_files, import_within, picture, zipped};
use image::{
    ExtendedColorType::L8,
    ImageFormat::{Gif, Png},
};
use import::File;
use libfuzzer_sys::fuzz_target;
use std::io::Write;
use zip::CompressionMethod::Deflated;

fn seeds() -> Vec<Vec<u8>> {
    let (png, gif) = (picture(Png, L8), picture(Gif, image::ExtendedColorType::Rgba8));
    let compressed = four_idx_files().map(|(name, bytes)| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&bytes).expect("memory can be written");
        (format!("{name}.gz"), encoder.finish().expect("memory can be written"))
    });
    vec![
        zipped(Deflated, four_idx_files().iter().map(|(name, bytes)| (*name, &bytes[..]))),
        zipped(Deflated, compressed.iter().map(|(name, bytes)| (name.as_str(), &bytes[..]))),
        zipped(Deflated, [("a/1.png", &png[..]), ("a/2.png", &png), ("b/1.gif", &gif), ("b/2.gif", &gif)]),
        zipped(
            Deflated,
            [
                ("train/é/1.png", &png[..]),
                ("train/b/1.png", &png),
                ("test/b/2.gif", &gif),
                ("test/a.zip", b"PK\x03\x04"),
            ],
        ),
        zipped(Deflated, []),
    ]
}

fuzz_target!(init: begin_with(seeds()), |data: &[u8]| {
    _ = import_within(|| vec![File { name: "x.zip".to_owned(), bytes: data.to_vec() }]);
});
