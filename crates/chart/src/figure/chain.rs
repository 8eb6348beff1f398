//! A chain with one unit in each layer. The reader chooses every pre-activation z and every weight w; the error is 1 behind the last unit
//! and is multiplied on its way back by the weight and the slope of each unit.

use super::{Figure, Width};
use crate::axis::Axis;
use crate::control::{Control, ControlKind, Target, element, with_element};
use crate::mark::Point;
use crate::reading::{Cursor, Pick, Reading, nearest_panel, pick};
use crate::sheet::{Divergence, Panel, Series, Sheet, Title};
use crate::style::Shape;
use crate::table::{Cell, Table, measured};
use crate::theme::Ink;
use crate::view::{Options, View};
use lab::Results;
use lab::text::{self, minus, significant};
use nn::Activation;

pub const CAPTION: &str = "A saturated unit passes hardly any error to the layers before it. Drag a dot, or choose a layer and move the sliders.";

pub struct Chain;

const DEPTH: &str = "layers";
const MAX_DEPTH: f64 = 20.0;
const START: &str = "start";
const Z: &str = "z";
const W: &str = "w";
const Z_RANGE: (f64, f64) = (-8.0, 8.0);
const W_RANGE: (f64, f64) = (-4.0, 4.0);
const STEP: f64 = 0.1;

/// A chain to start from.
struct Start {
    key: &'static str,
    label: &'static str,
    activation: Activation,
    z: &'static str,
    w: &'static str,
}

const STARTS: [Start; 5] = [
    Start { key: "best", label: "sigmoid at its best", activation: Activation::Sigmoid, z: "0", w: "1" },
    Start { key: "saturated", label: "sigmoid saturated", activation: Activation::Sigmoid, z: "4", w: "1" },
    Start { key: "on", label: "ReLU on", activation: Activation::Relu, z: "1", w: "1" },
    Start { key: "off", label: "one ReLU off", activation: Activation::Relu, z: "1 1 -1 1", w: "1" },
    Start { key: "heavy", label: "weights of 1.5", activation: Activation::Relu, z: "1", w: "1.5" },
];

struct Unit {
    z: f64,
    /// Leads to the next unit.
    w: f64,
    slope: f64,
    delta: f64,
    /// ∂C/∂w, the error of the next unit times the output of this one.
    gradient: f64,
}

fn start(options: &Options) -> &'static Start {
    STARTS.iter().find(|start| options.get(START) == Some(start.key)).unwrap_or(&STARTS[0])
}

/// The first unit first.
fn units(options: &Options) -> Vec<Unit> {
    let Start { activation, z, w, .. } = start(options);
    let (z, w) = (options.get(Z).unwrap_or(z), options.get(W).unwrap_or(w));
    let value = |z: f64| activation.f(z);
    let mut delta = 1.0;
    let unit = |i: usize| {
        let (z, w) = (element(z, i), element(w, i));
        let slope = activation.df(z);
        let gradient = delta * value(z);
        delta *= w * slope;
        Unit { z, w, slope, delta, gradient }
    };
    let mut units: Vec<Unit> = (0..depth(options)).rev().map(unit).collect();
    units.reverse();
    units
}

fn depth(options: &Options) -> usize {
    let depth = options.get(DEPTH).and_then(text::number);
    depth.unwrap_or(6.0).clamp(1.0, MAX_DEPTH) as usize
}

impl Figure for Chain {
    fn key(&self) -> &'static str {
        "chain"
    }

    fn title(&self) -> String {
        "A chain with one unit in each layer".into()
    }

    fn width(&self) -> Width {
        Width::Wide
    }

    fn size(&self, is_narrow: bool) -> (u32, u32) {
        if is_narrow { (328, 520) } else { (960, 520) }
    }

    fn is_measured(&self) -> bool {
        false
    }

    fn controls(&self, _: &Results) -> Vec<Control> {
        let starts = STARTS.map(|start| (start.key.into(), start.label.into()));
        let number =
            |key, label, kind, value: &str| Control { key, label, target: Target::Own, kind, value: value.into() };
        let depth = ControlKind::Number { min: 1.0, max: MAX_DEPTH, step: 1.0, presets: &[] };
        let of_layers = |(min, max)| ControlKind::Numbers { min, max, step: STEP, most: MAX_DEPTH as usize };
        vec![
            Control::choice(START, "Start from", Target::Own, starts, STARTS[0].key.into()),
            number(DEPTH, "Layers", depth, "6"),
            number(Z, "z of this layer", of_layers(Z_RANGE), STARTS[0].z),
            number(W, "w of this layer", of_layers(W_RANGE), STARTS[0].w),
        ]
    }

    /// Another start replaces every z and w.
    fn set(&self, options: &mut Options, key: &'static str, value: String) {
        if key == START {
            options.remove(Z);
            options.remove(W);
        }
        options.set(key, value);
    }

    fn value(&self, options: &Options, key: &str) -> Option<String> {
        let start = start(options);
        let own = || options.get(key).map(str::to_owned);
        match key {
            Z => own().or(Some(start.z.into())),
            W => own().or(Some(start.w.into())),
            _ => own(),
        }
    }

    fn sheet(&self, _: &Results, _: &View, options: &Options) -> Sheet {
        let units = units(options);
        let x = Axis::rows(units.len());
        let points = |of: fn(&Unit) -> f64| -> Vec<Point> {
            units.iter().zip(1..).map(|(unit, l)| (f64::from(l), of(unit))).collect()
        };
        let series = |name: &str, ink, shape, of: fn(&Unit) -> f64| Series {
            label: String::new(),
            width: 1.0,
            marks: points(of),
            shape,
            ..Series::new(name.into(), ink, points(of))
        };
        let title = |text: String| Some(Title { text, ink: Ink::Text, variant: 0, divergence: None::<Divergence> });
        let cursor = options.cursor.map(|x| self.snap_to(x, units.len()));
        let panel = |text: String, y, series| Panel { title: title(text), series, cursor, ..Panel::new(x, "layer", y) };
        let sizes = units.iter().flat_map(|unit| [unit.delta.abs(), unit.gradient.abs()]);
        let f = start(options).activation.formula();
        let first = units.first().map_or(1.0, |unit| unit.delta);
        Sheet {
            headline: format!("δ of layer 1, the product of all: {}", number(first)),
            panels: vec![
                panel(
                    format!("pre-activation z;  {f}"),
                    Axis::linear(Z_RANGE.0, Z_RANGE.1),
                    vec![series("z", Ink::Series(0), Shape::Circle, |unit| unit.z)],
                ),
                panel(
                    "weight w".into(),
                    Axis::linear(W_RANGE.0, W_RANGE.1),
                    vec![series("w", Ink::Series(2), Shape::Square, |unit| unit.w)],
                ),
                panel(
                    "δ (triangles), ∂C/∂w (circles)".into(),
                    Axis::decades(sizes.chain([1.0])),
                    vec![
                        series("|δ|", Ink::Series(1), Shape::Triangle, |unit| unit.delta.abs()),
                        series("|∂C/∂w|", Ink::Series(3), Shape::Circle, |unit| unit.gradient.abs()),
                    ],
                ),
            ],
            empty: None,
            scale: None,
        }
    }

    fn summary(&self, _: &Results, _: &View, options: &Options) -> String {
        let units = units(options);
        let (Some(first), Some(last)) = (units.first(), units.last()) else { return String::new() };
        format!(
            "A chain of {} units with {}. The error δ is {} in the last layer and {} in the first. The gradient ∂C/∂w is {} in the \
             last layer and {} in the first.",
            units.len(),
            start(options).activation.formula(),
            number(last.delta),
            number(first.delta),
            number(last.gradient),
            number(first.gradient)
        )
    }

    fn table(&self, _: &Results, _: &View, options: &Options) -> Table {
        let row = |(unit, layer): (&Unit, u32)| {
            let Unit { z, w, slope, delta, gradient } = unit;
            let numbers = [*z, *w, *slope, w * slope, *delta, *gradient].map(|x| Cell::measured(Some(x), ""));
            std::iter::once(Cell::whole(layer.into())).chain(numbers).collect()
        };
        let columns = ["layer", "z", "w", "f′(z)", "w · f′(z)", "δ", "∂C/∂w"];
        Table::new(columns, units(options).iter().zip(1..).map(row).collect())
    }

    fn cursor(&self) -> Cursor {
        Cursor::Own
    }

    fn probe(&self, _: &Results, _: &View, options: &Options, x: f64) -> Vec<Reading> {
        let units = units(options);
        let layer = self.snap_to(x, units.len());
        let Some(unit) = units.get(layer as usize - 1) else { return Vec::new() };
        let values = [
            ("z", unit.z),
            ("w", unit.w),
            ("f′(z)", unit.slope),
            ("w · f′(z)", unit.w * unit.slope),
            ("δ", unit.delta),
            ("∂C/∂w", unit.gradient),
        ];
        let values = values.map(|(name, value)| Reading::new(name, measured(Some(value), "")));
        std::iter::once(Reading::new("layer", layer.to_string())).chain(values).collect()
    }

    fn x_range(&self, _: &Results, _: &View, options: &Options) -> (f64, f64) {
        (1.0, depth(options) as f64)
    }

    /// In the middle: what changes there is felt on one side only.
    fn rest(&self, _: &Results, _: &View, options: &Options) -> f64 {
        (depth(options) as f64 / 2.0).floor() + 1.0
    }

    fn x_step(&self, _: &Results, _: &View, _: &Options) -> f64 {
        1.0
    }

    fn snap(&self, _: &Results, x: f64) -> f64 {
        self.snap_to(x, MAX_DEPTH as usize)
    }

    /// Panels have no variant to highlight.
    fn pick(&self, results: &Results, view: &View, options: &Options, size: Point, pointer: Point) -> Option<Pick> {
        let pick = pick(&self.sheet(results, view, options), size, pointer)?;
        Some(Pick { x: self.snap_to(pick.x, depth(options)), layer: None, variant: None })
    }

    /// The z or the w under the pointer takes the pointer's height.
    fn drag(&self, results: &Results, view: &View, options: &Options, size: Point, pointer: Point) -> Option<Options> {
        let sheet = self.sheet(results, view, options);
        let (panel, plot) = nearest_panel(&sheet, size, pointer)?;
        let key = match panel.series.first()?.name.as_str() {
            "z" => Z,
            "w" => W,
            _ => return None,
        };
        let layer = self.snap_to(plot.x_at(pointer.0), depth(options));
        let value = (plot.y_at(pointer.1) / STEP).round() * STEP;
        let list = self.value(options, key)?;
        let mut dragged = options.with_cursor(layer);
        dragged.set(key, with_element(&list, layer as usize - 1, value));
        Some(dragged)
    }
}

impl Chain {
    /// The nearest layer.
    fn snap_to(&self, x: f64, depth: usize) -> f64 {
        (x - 0.5).ceil().clamp(1.0, depth.max(1) as f64)
    }
}

fn number(value: f64) -> String {
    minus(&significant(value + 0.0, 3))
}
