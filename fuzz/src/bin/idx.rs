//! IDX files as a trainer reads them: the length of the images, the images, the labels.

#![no_main]

use fuzz::{SLACK, begin_with, idx, within};
use lab::data::{Dataset, idx::images};
use libfuzzer_sys::fuzz_target;

fn seeds() -> Vec<Vec<u8>> {
    let labels = idx(0x801, &[2], &[0, 9]);
    let pair = |dims: [u32; 3], pixels: &[u8]| {
        let images = idx(0x803, &dims, pixels);
        [&[images.len() as u8], &images[..], &labels].concat()
    };
    vec![
        pair([2, 2, 3], &[0, 1, 2, 3, 0, 0, 255, 7, 0, 0, 9, 9]),
        pair([2, 1, 2], &[0; 4]),
        pair([65_536, 65_536, 1], &[]),
    ]
}

fuzz_target!(init: begin_with(seeds()), |data: &[u8]| {
    let Some((&at, files)) = data.split_first() else { return };
    let (image_file, labels) = files.split_at(usize::from(at).min(files.len()));
    within(SLACK + 64 * data.len(), || {
        if let Ok(images) = images(image_file) {
            let n = images.pixels.len() / (images.rows * images.cols);
            let dims = [n, images.rows, images.cols].map(|dim| dim as u32);
            assert_eq!(idx(0x803, &dims, images.pixels), image_file);
        }
        if let Ok(dataset) = Dataset::from_idx(image_file, labels) {
            assert_eq!((dataset.len(), dataset.x.len()), (labels.len() - 8, labels.len() - 8));
        }
    });
});
