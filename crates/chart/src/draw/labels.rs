//! The names of series: at their lines' ends, or in a legend where they are too long for that.

use super::lines::end;
use super::{Drawing, HAIRLINE};
use crate::layout::{Entry, Plot, SWATCH};
use crate::line::dash;
use crate::mark::{Align, Point};
use crate::sheet::{Panel, Series, Sheet};
use crate::theme::Ink;

impl Drawing {
    /// The names of the series in one column after the longest line. Each is as near to its line's end as it can be without overlapping
    /// another. If the panel has a title, the title says whether a run diverged.
    pub fn labels(&mut self, panel: &Panel, plot: &Plot) {
        let gap = self.font * 1.15;
        let capacity = ((plot.rect.bottom - plot.rect.top) / gap).floor().max(2.0) as usize;
        let mut labels: Vec<(&str, &Series, Point)> = Vec::new();
        // From the top down. A sort would add four times as much code to the WebAssembly as this function.
        let mut add = |label, series, end: Point| {
            let place = labels.partition_point(|(_, _, other)| other.1 <= end.1);
            labels.insert(place, (label, series, end));
        };
        for series in with_room(panel, capacity) {
            let Some(end) = end(series, plot) else { continue };
            if is_off_scale(series, plot) {
                // Its name is where it leaves the plot; a leader from there would look like data.
                if end.1 <= plot.rect.top + 0.5 {
                    let at = (end.0 + 8.0, plot.rect.top + self.font * 0.6);
                    self.text(&series.label, at, Align::Left, series.label_ink);
                }
                continue;
            }
            add(&series.label, series, end);
            if let Some(divergence) = series.divergence.as_ref().filter(|_| panel.title.is_none()) {
                add(&divergence.label, series, end);
            }
        }
        let wanted: Vec<f64> = labels.iter().map(|(_, _, end)| end.1).collect();
        let heights = spread(&wanted, gap, (plot.rect.top, plot.rect.bottom));
        // The samples of a line reach further than its trend.
        let places = |series: &Series| {
            series.line.iter().rev().map(|&p| plot.point(p)).find(|p| p.0.is_finite() && p.1.is_finite())
        };
        let reach = |series: &Series| places(series).map(|p| p.0);
        let ends = labels.iter().flat_map(|(_, series, end)| reach(series).into_iter().chain([end.0]));
        let column = ends.fold(plot.rect.left, f64::max).min(plot.rect.right);
        for (&(label, series, (x, y)), label_y) in labels.iter().zip(heights) {
            if (label_y - y).abs() > 4.0 || column - x > 20.0 {
                // A long leader in the series' own ink would look like data that are still to come.
                let ink = if column - x > 30.0 { Ink::Muted } else { series.ink };
                self.line(vec![(x + 2.0, y), (column + 9.0, label_y)], HAIRLINE, ink);
            }
            self.text(label, (column + 11.0, label_y), Align::Left, series.label_ink);
        }
    }

    /// An entry of the legend: a sample of the line, its mark, and its name.
    pub fn legend(&mut self, entry: &Entry, sheet: &Sheet) {
        let Some(series) = sheet.panels.last().and_then(|panel| panel.series.get(entry.series)) else { return };
        let (x, y) = entry.at;
        for points in dash(&[(x, y), (x + SWATCH - 8.0, y)], series.dash) {
            self.line(points, series.width, series.ink);
        }
        if series.shows_marks && !series.marks.is_empty() {
            self.marks.push(series.shape.mark((x + SWATCH / 2.0 - 4.0, y), 3.8, series.ink));
        }
        self.text(&entry.text, (x + SWATCH, y), Align::Left, series.label_ink);
    }
}

/// The series whose names fit: all, or evenly spaced ones and the last.
fn with_room(panel: &Panel, capacity: usize) -> impl Iterator<Item = &Series> {
    let named = || panel.series.iter().filter(|series| !series.label.is_empty());
    let n = named().count();
    let stride = if n <= capacity { 1 } else { n.div_ceil(capacity - 1) };
    let is_kept = move |i: usize| i.is_multiple_of(stride) && i + stride / 2 < n - 1 || i + 1 == n;
    named().enumerate().filter(move |&(i, _)| is_kept(i)).map(|(_, series)| series)
}

/// Whether the line's last point is above or below its plot.
fn is_off_scale(series: &Series, plot: &Plot) -> bool {
    let places = series.course().iter().rev().map(|&p| plot.point(p));
    let last = places.into_iter().find(|p| p.0.is_finite() && p.1.is_finite());
    last.is_some_and(|(_, y)| y < plot.rect.top - 0.5 || y > plot.rect.bottom + 0.5)
}

/// Heights at least `gap` apart and inside `low` to `high`, as near as can be to the `wanted` ones, which increase.
fn spread(wanted: &[f64], gap: f64, (low, high): (f64, f64)) -> Vec<f64> {
    // Groups of labels that touch; each group is centered on the mean of its wanted heights.
    let mut groups: Vec<Vec<f64>> = Vec::new();
    let half = |group: &[f64]| gap * (group.len() - 1) as f64 / 2.0;
    let center = |group: &[f64]| {
        let mean = group.iter().sum::<f64>() / group.len() as f64;
        mean.min(high - half(group)).max(low + half(group))
    };
    for &y in wanted {
        let mut group = vec![y];
        while let Some(above) = groups.pop() {
            if center(&above) + half(&above) + gap <= center(&group) - half(&group) {
                groups.push(above);
                break;
            }
            group.splice(0..0, above);
        }
        groups.push(group);
    }
    let place =
        |group: Vec<f64>| (0..group.len()).map(|i| center(&group) - half(&group) + gap * i as f64).collect::<Vec<_>>();
    groups.into_iter().flat_map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::axis::Axis;

    #[test]
    fn labels_do_not_meet_and_stay_inside() {
        assert_eq!(spread(&[10.0, 50.0], 12.0, (0.0, 100.0)), [10.0, 50.0]);
        assert_eq!(spread(&[50.0, 50.0], 12.0, (0.0, 100.0)), [44.0, 56.0]);
        assert_eq!(spread(&[1.0, 2.0, 3.0], 12.0, (0.0, 100.0)), [0.0, 12.0, 24.0]);
        assert_eq!(spread(&[40.0, 46.0, 99.0, 100.0], 12.0, (0.0, 100.0)), [37.0, 49.0, 88.0, 100.0]);
        // Three that touch stand around the mean of their places, 160/3 and 134/3.
        for (wanted, middle) in [([50.0, 50.0, 60.0], 160.0 / 3.0), ([34.0, 50.0, 50.0], 134.0 / 3.0)] {
            let places = spread(&wanted, 12.0, (0.0, 100.0));
            let expected = [middle - 12.0, middle, middle + 12.0];
            assert!(places.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{places:?}");
        }
    }

    #[test]
    fn names_that_do_not_all_fit_are_evenly_spaced_and_have_the_last() {
        let kept = |n: usize, capacity| -> Vec<usize> {
            let series = (0..n).map(|i| Series::new(i.to_string(), Ink::Text, Vec::new())).collect();
            let panel = Panel { series, ..Panel::new(Axis::rows(1), "", Axis::rows(1)) };
            with_room(&panel, capacity).filter_map(|series| series.name.parse().ok()).collect()
        };
        assert_eq!(kept(4, 4), [0, 1, 2, 3]);
        assert_eq!(kept(11, 5), [0, 3, 6, 10]);
        assert_eq!(kept(13, 4), [0, 5, 12]);
    }
}
