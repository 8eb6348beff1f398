//! Histograms as densities: outlines for drawings, densities for readouts, and quantiles.

use crate::axis::Axis;
use crate::mark::Point;
use lab::measure::histogram::{BINS, Histogram};

/// Whether a histogram can be drawn.
pub fn is_sound(histogram: &Histogram) -> bool {
    histogram.low.is_finite() && histogram.high.is_finite() && histogram.counts.iter().any(|&n| n > 0)
}

/// An axis that contains the middle 99 % of each histogram.
pub fn x_axis(histograms: &[(u32, &Histogram)]) -> Axis {
    let low = histograms.iter().map(|(_, h)| quantile(h, 0.005)).fold(f64::INFINITY, f64::min);
    let high = histograms.iter().map(|(_, h)| quantile(h, 0.995)).fold(f64::NEG_INFINITY, f64::max);
    let margin = 0.02 * (high - low);
    Axis::linear(low - margin, high + margin)
}

/// Half the width of the spike that represents equal values.
fn spike(x: &Axis) -> f64 {
    (x.high() - x.low()) / 500.0
}

/// √density along the bins' middles, down to 0 at both ends; equal values are one spike.
pub fn outline(histogram: &Histogram, x: &Axis) -> Vec<Point> {
    let low = f64::from(histogram.low);
    if histogram.bin_width() <= 0.0 {
        let spike = spike(x);
        return vec![(low - spike, 0.0), (low, (1.0 / spike).sqrt()), (low + spike, 0.0)];
    }
    let middles = bins(histogram).map(|bin| ((bin.low + bin.high) / 2.0, bin.density.sqrt()));
    let (start, end) = ([(x.low(), 0.0), (low, 0.0)], [(f64::from(histogram.high), 0.0), (x.high(), 0.0)]);
    start.into_iter().chain(middles).chain(end).collect()
}

/// One or several neighboring bins of a histogram, drawn and read as one.
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

/// How many bins are merged into one. Few values in 64 bins are noise, so n values get about 2 √n bins at most.
fn bins_merged(n: u32) -> usize {
    let bins = 2.0 * f64::from(n).sqrt();
    (BINS as f64 / bins).ceil().clamp(1.0, 8.0) as usize
}

/// The value below which a share of the counts lies, linear inside its bin.
pub fn quantile(histogram: &Histogram, share: f64) -> f64 {
    let n: u32 = histogram.counts.iter().sum();
    let (low, width) = (f64::from(histogram.low), f64::from(histogram.bin_width()));
    let mut left = share * f64::from(n);
    for (i, &count) in histogram.counts.iter().enumerate() {
        let count = f64::from(count);
        if left <= count {
            return low + (i as f64 + left / count) * width;
        }
        left -= count;
    }
    f64::from(histogram.high)
}

/// The density at a value, from the bins that are drawn; infinite on the spike of equal values.
pub fn density(histogram: &Histogram, x: &Axis, value: f64) -> f64 {
    let (low, high) = (f64::from(histogram.low), f64::from(histogram.high));
    if histogram.bin_width() <= 0.0 {
        return if (value - low).abs() <= spike(x) { f64::INFINITY } else { 0.0 };
    }
    if !(low..=high).contains(&value) {
        return 0.0;
    }
    // The last bin contains the highest value, even if rounding puts it above the bin's edge.
    bins(histogram).take_while(|bin| bin.low <= value).last().map_or(0.0, |bin| bin.density)
}

/// How many values are exactly 0.
pub fn zeros(histogram: &Histogram) -> f64 {
    let n: u32 = histogram.counts.iter().sum();
    100.0 * f64::from(histogram.n_zero) / f64::from(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_told_from_what_shares_their_bin() {
        // −10 to 9 without 0, 1e-3, and 80 zeros: 81 numbers in the bin around 0.
        let others = (-10..10).filter(|&x| x != 0).map(|x| x as f32);
        let values: Vec<f32> = others.chain([1e-3]).chain([0.0; 80]).collect();
        assert!((zeros(&Histogram::of(&values)) - 80.0).abs() < 0.5);
    }

    #[test]
    fn a_histogram_without_values_cannot_be_drawn() {
        let one_in_each: Vec<f32> = (0..64).map(|i| i as f32).collect();
        assert!(is_sound(&Histogram::of(&one_in_each)) && !is_sound(&Histogram::of(&[])));
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
