//! Depth × initialization: before training, how many times larger the mean |∂C/∂W| of the last layer is than the first's;
//! after it, the accuracy on all training digits. Medians over seeds.

use super::args::Args;
use lab::data::Split;
use lab::training::{CannotTrain, Diverged};
use lab::{Recipe, Settings, Training};
use nn::{Activation, Initializer};
use std::fmt::{self, Write};

const NORMAL: Initializer = Initializer::Normal { std: 1.0 };
const TINY: Initializer = Initializer::Normal { std: 0.01 };

pub const ROWS: [(usize, Initializer); 10] = [
    (3, Initializer::GlorotUniform),
    (3, Initializer::HeNormal),
    (3, NORMAL),
    (6, Initializer::GlorotUniform),
    (6, Initializer::HeNormal),
    (6, NORMAL),
    (6, TINY),
    (10, Initializer::GlorotUniform),
    (20, Initializer::GlorotUniform),
    (20, Initializer::HeNormal),
];

pub const ACTIVATIONS: [Activation; 4] = [
    Activation::Sigmoid,
    Activation::Tanh,
    Activation::Relu,
    Activation::LeakyRelu { slope: Activation::SCRIPT_SLOPE },
];

/// The settings of one row of the table: activation by activation, seed by seed.
///
/// # Errors
/// A sentence about the value that cannot run.
pub fn row_settings(args: &Args, depth: usize, initializer: Initializer) -> Result<Vec<Settings>, String> {
    let seeds = args.seeds(5)?;
    let runs = ACTIVATIONS.into_iter().flat_map(|activation| seeds.clone().map(move |seed| (activation, seed)));
    let settings = |(activation, seed)| {
        let recipe = Recipe { depth, initializer, ..args.recipe(activation, seed)? };
        recipe.check().map_err(|error| error.to_string())
    };
    runs.map(settings).collect()
}

/// What one run has to say.
pub struct Cell {
    /// Mean |∂C/∂W| of the last layer by that of the first, before any update; NaN for a run that diverged.
    pub ratio: f64,
    /// 0 to 1.
    pub accuracy: f64,
}

/// Trains one run to its end; `tick` is called at each step.
///
/// # Errors
/// As [`Training::new`].
pub fn cell(settings: Settings, split: &Split, mut tick: impl FnMut()) -> Result<Cell, CannotTrain> {
    let mut training = Training::new(settings, &split.train)?;
    let mut ratio = f64::NAN;
    let mut train = || -> Result<(), Diverged> {
        while !training.is_done() {
            let measured = training.step(split)?;
            if let Some([first, .., last]) =
                measured.as_ref().filter(|m| m.sample.step == 0).map(|m| &m.sample.layers[..])
            {
                ratio = f64::from(last.gradient.mean) / f64::from(first.gradient.mean);
            }
            tick();
        }
        Ok(())
    };
    let accuracy = train().map_or(f64::NAN, |()| training.outcome(split).train_accuracy.into());
    Ok(Cell { ratio, accuracy })
}

/// One line of the table, in Markdown: a cell for each activation.
pub fn line(depth: usize, initializer: Initializer, cells: &[Cell]) -> String {
    let name = match initializer {
        Initializer::Normal { std } => format!("N(0, {std}²)"),
        other => other.label().to_owned(),
    };
    let mut line = format!("| {depth} {name} |");
    for cells in cells.chunks(cells.len() / ACTIVATIONS.len()) {
        let median = |of: fn(&Cell) -> f64| {
            let mut values: Vec<f64> = cells.iter().map(of).collect();
            values.sort_by(f64::total_cmp);
            (values[(values.len() - 1) / 2] + values[values.len() / 2]) / 2.0
        };
        let (ratio, accuracy) = (median(|cell| cell.ratio), median(|cell| cell.accuracy));
        _ = write!(line, " {} → {accuracy:.2} |", Ratio(ratio));
    }
    line
}

pub fn heading() -> String {
    let labels = ACTIVATIONS.map(|activation| match activation {
        Activation::LeakyRelu { slope } => format!("leaky {slope}"),
        other => other.label().to_owned(),
    });
    format!("| depth, initialization | {} |\n|---|{}", labels.join(" | "), "---|".repeat(ACTIVATIONS.len()))
}

/// Two digits.
struct Ratio(f64);

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ratio if ratio >= 1e4 => write!(f, "{ratio:.1e}"),
            ratio if ratio >= 10.0 => write!(f, "{ratio:.0}"),
            ratio => write!(f, "{ratio:.1}"),
        }
    }
}
