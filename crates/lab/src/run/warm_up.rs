//! A training run whose results are discarded, to warm up the JIT compiler while the data are on their way. Browsers first compile
//! WebAssembly quickly, and optimize only code that has run for a while: V8 takes one to two thousand steps, as many as the
//! tutorial's whole run.

use super::Training;
use crate::data::{Dataset, Split};
use crate::measure::Detail;
use crate::recipe::Recipe;
use nn::SparseRows;

/// The name of the trainer that warms up. The trainers of a page share their compiled code, so one of them is enough.
pub const TRAINER_NAME: &str = "warms up";

const STEPS: u32 = 2_000;
const EXAMPLES: usize = 64;
const PIXELS: usize = 28 * 28;
const CLASSES: usize = 10;

/// A training run of the tutorial's network and the synthetic images that it trains on. None if memory is short.
pub fn warm_up() -> Option<(Training, Split)> {
    let settings = Recipe { steps: STEPS, ..Recipe::default() }.check().ok()?;
    let split = Split::new(synthetic(), synthetic()).ok()?;
    Some((Training::new(settings, Detail::Everything, &split).ok()?, split))
}

/// Images as sparse as digits: a fifth of the pixels is not 0.
fn synthetic() -> Dataset {
    // Strokes of six pixels.
    let codes: Vec<u8> = [255; 6].into_iter().chain([0; 24]).cycle().take(EXAMPLES * PIXELS).collect();
    let palette = std::array::from_fn(|v| v as f32 / 255.0);
    let labels = (0..EXAMPLES).map(|i| (i % CLASSES) as u8).collect();
    Dataset { x: SparseRows::new(PIXELS, palette, &codes), labels, columns: 28 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warm_up_covers_all_of_a_run_and_ends() {
        let (mut training, split) = warm_up().unwrap();
        assert_eq!((split.n_inputs(), split.n_classes()), (784, 10));
        let mut n_samples = 0;
        let outcome = training.run_to_end(&split, |_| n_samples += 1).unwrap();
        assert_eq!((outcome.steps, n_samples), (STEPS, STEPS / 10));
    }

    #[test]
    fn its_images_are_as_sparse_as_digits() {
        let images = synthetic();
        assert_eq!(images.x.row(0).next(), Some((0, 1.0)), "ink is 1");
        let ink = (0..images.len()).map(|row| images.x.row(row).count()).sum::<usize>();
        let share = ink as f64 / (EXAMPLES * PIXELS) as f64;
        assert!((0.17..0.23).contains(&share), "{share}");
    }
}
