//! An activation and its derivative over z, sampled from the functions that train. There is one figure for each activation; its range,
//! peak and kinks are computed from f and f′.

use super::{Figure, Width};
use crate::axis::Axis;
use crate::control::{Control, ControlKind, Target};
use crate::mark::Point;
use crate::reading::{Cursor, Reading};
use crate::sheet::{Guide, Panel, Series, Sheet};
use crate::table::{Cell, Table};
use crate::theme::Ink;
use crate::view::{Options, View};
use lab::Results;
use lab::recipe::field::{Field, Kind};
use lab::text::{self, minus, significant};
use nn::Activation;

pub struct Curve {
    activation: Activation,
    /// The position in the table of activations, which determines the color.
    position: usize,
}

pub static ALL: [Curve; Activation::ALL.len()] = {
    let mut curves = [const { Curve { activation: Activation::ALL[0], position: 0 } }; Activation::ALL.len()];
    let mut i = 0;
    while i < curves.len() {
        curves[i] = Curve { activation: Activation::ALL[i], position: i };
        i += 1;
    }
    curves
};

/// The field of an activation's parameter.
const SLOPE: &str = "slope";
const ZOOM: &str = "zoom";
/// The least upper end of the zoomed axis.
const MIN_REACH: f64 = 0.05;

/// Smaller jumps of f′ are rounding.
const MIN_JUMP: f64 = 1e-6;

/// Samples of a curve from one end to the other; 0 is one of them.
const SAMPLES: u32 = 400;
const TABLE_ROWS: u32 = 16;

/// A jump of f′ from `left`, its value at z, to `right`.
struct Kink {
    z: f64,
    left: f64,
    right: f64,
}

/// n + 1 places from `low` to `high`.
fn grid((low, high): (f64, f64), n: u32) -> impl Iterator<Item = f64> {
    (0..=n).map(move |i| low + (high - low) * f64::from(i) / f64::from(n))
}

impl Curve {
    /// The activation with the chosen slope.
    fn activation(&self, options: &Options) -> Activation {
        let mut activation = self.activation;
        let chosen = options.get(SLOPE).and_then(text::number);
        let range = Field::find(SLOPE).map(|field| field.kind);
        if let (Some(slope), Some(chosen), Some(Kind::Real { min, max, .. })) = (activation.slope_mut(), chosen, range)
        {
            *slope = chosen.clamp(min, max);
        }
        activation
    }

    fn slope(&self) -> Option<f64> {
        let mut activation = self.activation;
        activation.slope_mut().copied()
    }
}

/// A range at whose ends f′ is within 2 % of its limits.
fn z_range(activation: Activation) -> (f64, f64) {
    let is_settled = |z: f64| {
        let steepest = grid((-z, z), SAMPLES).map(|z| activation.df(z).abs()).fold(0.0, f64::max);
        [-1.0, 1.0].iter().all(|side| (activation.df(side * z) - activation.df(side * 100.0)).abs() <= 0.02 * steepest)
    };
    let z = [4.0, 8.0].into_iter().find(|&z| is_settled(z)).unwrap_or(12.0);
    (-z, z)
}

/// The vertical axis, rounded to halves, with room below a line at 0. Zoomed in, f at the left end reaches four fifths of the lower
/// half.
fn heights(activation: Activation, z: (f64, f64), is_zoomed: bool) -> Axis {
    if is_zoomed {
        let reach = (1.25 * activation.f(z.0).abs()).max(MIN_REACH);
        return Axis::linear(-reach, reach);
    }
    let heights = || grid(z, SAMPLES).flat_map(|z| [activation.f(z), activation.df(z)]);
    let (low, high) = (heights().fold(f64::INFINITY, f64::min), heights().fold(f64::NEG_INFINITY, f64::max));
    let low = if low == 0.0 { -0.5 } else { (2.0 * low).floor() / 2.0 };
    Axis::linear(low, (2.0 * high).ceil() / 2.0)
}

/// Where f′ jumps. Between two samples, a difference that halving the distance does not make smaller is a jump.
fn kinks(activation: Activation, z: (f64, f64)) -> Vec<Kink> {
    let zs: Vec<f64> = grid(z, SAMPLES).collect();
    let kink = |pair: &[f64]| {
        let &[mut low, mut high] = pair else { return None };
        let gap = |low: f64, high: f64| (activation.df(high) - activation.df(low)).abs();
        let whole = gap(low, high);
        if whole < MIN_JUMP {
            return None;
        }
        for _ in 0..60 {
            let middle = (low + high) / 2.0;
            if gap(low, middle) > gap(middle, high) {
                high = middle;
            } else {
                low = middle;
            }
            if gap(low, high) <= 0.5 * whole {
                return None;
            }
        }
        Some(Kink { z: low, left: activation.df(low), right: activation.df(high) })
    };
    zs.windows(2).filter_map(kink).collect()
}

/// The highest place of f′ if it is a smooth peak between the ends.
fn peak(activation: Activation, z: (f64, f64)) -> Option<Point> {
    let points: Vec<Point> = grid(z, SAMPLES).map(|z| (z, activation.df(z))).collect();
    let highest = points.iter().enumerate().max_by(|(_, a), (_, b)| a.1.total_cmp(&b.1)).map(|(i, _)| i)?;
    let (before, after) = (points.get(highest.checked_sub(1)?)?, points.get(highest + 1)?);
    let &(z, top) = points.get(highest)?;
    let is_smooth = [before, after].iter().all(|p| p.1 < top && top - p.1 < 0.01);
    is_smooth.then_some((z, top))
}

/// f and f′, solid both: dashes would hide the kink, and each figure has one activation only.
fn series(activation: Activation, position: usize, z: (f64, f64), cursor: Option<f64>) -> Vec<Series> {
    let mut zs: Vec<f64> = grid(z, SAMPLES).collect();
    if let Some(z) = cursor {
        zs.insert(zs.partition_point(|&other| other <= z), z);
    }
    let f = zs.iter().map(|&z| (z, activation.f(z))).collect();
    let mut df: Vec<Point> = zs.iter().map(|&z| (z, activation.df(z))).collect();
    let mut marks = Vec::new();
    for Kink { z, left, right } in kinks(activation, z) {
        // The line breaks at the jump, and a dot is at the value of f′ there.
        marks.push((z, left));
        let behind = df.partition_point(|&(other, _)| other <= z);
        df.splice(behind..behind, [(z, f64::NAN), (z, right)]);
    }
    let (ink, faint) = (Ink::Series(position), Ink::Faint(position));
    let derivative = Series { width: 1.5, label_ink: ink, marks, ..Series::new("f′(z)".into(), faint, df) };
    vec![Series::new("f(z)".into(), ink, f), derivative]
}

/// The caption of the curve of this key; empty if there is none.
pub fn caption(key: &str) -> String {
    let Some(curve) = ALL.iter().find(|curve| curve.key() == key) else { return String::new() };
    let has_kinks = !kinks(curve.activation, z_range(curve.activation)).is_empty();
    let dot = if has_kinks { " Where f′ jumps, the dot shows the value that counts." } else { "" };
    format!("Each layer multiplies the error by the derivative f′ once.{dot}")
}

impl Figure for Curve {
    fn key(&self) -> &'static str {
        self.activation.key()
    }

    fn title(&self) -> String {
        let mut label = self.activation.label().chars();
        let first = label.next().map(char::to_uppercase);
        format!("{}{} and its derivative", first.into_iter().flatten().collect::<String>(), label.as_str())
    }

    fn width(&self) -> Width {
        Width::Column
    }

    fn size(&self, is_narrow: bool) -> (u32, u32) {
        if is_narrow { (328, 280) } else { (640, 360) }
    }

    fn is_measured(&self) -> bool {
        false
    }

    fn controls(&self, _: &Results) -> Vec<Control> {
        let (Some(slope), Some(field)) = (self.slope(), Field::find(SLOPE)) else { return Vec::new() };
        let Kind::Real { min, max, step } = field.kind else { return Vec::new() };
        let kind = ControlKind::Number { min, max, step, presets: field.presets };
        let slope = Control { key: SLOPE, label: field.label, target: Target::Own, kind, value: slope.to_string() };
        vec![slope, Control::switch(ZOOM, "Zoom in vertically")]
    }

    fn sheet(&self, results: &Results, _: &View, options: &Options) -> Sheet {
        let activation = self.activation(options);
        let z = z_range(activation);
        let y = heights(activation, z, self.slope().is_some() && options.is_on(ZOOM));
        let zoom = (heights(activation, z, false).high() / y.high()).round();
        let zoom = if zoom > 1.0 { format!(", heights × {zoom}") } else { String::new() };
        let cursor = options.cursor.map(|z| self.snap(results, z));
        // Not if a rule at the end of the axis shows it already.
        let peak = peak(activation, z).filter(|peak| peak.1 < 0.99 * y.high());
        let guide = |(_, y)| Guide { y, label: short(y) };
        let panel = Panel {
            guides: peak.map(guide).into_iter().collect(),
            series: series(activation, self.position, z, cursor),
            cursor,
            ..Panel::new(Axis::linear(z.0, z.1), "z", y)
        };
        Sheet { headline: format!("{}{zoom}", activation.formula()), panels: vec![panel], empty: None, scale: None }
    }

    fn summary(&self, _: &Results, _: &View, options: &Options) -> String {
        let activation = self.activation(options);
        let (low, high) = z_range(activation);
        let [f, df] = [Activation::f, Activation::df].map(|of: fn(Activation, f64) -> f64| {
            let at = |z: f64| format!("{} at z = {z}", short(of(activation, z)));
            format!("{}, {} and {}", at(low), at(0.0), at(high))
        });
        let peak = peak(activation, (low, high));
        let peak = peak.map(|(z, y)| format!(" Its peak is {} at z = {}.", short(y), short(z)));
        let kinks = kinks(activation, (low, high)).into_iter().map(|Kink { z, left, right }| {
            format!(" It jumps from {} to {} at z = {}.", short(left), short(right), short(z))
        });
        let rest: String = peak.into_iter().chain(kinks).collect();
        minus(&format!("f(z) is {f}. Its derivative is {df}.{rest}"))
    }

    fn table(&self, _: &Results, _: &View, options: &Options) -> Table {
        let activation = self.activation(options);
        let row = |z: f64| {
            let values = [activation.f(z), activation.df(z)]
                .map(|value| Cell::number(value, minus(&significant(value + 0.0, 4))));
            std::iter::once(Cell::number(z, minus(&z.to_string()))).chain(values).collect()
        };
        Table::new(["z", "f(z)", "f′(z)"], grid(z_range(activation), TABLE_ROWS).map(row).collect())
    }

    fn cursor(&self) -> Cursor {
        Cursor::Own
    }

    fn probe(&self, results: &Results, view: &View, options: &Options, x: f64) -> Vec<Reading> {
        let z = self.snap(results, x);
        let sheet = self.sheet(results, view, &options.with_cursor(z));
        let values = sheet.panels.iter().flat_map(|panel| &panel.series).map(|series| {
            let value = series.nearest(z).map_or(f64::NAN, |(_, y)| y);
            Reading::new(series.name.clone(), number(value))
        });
        std::iter::once(Reading::new("z", minus(&format!("{z:.2}")))).chain(values).collect()
    }

    fn rest(&self, _: &Results, _: &View, _: &Options) -> f64 {
        0.0
    }

    fn x_step(&self, _: &Results, _: &View, _: &Options) -> f64 {
        0.1
    }

    fn snap(&self, _: &Results, x: f64) -> f64 {
        (100.0 * x).round() / 100.0 + 0.0
    }
}

/// Six digits; 0 has no sign.
fn number(value: f64) -> String {
    minus(&significant(value + 0.0, 6))
}

/// Up to three digits; 0 has no sign.
fn short(value: f64) -> String {
    let text = significant(value + 0.0, 3);
    let is_plain = text.contains('.') && !text.contains('×');
    let text = if is_plain { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    minus(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Far out, f′ differs from one sample to the next by nothing but rounding.
    #[test]
    fn rounding_is_no_kink() {
        for activation in Activation::ALL {
            assert!(kinks(activation, (-40.0, 40.0)).iter().all(|kink| kink.z == 0.0), "{activation:?}");
        }
    }
}
