//! Numbers in rows: what stands behind a figure, and the table of ratios that the article is about.

use super::axis::minus;
use super::panel::Sheet;
use crate::lab::finding::{Finding, Quantity, When, significant};
use crate::lab::training::LOG_EVERY;
use crate::lab::{Experiment, Scenario};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub columns: Vec<String>,
    /// Each as long as `columns`.
    pub rows: Vec<Vec<String>>,
}

/// What stands where nothing has been measured.
pub const NOT_YET: &str = "–";

impl Table {
    pub fn cell(value: Option<f64>, figures: usize) -> String {
        value.filter(|v| v.is_finite()).map_or(NOT_YET.into(), |value| minus(&significant(value, figures)))
    }

    /// The logged steps of a figure over time: the value of each series' mark.
    pub fn of_logs(sheet: &Sheet, steps: u32) -> Self {
        let series: Vec<_> = sheet.panels.iter().flat_map(|panel| &panel.series).collect();
        let columns = std::iter::once("step".into()).chain(series.iter().map(|series| series.name.clone()));
        let row = |step: u32| {
            let at = |series: &&super::panel::Series| series.marks.iter().find(|p| p.0 == f64::from(step)).map(|p| p.1);
            let values = series.iter().map(|series| Self::cell(at(series), 3));
            std::iter::once(Finding::Steps.text(step.into())).chain(values).collect()
        };
        Self { columns: columns.collect(), rows: (0..steps).step_by(LOG_EVERY as usize).map(row).collect() }
    }
}

/// How much smaller gradients and errors are in early layers than in the last one, beside what the tutorial gives.
pub fn ratio_table(experiment: &Experiment) -> Table {
    let columns = ["ratio", "activation"].into_iter().chain(When::ALL.map(When::label)).chain(["the tutorial"]);
    let groups = [(Quantity::Gradient, 1), (Quantity::Gradient, 2), (Quantity::Delta, 1), (Quantity::Delta, 2)];
    let row = |quantity: Quantity, to: usize, scenario: Scenario| {
        let symbol = if quantity == Quantity::Delta { "δ" } else { "∂C/∂W" };
        let value = |when| {
            let finding = Finding::Ratio { scenario, quantity, from: 6, to, when };
            finding.value(experiment).filter(|v| v.is_finite()).map_or(NOT_YET.into(), |value| finding.text(value))
        };
        let tutorial = match (quantity, to, scenario) {
            (Quantity::Gradient, 1, Scenario::Sigmoid) => "about 30",
            (Quantity::Gradient, 1, Scenario::Relu) => "about the same as leaky",
            (Quantity::Gradient, 1, Scenario::Leaky) => "about 6",
            _ => NOT_YET,
        };
        let head = [format!("mean |{symbol}|, layer 6 to layer {to}"), scenario.label().into()];
        head.into_iter().chain(When::ALL.map(value)).chain([tutorial.into()]).collect()
    };
    let rows = groups.into_iter().flat_map(|(quantity, to)| Scenario::ALL.map(|scenario| row(quantity, to, scenario)));
    Table { columns: columns.map(String::from).collect(), rows: rows.collect() }
}
