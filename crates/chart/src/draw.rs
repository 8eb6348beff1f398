//! From a sheet to marks: rules, ticks, lines, shapes, crosshair and labels in the house's look.

use super::layout::{Plot, ROW, arrange, font_size, tick_counts};
use super::line::{Rect, clip, dash, finite, thin};
use super::marks::{Align, Mark, Point, Text, text_width};
use super::panel::{Panel, Series, Shape, Sheet};
use super::theme::Ink;

const HAIRLINE: f64 = 1.0;

/// A sheet of this size in CSS pixels.
pub fn marks(sheet: &Sheet, size: (f64, f64)) -> Vec<Mark> {
    let pencil = Pencil { font: font_size(size.0) };
    let plots = arrange(sheet, size);
    let mut marks = vec![pencil.text(&sheet.headline, (2.0, ROW / 2.0), Align::Left, Ink::Ink)];
    if let Some((first, last)) = &sheet.colour_scale {
        pencil.colour_scale(first, last, &mut marks);
    }
    for (i, (panel, plot)) in sheet.panels.iter().zip(&plots).enumerate() {
        let is_leftmost = plots.first().is_none_or(|first| first.rect.left == plot.rect.left);
        pencil.heights(panel, plot, is_leftmost, &mut marks);
        pencil.base_line(panel, plot, i + 1 == plots.len(), &mut marks);
        pencil.guides(panel, plot, &mut marks);
        panel.series.iter().for_each(|series| pencil.series(series, plot, &mut marks));
        pencil.cursor(panel, plot, &mut marks);
        pencil.labels(panel, plot, &mut marks);
        if panel.y.is_log && is_all_zero(panel) {
            // No logarithmic axis has a place for them, and an empty panel would say that nothing was measured.
            pencil.sentence("all are 0", &plot.rect, size.0, &mut marks);
        }
    }
    if let (Some(sentence), Some(first), Some(last)) = (&sheet.empty, plots.first(), plots.last()) {
        let all = Rect { right: last.rect.right, bottom: last.rect.bottom, ..first.rect };
        pencil.sentence(sentence, &all, size.0, &mut marks);
    }
    marks
}

/// Draws at one size of text.
struct Pencil {
    font: f64,
}

impl Pencil {
    fn text(&self, text: &str, at: Point, align: Align, ink: Ink) -> Mark {
        Mark::Text(Text { text: text.into(), at, align, size: self.font, is_bold: false, ink })
    }

    /// The level rules, their labels and the panel's name.
    fn heights(&self, panel: &Panel, plot: &Plot, is_leftmost: bool, marks: &mut Vec<Mark>) {
        let rect = plot.rect;
        let ticks = if panel.is_y_ticked { panel.y.ticks(tick_counts(&rect).1) } else { Vec::new() };
        for (value, label) in ticks {
            let y = plot.point((panel.x.low(), value)).1;
            marks.push(Mark::Line { points: vec![(rect.left, y), (rect.right, y)], width: HAIRLINE, ink: Ink::Rule });
            if is_leftmost {
                marks.push(self.text(&label, (rect.left - 6.0, y), Align::Right, Ink::Muted));
            }
        }
        if let Some(scenario) = panel.title {
            let at = (rect.left, rect.top - ROW / 2.0);
            let ink = Ink::Scenario(scenario);
            let is_diverged = panel.series.iter().any(|series| series.is_diverged);
            let text = format!("{}{}", scenario.label(), if is_diverged { ": diverged" } else { "" });
            marks.push(Mark::Text(Text { text, at, align: Align::Left, size: self.font, is_bold: true, ink }));
        }
    }

    /// The horizontal axis; the last panel names it, behind its last tick.
    fn base_line(&self, panel: &Panel, plot: &Plot, is_last: bool, marks: &mut Vec<Mark>) {
        let rect = plot.rect;
        let mut line = |points| marks.push(Mark::Line { points, width: HAIRLINE, ink: Ink::Muted });
        line(vec![(rect.left, rect.bottom), (rect.right, rect.bottom)]);
        let ticks = panel.x.ticks(tick_counts(&rect).0);
        let places: Vec<f64> = ticks.iter().map(|&(value, _)| plot.x_px(value)).collect();
        places.iter().for_each(|&x| line(vec![(x, rect.bottom), (x, rect.bottom + 4.0)]));
        let row = rect.bottom + ROW / 2.0 + 2.0;
        let mut taken = rect.left;
        for (x, (_, label)) in places.into_iter().zip(&ticks) {
            let half = text_width(label, self.font) / 2.0;
            let x = x.max(half);
            marks.push(self.text(label, (x, row), Align::Middle, Ink::Muted));
            taken = x + half;
        }
        if is_last {
            let x = (rect.right + 11.0).max(taken + 7.0);
            marks.push(self.text(panel.x_title, (x, row), Align::Left, Ink::Muted));
        }
    }

    fn guides(&self, panel: &Panel, plot: &Plot, marks: &mut Vec<Mark>) {
        for guide in &panel.guides {
            let y = plot.point((panel.x.low(), guide.y)).1;
            let strokes = dash(&[(plot.rect.left, y), (plot.rect.right, y)], (2.0, 3.0)).into_iter();
            marks.extend(strokes.map(|points| Mark::Line { points, width: HAIRLINE, ink: Ink::Muted }));
            marks.push(self.text(&guide.label, (plot.rect.right, y - 9.0), Align::Right, Ink::Muted));
        }
    }

    fn series(&self, series: &Series, plot: &Plot, marks: &mut Vec<Mark>) {
        let rect = plot.rect;
        if let Some(trend) = &series.trend {
            for points in visible(&series.line, plot) {
                marks.push(Mark::Line { points, width: HAIRLINE, ink: trend.pale });
            }
        }
        for part in visible(course(series), plot) {
            if let Some((base, ink)) = series.base {
                marks.push(fill(&part, plot.point((0.0, base)).1, ink));
            }
            let strokes = dash(&part, series.dash).into_iter();
            marks.extend(strokes.map(|points| Mark::Line { points, width: series.width, ink: series.ink }));
        }
        let places = series.marks.iter().map(|&p| plot.point(p)).filter(|&p| rect.contains(p));
        for at in places {
            shape(series.shape, at, 5.0, Ink::Paper, marks);
            shape(series.shape, at, 3.8, series.ink, marks);
        }
        if series.is_diverged
            && let Some((x, y)) = end(series, plot)
        {
            for (from, to) in [((x - 5.0, y - 5.0), (x + 5.0, y + 5.0)), ((x - 5.0, y + 5.0), (x + 5.0, y - 5.0))] {
                marks.push(Mark::Line { points: vec![from, to], width: 2.0, ink: series.ink });
            }
        }
    }

    fn cursor(&self, panel: &Panel, plot: &Plot, marks: &mut Vec<Mark>) {
        let Some(x) = panel.cursor else { return };
        let rect = plot.rect;
        let px = plot.x_px(x).clamp(rect.left, rect.right);
        marks.push(Mark::Line { points: vec![(px, rect.top), (px, rect.bottom)], width: HAIRLINE, ink: Ink::Muted });
        for series in &panel.series {
            let dot = series.nearest(x, panel.reach).map(|p| plot.point(p)).filter(|&p| rect.contains(p));
            if let Some(centre) = dot.filter(|_| series.base.is_none()) {
                marks.push(Mark::Dot { centre, radius: 5.0, ink: Ink::Paper });
                marks.push(Mark::Dot { centre, radius: 4.0, ink: series.ink });
            }
        }
    }

    /// The series' names in one column behind the longest line, each as near to its line's end as can be without meeting
    /// another. In small multiples the panel's name says whether a run diverged.
    fn labels(&self, panel: &Panel, plot: &Plot, marks: &mut Vec<Mark>) {
        let mut labels: Vec<(&str, &Series, Point)> = Vec::new();
        // From the top down; a sort would be four times the code that this function is.
        let mut add = |label, series, end: Point| {
            let place = labels.partition_point(|(_, _, other)| other.1 <= end.1);
            labels.insert(place, (label, series, end));
        };
        for series in panel.series.iter().filter(|series| !series.label.is_empty()) {
            let Some(end) = end(series, plot) else { continue };
            if is_off_scale(series, plot) {
                // Its name stands where it leaves the plot; a leader from there would look like data.
                if end.1 <= plot.rect.top + 0.5 {
                    let at = (end.0 + 8.0, plot.rect.top + self.font * 0.6);
                    marks.push(self.text(&series.label, at, Align::Left, series.label_ink));
                }
                continue;
            }
            add(&series.label, series, end);
            if series.is_diverged && panel.title.is_none() {
                add("diverged", series, end);
            }
        }
        let wanted: Vec<f64> = labels.iter().map(|(_, _, end)| end.1).collect();
        let heights = spread(&wanted, self.font * 1.15, (plot.rect.top, plot.rect.bottom));
        // Samples go on where their means end.
        let reach = |series: &Series| series.line.iter().rev().map(|&p| plot.point(p).0).find(|x| x.is_finite());
        let ends = labels.iter().flat_map(|(_, series, end)| reach(series).into_iter().chain([end.0]));
        let column = ends.fold(plot.rect.left, f64::max).min(plot.rect.right);
        for (&(label, series, (x, y)), label_y) in labels.iter().zip(heights) {
            if (label_y - y).abs() > 4.0 || column - x > 20.0 {
                let points = vec![(x + 2.0, y), (column + 9.0, label_y)];
                // A long leader in the series' own ink would look like data that are still to come.
                let ink = if column - x > 30.0 { Ink::Muted } else { series.ink };
                marks.push(Mark::Line { points, width: HAIRLINE, ink });
            }
            marks.push(self.text(label, (column + 11.0, label_y), Align::Left, series.label_ink));
        }
    }

    /// What will appear, in the middle of empty plots.
    fn sentence(&self, sentence: &str, rect: &Rect, width: f64, marks: &mut Vec<Mark>) {
        let half = text_width(sentence, self.font) / 2.0;
        let centre = ((rect.left + rect.right) / 2.0).min(width - half).max(half);
        let at = (centre, (rect.top + rect.bottom) / 2.0);
        marks.push(self.text(sentence, at, Align::Middle, Ink::Muted));
    }

    /// The ramp with its two ends, below the headline.
    fn colour_scale(&self, first: &str, last: &str, marks: &mut Vec<Mark>) {
        const SWATCHES: u32 = 13;
        let y = 1.5 * ROW;
        let from = 10.0 + text_width(first, self.font);
        for i in 0..SWATCHES {
            let x = from + 8.0 * f64::from(i);
            let points = vec![(x, y - 5.0), (x + 8.0, y - 5.0), (x + 8.0, y + 5.0), (x, y + 5.0)];
            marks.push(Mark::Fill { points, ink: Ink::Ramp(f64::from(i) / f64::from(SWATCHES - 1)) });
        }
        marks.push(self.text(first, (2.0, y), Align::Left, Ink::Muted));
        marks.push(self.text(last, (from + 8.0 * f64::from(SWATCHES) + 4.0, y), Align::Left, Ink::Muted));
    }
}

/// The area between a line and its base.
fn fill(line: &[Point], base: f64, ink: Ink) -> Mark {
    let mut points = line.to_vec();
    points.extend(line.last().map(|p| (p.0, base)));
    points.extend(line.first().map(|p| (p.0, base)));
    Mark::Fill { points, ink }
}

fn shape(shape: Shape, (x, y): Point, r: f64, ink: Ink, marks: &mut Vec<Mark>) {
    marks.push(match shape {
        Shape::Circle => Mark::Dot { centre: (x, y), radius: r, ink },
        Shape::Triangle => {
            let (w, up, down) = (1.15 * r, 1.25 * r, 0.9 * r);
            Mark::Fill { points: vec![(x, y - up), (x + w, y + down), (x - w, y + down)], ink }
        }
        Shape::Square => {
            let r = 0.88 * r;
            Mark::Fill { points: vec![(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)], ink }
        }
    });
}

/// The line that stands for a series: its trend where it has one.
fn course(series: &Series) -> &[Point] {
    series.trend.as_ref().map_or(&series.line, |trend| &trend.points)
}

/// Whether there are lines and all of them are 0 all along.
fn is_all_zero(panel: &Panel) -> bool {
    let mut heights = panel.series.iter().flat_map(|series| &series.line).map(|p| p.1).peekable();
    heights.peek().is_some() && heights.all(|height| height == 0.0)
}

/// The parts of a line that lie inside its plot, in pixels.
fn visible(line: &[Point], plot: &Plot) -> Vec<Vec<Point>> {
    let stretches = finite(line.iter().map(|&p| plot.point(p)));
    stretches.iter().flat_map(|stretch| clip(stretch, &plot.rect)).map(|part| thin(&part)).collect()
}

/// Where a line ends inside its plot, in pixels; a filled one ends at its base.
fn end(series: &Series, plot: &Plot) -> Option<Point> {
    let stretches = finite(course(series).iter().map(|&p| plot.point(p)));
    let parts: Vec<Vec<Point>> = stretches.iter().flat_map(|stretch| clip(stretch, &plot.rect)).collect();
    let last = parts.last().or(stretches.last().filter(|stretch| stretch.iter().any(|&p| plot.rect.contains(p))))?;
    let &(x, y) = last.last()?;
    Some((x, series.base.map_or(y, |(base, _)| plot.point((0.0, base)).1)))
}

/// Whether the line's last point is above or below its plot.
fn is_off_scale(series: &Series, plot: &Plot) -> bool {
    let places = course(series).iter().rev().map(|&p| plot.point(p));
    let last = places.into_iter().find(|p| p.0.is_finite() && p.1.is_finite());
    last.is_some_and(|(_, y)| y < plot.rect.top - 0.5 || y > plot.rect.bottom + 0.5)
}

/// Heights at least `gap` apart and inside `low` to `high`, as near as can be to the `wanted` ones, which increase.
fn spread(wanted: &[f64], gap: f64, (low, high): (f64, f64)) -> Vec<f64> {
    // Groups of labels that touch, each around the mean of what its members want.
    let mut groups: Vec<Vec<f64>> = Vec::new();
    let half = |group: &[f64]| gap * (group.len() - 1) as f64 / 2.0;
    let centre = |group: &[f64]| {
        let mean = group.iter().sum::<f64>() / group.len() as f64;
        mean.min(high - half(group)).max(low + half(group))
    };
    for &y in wanted {
        let mut group = vec![y];
        while let Some(above) = groups.pop() {
            if centre(&above) + half(&above) + gap <= centre(&group) - half(&group) {
                groups.push(above);
                break;
            }
            group.splice(0..0, above);
        }
        groups.push(group);
    }
    let place =
        |group: Vec<f64>| (0..group.len()).map(|i| centre(&group) - half(&group) + gap * i as f64).collect::<Vec<_>>();
    groups.into_iter().flat_map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_do_not_meet_and_stay_inside() {
        assert_eq!(spread(&[10.0, 50.0], 12.0, (0.0, 100.0)), [10.0, 50.0]);
        assert_eq!(spread(&[50.0, 50.0], 12.0, (0.0, 100.0)), [44.0, 56.0]);
        assert_eq!(spread(&[1.0, 2.0, 3.0], 12.0, (0.0, 100.0)), [0.0, 12.0, 24.0]);
        assert_eq!(spread(&[40.0, 46.0, 99.0, 100.0], 12.0, (0.0, 100.0)), [37.0, 49.0, 88.0, 100.0]);
    }
}
