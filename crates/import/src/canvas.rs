//! An image on 28 × 28 pixels: resampled by area, with its aspect ratio kept and paper around it.
//!
//! A pixel of the result is the mean of the area that it covers in the source. The weights are integers, and so are the sums, so
//! that the result is exact up to the rounding to a byte, and the same on every machine.

use super::SIDE;

pub const N_PIXELS: usize = SIDE * SIDE;

/// A pixel of a source: luma times opacity, and opacity, 0 to 255 each.
pub type Pixel = [u8; 2];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canvas {
    /// Luma times opacity, `[28, 28]`; 0 is paper or black.
    pub light: [u8; N_PIXELS],
    /// Opacity, `[28, 28]`; 0 in the margin. None if it is 255 everywhere.
    pub opacity: Option<Box<[u8; N_PIXELS]>>,
    /// Pixels that are not margin.
    pub area: usize,
}

impl Canvas {
    /// Draws an image of `[height, width]` pixels, row by row. Missing pixels are paper.
    pub fn new([width, height]: [usize; 2], pixels: impl Iterator<Item = Pixel>) -> Self {
        let (cols, rows) = fit(width, height);
        if [width, height] == [SIDE; 2] {
            return Self::from_rows([SIDE; 2], pixels);
        }
        let mut pixels = pixels.fuse();
        let (columns, bands) = (spans(width, cols), spans(height, rows));
        let mut row = Vec::with_capacity(width);
        // The weighted sums of each pixel of the result, `[rows, cols]`: an image may be much higher than wide, so no sums of its rows
        // are kept.
        let mut totals = [[[0; 2]; SIDE]; SIDE];
        for y in 0..height {
            row.clear();
            row.extend(pixels.by_ref().take(width));
            let mut sums = [[0; 2]; SIDE];
            sums.iter_mut().zip(&columns).for_each(|(sum, span)| *sum = span.weigh(&row));
            for (band, totals) in bands.iter().zip(&mut totals) {
                let weight = y.checked_sub(band.start).and_then(|i| band.weights.get(i)).copied().unwrap_or_default();
                if weight > 0 {
                    totals.iter_mut().zip(sums).for_each(|(total, sum)| *total = add(*total, sum, weight));
                }
            }
        }
        let total = (width * height).max(1) as u64;
        let mean = |sum: u64| u8::try_from((sum + total / 2) / total).unwrap_or(u8::MAX);
        let means = totals.iter().take(rows).flat_map(|row| row.iter().take(cols)).map(|sums| sums.map(mean));
        Self::from_rows([cols, rows], means)
    }

    /// Places `[rows, cols]` pixels in the middle.
    fn from_rows([cols, rows]: [usize; 2], pixels: impl Iterator<Item = Pixel>) -> Self {
        let (left, top) = ((SIDE - cols) / 2, (SIDE - rows) / 2);
        let mut light = [0; N_PIXELS];
        let mut opacity = [0; N_PIXELS];
        let inside = (top..top + rows).flat_map(|row| (left..left + cols).map(move |col| row * SIDE + col));
        for (place, [l, o]) in inside.zip(pixels) {
            if let (Some(light), Some(opacity)) = (light.get_mut(place), opacity.get_mut(place)) {
                (*light, *opacity) = (l, o);
            }
        }
        let is_opaque = opacity.iter().all(|&o| o == u8::MAX);
        Self { light, opacity: (!is_opaque).then(|| Box::new(opacity)), area: cols * rows }
    }

    /// Exchanges rows and columns.
    pub fn transposed(&self) -> Self {
        let flip = |from: &[u8; N_PIXELS]| {
            std::array::from_fn(|place| from.get(place % SIDE * SIDE + place / SIDE).copied().unwrap_or_default())
        };
        let opacity = self.opacity.as_deref().map(|opacity| Box::new(flip(opacity)));
        Self { light: flip(&self.light), opacity, area: self.area }
    }
}

/// Columns and rows of the largest image with the same aspect ratio, rounded, that fits.
fn fit(width: usize, height: usize) -> (usize, usize) {
    let other = |short: usize, long: usize| ((2 * SIDE * short + long) / (2 * long.max(1))).clamp(1, SIDE);
    if width >= height { (SIDE, other(height, width)) } else { (other(width, height), SIDE) }
}

/// The source pixels that a pixel of the result covers, on one axis.
struct Span {
    start: usize,
    /// The overlap with each of them; the overlaps of a span sum to the length of the source.
    weights: Vec<u64>,
}

impl Span {
    /// The weighted sum of a row's pixels.
    fn weigh(&self, row: &[Pixel]) -> [u64; 2] {
        let weighted = row.get(self.start..).unwrap_or_default().iter().zip(&self.weights);
        weighted.fold([0; 2], |sum, (pixel, &weight)| add(sum, pixel.map(u64::from), weight))
    }
}

fn add([light, opacity]: [u64; 2], [l, o]: [u64; 2], weight: u64) -> [u64; 2] {
    [light + l * weight, opacity + o * weight]
}

/// The spans of `n_out` pixels over `n_in`. On a scale of n_in · n_out, a source pixel is n_out long and a result's is n_in long.
fn spans(n_in: usize, n_out: usize) -> Vec<Span> {
    let span = |i: usize| {
        let (start, end) = (i * n_in, (i + 1) * n_in);
        let pixels = start / n_out..end.div_ceil(n_out);
        let overlap = |j: usize| (((j + 1) * n_out).min(end) - (j * n_out).max(start)) as u64;
        Span { start: pixels.start, weights: pixels.map(overlap).collect() }
    };
    (0..n_out).map(span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opaque(light: impl Iterator<Item = u8>) -> impl Iterator<Item = Pixel> {
        light.map(|l| [l, 255])
    }

    #[test]
    fn a_canvas_of_its_own_size_is_unchanged() {
        let light: [u8; N_PIXELS] = std::array::from_fn(|i| (i * 7 % 256) as u8);
        let canvas = Canvas::new([28, 28], opaque(light.into_iter()));
        assert_eq!(canvas, Canvas { light, opacity: None, area: 784 });
    }

    /// Each pixel is the rounded mean of its 2 × 2.
    #[test]
    fn half_the_size_is_the_means_of_four() {
        let at = |row: usize, col: usize| (row * 89 + col * 41 + row * col) % 251;
        let canvas = Canvas::new([56, 56], opaque((0..56 * 56).map(|i| at(i / 56, i % 56) as u8)));
        for (i, &found) in canvas.light.iter().enumerate() {
            let (row, col) = (i / 28 * 2, i % 28 * 2);
            let sum = at(row, col) + at(row, col + 1) + at(row + 1, col) + at(row + 1, col + 1);
            assert_eq!(usize::from(found), (sum + 2) / 4);
        }
    }

    /// Against the definition in floating point: the integral of the source over the area of a pixel.
    #[test]
    fn every_size_is_the_mean_over_the_area() {
        for (width, height) in [(1, 1), (8, 8), (30, 30), (29, 57), (100, 3), (7, 640), (28, 27)] {
            let at = |x: usize, y: usize| (x * x * 31 + y * 17 + x * y * 5) % 256;
            let canvas =
                Canvas::new([width, height], opaque((0..width * height).map(|i| at(i % width, i / width) as u8)));
            let (cols, rows) = fit(width, height);
            let (left, top) = ((28 - cols) / 2, (28 - rows) / 2);
            let overlap = |i: usize, j: usize, scale: f64| {
                let (i, j) = (i as f64, j as f64);
                (((i + 1.0) * scale).min(j + 1.0) - (i * scale).max(j)).max(0.0)
            };
            for (row, col) in (0..rows).flat_map(|row| (0..cols).map(move |col| (row, col))) {
                let (sx, sy) = (width as f64 / cols as f64, height as f64 / rows as f64);
                let mut mean = 0.0;
                for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
                    mean += at(x, y) as f64 * overlap(col, x, sx) * overlap(row, y, sy) / (sx * sy);
                }
                let found = f64::from(canvas.light[(top + row) * 28 + left + col]);
                assert!((found - mean).abs() < 0.5 + 1e-6, "{width} × {height}, {row}, {col}: {found}, {mean}");
            }
        }
    }

    #[test]
    fn the_aspect_ratio_is_kept_and_the_margin_is_paper() {
        let canvas = Canvas::new([56, 14], opaque(std::iter::repeat(200)));
        let opacity = canvas.opacity.unwrap();
        for (i, (&light, &opacity)) in canvas.light.iter().zip(opacity.iter()).enumerate() {
            let is_inside = (10..17).contains(&(i / 28));
            assert_eq!((light, opacity), if is_inside { (200, 255) } else { (0, 0) }, "{i}");
        }
        assert_eq!(canvas.area, 7 * 28);
    }

    #[test]
    fn transposing_twice_changes_nothing() {
        let canvas = Canvas::new([20, 28], opaque((0..).map(|i: u32| (i % 251) as u8)));
        assert_ne!(canvas.transposed(), canvas);
        assert_eq!(canvas.transposed().transposed(), canvas);
    }
}
