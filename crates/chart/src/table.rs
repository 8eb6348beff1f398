//! Numbers in rows: what stands behind a figure.

use super::axis::minus;
use super::panel::Sheet;
use lab::finding::{Finding, significant};
use lab::training::LOG_EVERY;

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

    /// Three digits and a unit.
    pub fn measured(value: Option<f64>, unit: &str) -> String {
        let cell = Self::cell(value, 3);
        if cell == NOT_YET { cell } else { cell + unit }
    }

    /// The logged steps of a figure over time: the value of each series' mark.
    pub fn of_logs(sheet: &Sheet, steps: u32) -> Self {
        let units = |panel: &super::panel::Panel| vec![panel.y.unit; panel.series.len()];
        let units: Vec<_> = sheet.panels.iter().flat_map(units).collect();
        let series: Vec<_> = sheet.panels.iter().flat_map(|panel| &panel.series).collect();
        let columns = std::iter::once("step".into()).chain(series.iter().map(|series| series.name.clone()));
        let row = |step: u32| {
            let at = |series: &&super::panel::Series| series.marks.iter().find(|p| p.0 == f64::from(step)).map(|p| p.1);
            let values = series.iter().zip(&units).map(|(series, unit)| Self::measured(at(series), unit));
            std::iter::once(Finding::Steps.text(step.into())).chain(values).collect()
        };
        Self { columns: columns.collect(), rows: (0..steps).step_by(LOG_EVERY as usize).map(row).collect() }
    }
}
