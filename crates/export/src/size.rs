//! How large an export will be, before anything is trained.

use super::{ExportError, Format};
use lab::{Experiment, Settings, Split};

/// The most bytes of an export that a browser should be asked to hold: records, files and archive are in memory at once.
pub const MAX_BYTES: u64 = 400_000_000;

/// Bytes of a number as text, with its separator.
const TEXT: u64 = 14;
/// Bytes of a bin's count as text.
const COUNT: u64 = 4;
/// Values of a layer in tables and documents.
const LAYER_VALUES: u64 = 20;
const HISTOGRAMS: u64 = 5;
const BINS: u64 = lab::measure::histogram::BINS as u64;

/// Estimates the files of an export before they are compressed; most exports have 50 to 100 % of it.
///
/// # Errors
/// The estimate is above `limit`.
pub fn check_size(format: Format, experiment: &Experiment, split: &Split, limit: u64) -> Result<u64, ExportError> {
    let of_run = |settings: &Settings| run_bytes(format, settings, split);
    let shared = match format {
        Format::Scripts => (split.train.len() * (split.n_inputs() + 1)) as u64 + 40_000,
        Format::TensorBoard | Format::Csv | Format::Json | Format::Weights => 2_000,
    };
    // Provenance, for each run.
    let bytes = experiment.runs().iter().map(|run| of_run(&run.settings) + 900).sum::<u64>() + shared;
    if bytes > limit { Err(ExportError::TooLarge { label: format.label(), bytes, limit }) } else { Ok(bytes) }
}

fn run_bytes(format: Format, settings: &Settings, split: &Split) -> u64 {
    let recipe = settings.recipe();
    let architecture = settings.architecture(split.n_inputs(), split.n_classes());
    let (steps, depth) = (u64::from(recipe.steps), recipe.depth as u64);
    let n_samples = steps.div_ceil(settings.sample_every().into());
    let n_logs = steps.div_ceil(settings.log_every().into());
    let sizes = architecture.sizes.iter().zip(architecture.sizes.iter().skip(1));
    let parameters: u64 = sizes.map(|(&fan_in, &fan_out)| fan_in as u64 * fan_out as u64).sum();
    let vectors = architecture.sizes.iter().skip(1).map(|&units| 5 * units as u64).sum::<u64>();
    let network = 4 * (parameters + vectors) + 500 + 600 * depth;
    match format {
        // Bins are pairs of doubles; a scalar has its tag.
        Format::TensorBoard => {
            n_samples * (60 + 20 * (2 + 4 * depth)) + n_logs * (50 + HISTOGRAMS * depth * (16 * BINS + 70))
        }
        Format::Csv => n_samples * depth * (TEXT * LAYER_VALUES + 120),
        Format::Json => {
            let layer = (TEXT + 20) * LAYER_VALUES;
            (n_samples + n_logs) * (200 + depth * layer) + n_logs * depth * HISTOGRAMS * (COUNT * BINS + 90)
        }
        Format::Weights => 2 * network,
        Format::Scripts => {
            let hidden = (recipe.batch * recipe.width) as u64 * (depth - 1);
            let masks = if recipe.dropout > 0.0 { hidden.div_ceil(8) } else { 0 };
            network + steps * (4 * recipe.batch as u64 + masks + 18)
        }
    }
}
