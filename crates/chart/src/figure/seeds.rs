//! Merges the lines of several seeds: the median over the seeds, and a band from the lowest to the highest value.

use crate::mark::Point;

/// The lowest, the median and the highest of the finite values; None if there are none. The median of an even number is the mean of
/// the middle two.
pub fn spread(values: impl Iterator<Item = f64>) -> Option<(f64, f64, f64)> {
    // There are few, and the standard library's sort is larger than many a figure.
    let mut sorted: Vec<f64> = Vec::new();
    for value in values.filter(|value| value.is_finite()) {
        sorted.insert(sorted.partition_point(|other| *other < value), value);
    }
    let n = sorted.len();
    let median = (sorted.get(n.checked_sub(1)? / 2)? + sorted.get(n / 2)?) / 2.0;
    Some((*sorted.first()?, median, *sorted.last()?))
}

/// The lines of several seeds as x, lowest, median and highest, point by point. No two points of one
/// line are in the same window of this length, except the first two. NaN where no seed has a finite value.
pub fn merge(lines: &[Vec<Point>], window: f64) -> Vec<(f64, f64, f64, f64)> {
    // The first point, before any update, has its own window.
    let place = |p: &Point| if p.0 > 0.0 { 1 + (p.0 / window) as usize } else { 0 };
    let mut windows: Vec<Vec<Point>> = Vec::new();
    for point in lines.iter().flatten() {
        let place = place(point);
        windows.resize_with(windows.len().max(place + 1), Vec::new);
        windows[place].push(*point);
    }
    let merge = |points: &Vec<Point>| {
        let x = points.iter().map(|p| p.0).sum::<f64>() / points.len() as f64;
        let (low, median, high) = spread(points.iter().map(|p| p.1)).unwrap_or((f64::NAN, f64::NAN, f64::NAN));
        (x, low, median, high)
    };
    windows.iter().filter(|points| !points.is_empty()).map(merge).collect()
}

pub fn medians(merged: &[(f64, f64, f64, f64)]) -> Vec<Point> {
    merged.iter().map(|&(x, _, median, _)| (x, median)).collect()
}

pub fn ranges(merged: &[(f64, f64, f64, f64)]) -> Vec<(f64, f64, f64)> {
    merged.iter().map(|&(x, low, _, high)| (x, low, high)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_leaves_out_what_is_no_number() {
        assert_eq!(spread([3.0, f64::NAN, 1.0, 2.0, f64::INFINITY].into_iter()), Some((1.0, 2.0, 3.0)));
        assert_eq!(spread([4.0, 1.0].into_iter()), Some((1.0, 2.5, 4.0)));
        assert_eq!(spread([f64::NAN].into_iter()), None);
    }

    #[test]
    fn lines_merge_window_by_window_even_where_one_is_shorter() {
        let lines = [vec![(0.0, 1.0), (50.0, 2.0), (150.0, 3.0)], vec![(0.0, 3.0), (45.0, 4.0)]];
        assert_eq!(merge(&lines, 100.0), [(0.0, 1.0, 2.0, 3.0), (47.5, 2.0, 3.0, 4.0), (150.0, 3.0, 3.0, 3.0)]);
        assert_eq!(medians(&merge(&lines[..1], 100.0)), lines[0], "one seed is its own median");
    }
}
