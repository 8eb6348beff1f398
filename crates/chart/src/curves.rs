//! An activation and its derivative over z, sampled from the functions that train.

use super::axis::{Axis, minus};
use super::choice::Choice;
use super::panel::{Guide, Panel, Series, Sheet};
use super::table::Table;
use super::theme::Ink;
use lab::finding::significant;
use lab::{Experiment, Scenario};
use nn::Activation;

/// Samples of a curve from one end to the other.
const SAMPLES: u32 = 400;

pub fn sheet(experiment: &Experiment, scenario: Scenario, choice: &Choice) -> Sheet {
    let slope = experiment.plan.slope();
    let activation = scenario.activation(slope);
    let z = z_range(scenario);
    let y = heights(scenario, slope, choice.is_zoomed);
    let headline = match scenario {
        Scenario::Sigmoid => "σ(z) = 1 / (1 + e⁻ᶻ) and its derivative".into(),
        Scenario::Relu => "f(z) = max(0, z) and its derivative".into(),
        Scenario::Leaky => {
            let zoom = (heights(scenario, slope, false).high() / y.high()).round();
            let zoom = if zoom > 1.0 { format!(", heights × {zoom}") } else { String::new() };
            format!("f(z) = max({slope} z, z) and its derivative{zoom}")
        }
    };
    let peak = Guide { y: activation.df(0.0), label: "0.25".into() };
    let guides = if scenario == Scenario::Sigmoid { vec![peak] } else { Vec::new() };
    let panel = Panel {
        title: None,
        x: Axis::linear(z.0, z.1),
        x_title: "z",
        y,
        is_y_ticked: true,
        guides,
        series: series(activation, scenario, z, choice.cursor),
        cursor: choice.cursor,
        reach: f64::EPSILON,
    };
    Sheet { headline, panels: vec![panel], empty: None, colour_scale: None }
}

fn z_range(scenario: Scenario) -> (f64, f64) {
    match scenario {
        Scenario::Sigmoid => (-8.0, 8.0),
        Scenario::Relu | Scenario::Leaky => (-4.0, 4.0),
    }
}

/// The vertical axis. Zoomed, four fifths of its lower half are what the leaky slope reaches at the left end.
fn heights(scenario: Scenario, slope: f64, is_zoomed: bool) -> Axis {
    match scenario {
        Scenario::Sigmoid => Axis::linear(0.0, 1.0),
        Scenario::Relu => Axis::linear(-0.5, 4.0),
        Scenario::Leaky if is_zoomed => {
            let reach = 5.0 * slope.max(Activation::TEXT_SLOPE);
            Axis::linear(-reach, reach)
        }
        Scenario::Leaky => Axis::linear((-4.0 * slope).floor().min(-0.5), 4.0),
    }
}

/// f and f′, solid both: dashes would hide the kink, and each figure has one activation only.
fn series(activation: Activation, scenario: Scenario, (low, high): (f64, f64), cursor: Option<f64>) -> Vec<Series> {
    let grid = (0..=SAMPLES).map(|i| low + (high - low) * f64::from(i) / f64::from(SAMPLES));
    let mut zs: Vec<f64> = grid.collect();
    if let Some(z) = cursor {
        zs.insert(zs.partition_point(|&other| other <= z), z);
    }
    let f = zs.iter().map(|&z| (z, activation.f(z))).collect();
    let mut df: Vec<(f64, f64)> = zs.iter().map(|&z| (z, activation.df(z))).collect();
    let mut marks = Vec::new();
    if activation.df(f64::MIN_POSITIVE) - activation.df(0.0) > f64::EPSILON {
        // The derivative jumps behind 0: the line breaks there, and a dot says to which side 0 belongs.
        marks.push((0.0, activation.df(0.0)));
        let behind = df.partition_point(|&(z, _)| z <= 0.0);
        let after = (f64::MIN_POSITIVE, activation.df(f64::MIN_POSITIVE));
        df.splice(behind..behind, [(0.0, f64::NAN), after]);
    }
    let faint = Ink::Faint(scenario);
    let slope =
        Series { width: 1.5, label_ink: Ink::Scenario(scenario), marks, ..Series::new("f′(z)".into(), faint, df) };
    vec![Series::new("f(z)".into(), Ink::Scenario(scenario), f), slope]
}

pub fn describe(experiment: &Experiment, scenario: Scenario) -> String {
    let slope = experiment.plan.slope();
    let activation = scenario.activation(slope);
    let (at, four) = (|z: f64| significant(activation.f(z) + 0.0, 3), |z: f64| significant(activation.df(z), 3));
    match scenario {
        Scenario::Sigmoid => format!(
            "The sigmoid rises from 0 to 1 and is {} at z = 0. Its derivative is a low hill: {} at z = 0, {} at z = ±4 and {} at z = ±8.",
            at(0.0), four(0.0), four(4.0), four(8.0)
        ),
        Scenario::Relu => "ReLU is 0 for every z up to 0 and equals z above it. Its derivative is 0 on the left, jumps behind z = 0 and is 1 on the right.".into(),
        Scenario::Leaky => minus(&format!(
            "Leaky ReLU equals z above 0 and {slope} z below it: {} at z = -4. Its derivative is {slope} on the left, jumps behind z = 0 and is 1 on the right.",
            at(-4.0)
        )),
    }
}

pub fn table(experiment: &Experiment, scenario: Scenario) -> Table {
    let activation = scenario.activation(experiment.plan.slope());
    let (low, high) = z_range(scenario);
    let row = |i: u32| {
        let z = low + (high - low) * f64::from(i) / 16.0;
        vec![minus(&z.to_string()), number(activation.f(z)), number(activation.df(z))]
    };
    Table { columns: ["z", "f(z)", "f′(z)"].map(String::from).to_vec(), rows: (0..=16).map(row).collect() }
}

/// Six digits; 0 has no sign.
pub fn number(value: f64) -> String {
    minus(&significant(value + 0.0, 6))
}
