//! Histograms of one layer's weights or gradients at the logged steps, as offset ridges or over one baseline. Heights are
//! square roots of densities, each histogram's relative to its own peak: most of layer 1's gradients are exactly 0 (pixels
//! that are never lit), and early gradients crowd into a hundredth of the later ones' range; at plain height those peaks
//! would leave nothing of the rest.

use super::axis::{Axis, minus};
use super::choice::{Choice, Mode, Values};
use super::marks::Point;
use super::panel::{Panel, Series, Sheet};
use super::table::Table;
use super::theme::Ink;
use lab::Experiment;
use lab::finding::{Finding, significant};
use lab::histogram::{BINS, Histogram};
use lab::training::LOG_EVERY;

/// How many distances between two baselines the highest ridge is high.
const RIDGE: f64 = 3.0;

/// The chosen histograms with their steps.
fn chosen<'a>(experiment: &'a Experiment, choice: &Choice) -> Vec<(u32, &'a Histogram)> {
    let histograms = experiment.run(choice.scenario).histograms.iter();
    let pick = |layer: &'a lab::sample::LayerHistograms| match choice.values {
        Values::Weights => &layer.weight,
        Values::Gradients => &layer.gradient,
    };
    let layer = choice.layer_of(experiment) - 1;
    histograms.filter_map(|of| Some((of.step, pick(of.layers.get(layer)?)))).filter(|(_, h)| is_sound(h)).collect()
}

/// Whether a histogram can be drawn.
fn is_sound(histogram: &Histogram) -> bool {
    histogram.low.is_finite() && histogram.high.is_finite() && histogram.counts.iter().any(|&n| n > 0)
}

pub fn sheet(experiment: &Experiment, choice: &Choice) -> Sheet {
    let histograms = chosen(experiment, choice);
    let steps = experiment.run(choice.scenario).settings.steps;
    let n_logs = steps.div_ceil(LOG_EVERY).max(1);
    let x = x_axis(&histograms);
    let outlines: Vec<Vec<Point>> = histograms.iter().map(|(_, histogram)| outline(histogram, &x)).collect();
    let series = |(&(step, _), outline): (&(u32, &Histogram), Vec<Point>)| {
        let i = f64::from(step / LOG_EVERY);
        let base = match choice.mode {
            Mode::Ridges => f64::from(n_logs - 1) - i,
            Mode::Overlay => 0.0,
        };
        let height = if choice.mode == Mode::Ridges { RIDGE } else { 1.0 };
        let peak = outline.iter().map(|p| p.1).fold(f64::MIN_POSITIVE, f64::max);
        let line = outline.into_iter().map(|(x, y)| (x, base + height * y / peak)).collect();
        let name = format!("step {}", Finding::Steps.text(step.into()));
        let place = i / f64::from(n_logs - 1).max(1.0);
        let series = Series { label_ink: Ink::Muted, width: 1.5, ..Series::new(name.clone(), Ink::Ramp(place), line) };
        let label = if step == 0 { name } else { Finding::Steps.text(step.into()) };
        match choice.mode {
            Mode::Ridges => Series { base: Some((base, Ink::Wash(place))), label, ..series },
            Mode::Overlay => Series { label: String::new(), ..series },
        }
    };
    let y = match choice.mode {
        Mode::Ridges => Axis::linear(0.0, f64::from(n_logs - 1) + RIDGE),
        Mode::Overlay => Axis::linear(0.0, 1.05),
    };
    let panel = Panel {
        title: None,
        x,
        x_title: choice.values.symbol(),
        y,
        is_y_ticked: false,
        guides: Vec::new(),
        series: histograms.iter().zip(outlines).map(series).collect(),
        cursor: choice.cursor,
        reach: (x.high() - x.low()) / 100.0,
    };
    let scenario = choice.scenario.label();
    let sentence = "One histogram for every 200th step appears here.".to_owned();
    let scale = ("step 0".to_owned(), Finding::Steps.text(f64::from((n_logs - 1) * LOG_EVERY)));
    Sheet {
        headline: format!(
            "√density of the {} of layer {}, {scenario}",
            choice.values.label(),
            choice.layer_of(experiment)
        ),
        empty: histograms.is_empty().then_some(sentence),
        panels: vec![panel],
        colour_scale: (choice.mode == Mode::Overlay).then_some(scale),
    }
}

/// The values shown: at every step the middle 99 % fit in.
fn x_axis(histograms: &[(u32, &Histogram)]) -> Axis {
    let low = histograms.iter().map(|(_, h)| quantile(h, 0.005)).fold(f64::INFINITY, f64::min);
    let high = histograms.iter().map(|(_, h)| quantile(h, 0.995)).fold(f64::NEG_INFINITY, f64::max);
    let margin = 0.02 * (high - low);
    Axis::linear(low - margin, high + margin)
}

/// Half the width of the needle that stands for equal values.
fn needle(x: &Axis) -> f64 {
    (x.high() - x.low()) / 500.0
}

/// √density along the bins' middles, down to 0 at both ends; equal values are one needle.
fn outline(histogram: &Histogram, x: &Axis) -> Vec<Point> {
    let low = f64::from(histogram.low);
    if histogram.bin_width() <= 0.0 {
        let needle = needle(x);
        return vec![(low - needle, 0.0), (low, (1.0 / needle).sqrt()), (low + needle, 0.0)];
    }
    let middles = bins(histogram).map(|bin| ((bin.low + bin.high) / 2.0, bin.density.sqrt()));
    [(x.low(), 0.0), (low, 0.0)]
        .into_iter()
        .chain(middles)
        .chain([(f64::from(histogram.high), 0.0), (x.high(), 0.0)])
        .collect()
}

/// What is drawn and read as one: one bin or several neighbours.
struct Bin {
    low: f64,
    high: f64,
    /// Share of the values per unit.
    density: f64,
}

/// The bins of a histogram whose values are not all equal.
fn bins(histogram: &Histogram) -> impl Iterator<Item = Bin> {
    let (low, width) = (f64::from(histogram.low), f64::from(histogram.bin_width()));
    let n: u32 = histogram.counts.iter().sum();
    let merged = bins_merged(n);
    histogram.counts.chunks(merged).enumerate().map(move |(i, counts)| {
        let low = low + (i * merged) as f64 * width;
        let width = counts.len() as f64 * width;
        Bin { low, high: low + width, density: f64::from(counts.iter().sum::<u32>()) / (f64::from(n) * width) }
    })
}

/// How many bins are drawn as one: a hundred values in 64 bins are all teeth, so no more than about two bins for each root.
fn bins_merged(n: u32) -> usize {
    let bins = 2.0 * f64::from(n).sqrt();
    (BINS as f64 / bins).ceil().clamp(1.0, 8.0) as usize
}

/// The value below which a share of the counts lies, linear inside its bin.
fn quantile(histogram: &Histogram, share: f64) -> f64 {
    let n: u32 = histogram.counts.iter().sum();
    let (low, width) = (f64::from(histogram.low), f64::from(histogram.bin_width()));
    let mut left = share * f64::from(n);
    for (i, &count) in histogram.counts.iter().enumerate() {
        let count = f64::from(count);
        if left <= count && count > 0.0 {
            return low + (i as f64 + left / count) * width;
        }
        left -= count;
    }
    f64::from(histogram.high)
}

/// The density at a value, from the bins that are drawn; infinite on the needle of equal values.
fn density(histogram: &Histogram, x: &Axis, value: f64) -> f64 {
    let (low, high) = (f64::from(histogram.low), f64::from(histogram.high));
    if histogram.bin_width() <= 0.0 {
        return if (value - low).abs() <= needle(x) { f64::INFINITY } else { 0.0 };
    }
    if !(low..=high).contains(&value) {
        return 0.0;
    }
    // The last bin is closed: the highest value is in it, and so is what rounding leaves above its edge.
    bins(histogram).take_while(|bin| bin.low <= value).last().map_or(0.0, |bin| bin.density)
}

/// The densities of the first, the middle and the last histogram at a value, with their steps.
pub fn densities(experiment: &Experiment, choice: &Choice, value: f64) -> Vec<(u32, f64)> {
    let histograms = chosen(experiment, choice);
    let x = x_axis(&histograms);
    let mut picked = vec![0, histograms.len() / 2, histograms.len().saturating_sub(1)];
    picked.dedup();
    let picked = picked.into_iter().filter_map(|i| histograms.get(i));
    picked.map(|(step, histogram)| (*step, density(histogram, &x, value))).collect()
}

/// How many values are exactly 0.
fn zeros(histogram: &Histogram) -> String {
    let n: u32 = histogram.counts.iter().sum();
    format!("{:.0}\u{a0}%", 100.0 * f64::from(histogram.n_zero) / f64::from(n))
}

pub fn describe(experiment: &Experiment, choice: &Choice) -> String {
    let histograms = chosen(experiment, choice);
    let what =
        format!("{} of layer {}, {}", choice.values.label(), choice.layer_of(experiment), choice.scenario.label());
    let (Some((_, first)), Some((step, last))) = (histograms.first(), histograms.last()) else {
        return format!("Histograms of the {what}: nothing has been measured yet.");
    };
    let middle = |h: &Histogram| format!("from {} to {}", number(quantile(h, 0.05)), number(quantile(h, 0.95)));
    format!(
        "Histograms of the {what}. Nine in ten lie {} at step 0 and {} at step {}, when {} of them are exactly 0.",
        middle(first),
        middle(last),
        Finding::Steps.text((*step).into()),
        zeros(last)
    )
}

pub fn table(experiment: &Experiment, choice: &Choice) -> Table {
    let columns = ["step", "lowest", "5\u{a0}% below", "median", "95\u{a0}% below", "highest", "exactly 0"];
    let row = |(step, h): (u32, &Histogram)| {
        let values = [h.low.into(), quantile(h, 0.05), quantile(h, 0.5), quantile(h, 0.95), h.high.into()].map(number);
        [Finding::Steps.text(step.into())].into_iter().chain(values).chain([zeros(h)]).collect()
    };
    let rows = chosen(experiment, choice).into_iter().map(row).collect();
    Table { columns: columns.map(String::from).to_vec(), rows }
}

pub fn number(value: f64) -> String {
    minus(&significant(value, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_told_from_what_shares_their_bin() {
        // −10 to 9 without 0, 1e-3, and 80 zeros: 81 numbers in the bin around 0.
        let others = (-10..10).filter(|&x| x != 0).map(|x| x as f32);
        let values: Vec<f32> = others.chain([1e-3]).chain([0.0; 80]).collect();
        assert_eq!(zeros(&Histogram::of(&values)), "80\u{a0}%");
    }

    #[test]
    fn the_readout_is_what_the_outline_draws() {
        let x = Axis::linear(-1.0, 2.0);
        for n in [20, 100, 5_000] {
            let values: Vec<f32> = (0..n).map(|i| ((i * 37) % n) as f32 / (n - 1) as f32).collect();
            let histogram = Histogram::of(&values);
            let outline = outline(&histogram, &x);
            for &(at, height) in &outline[2..outline.len() - 2] {
                assert!((density(&histogram, &x, at).sqrt() - height).abs() < 1e-9, "{n} values, at {at}");
            }
            assert!(density(&histogram, &x, 1.0) > 0.0 && density(&histogram, &x, 1.1) == 0.0, "{n} values");
        }
        let equal = Histogram::of(&[0.5; 9]);
        assert_eq!((density(&equal, &x, 0.5), density(&equal, &x, 0.6)), (f64::INFINITY, 0.0));
    }
}
