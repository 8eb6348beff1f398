//! mean |∂C/∂W⁽ˡ⁾| over the steps of training: one layer under three activations, or all layers of each.

use super::axis::Axis;
use super::choice::Choice;
use super::marks::Point;
use super::panel::{Panel, SOLID, Series, Sheet};
use super::table::Table;
use super::theme::Ink;
use super::training::{WINDOW, empty, scenario_series, time_panel, window_means};
use lab::finding::{Finding, Quantity, When, significant};
use lab::history::Status;
use lab::sample::Sample;
use lab::{Experiment, Scenario};

/// One layer, three scenarios.
pub fn one_layer(experiment: &Experiment, choice: &Choice) -> Sheet {
    let layer = choice.layer_of(experiment);
    let line = |scenario| {
        let [line, mark] = [recent_gradient, gradient].map(|mean| move |sample: &Sample| mean(sample, layer));
        scenario_series(scenario, experiment.run(scenario), line, mark)
    };
    let series: Vec<Series> = Scenario::ALL.map(line).into();
    let y = axis(choice, series.iter());
    let place = match layer {
        1 => " (the first)",
        layer if layer == experiment.plan.depth => " (the last)",
        _ => "",
    };
    Sheet {
        headline: format!("mean |∂C/∂W| of layer {layer}{place}"),
        panels: vec![time_panel(experiment, y, series, choice.cursor)],
        empty: empty(experiment),
        colour_scale: None,
    }
}

/// All layers, one panel a scenario.
pub fn all_layers(experiment: &Experiment, choice: &Choice) -> Sheet {
    let depth = experiment.plan.depth;
    let series = Scenario::ALL.map(|scenario| (1..=depth).map(|l| layer_series(experiment, scenario, l)).collect());
    let y = axis(choice, series.iter().flat_map(|series: &Vec<Series>| series));
    let panel = |(scenario, series): (Scenario, Vec<Series>)| {
        let panel = time_panel(experiment, y, series, choice.cursor);
        Panel { title: Some(scenario), reach: WINDOW, ..panel }
    };
    Sheet {
        headline: format!("mean |∂C/∂W| of each layer, 1 (first) to {depth} (last)"),
        panels: Scenario::ALL.into_iter().zip(series).map(panel).collect(),
        empty: empty(experiment),
        colour_scale: None,
    }
}

/// A layer's trend: six noisy lines on a narrow panel cannot be told apart. Every other layer is dashed, so that neighbours
/// differ without colour too.
fn layer_series(experiment: &Experiment, scenario: Scenario, layer: usize) -> Series {
    let history = experiment.run(scenario);
    let samples: Vec<Point> = history.samples.iter().map(|s| (f64::from(s.step), recent_gradient(s, layer))).collect();
    let line = window_means(&samples);
    let is_diverged = matches!(history.status, Status::Diverged(_));
    let ink = Ink::Ramp((layer - 1) as f64 / (experiment.plan.depth - 1).max(1) as f64);
    let dash = if layer.is_multiple_of(2) { (5.0, 2.0) } else { SOLID };
    Series { label_ink: Ink::Ink, dash, is_diverged, ..Series::new(layer.to_string(), ink, line) }
}

fn axis<'a>(choice: &Choice, series: impl Iterator<Item = &'a Series>) -> Axis {
    let heights = series.flat_map(|series| series.line.iter().chain(&series.marks)).map(|p| p.1);
    if !choice.is_linear {
        return Axis::decades(heights);
    }
    let high = heights.filter(|height| height.is_finite()).fold(0.0, f64::max);
    Axis::from_zero([high].into_iter(), if high > 0.0 { high } else { 0.1 })
}

/// Of the sample's batch. Not a number where the layer was not measured.
fn gradient(sample: &Sample, layer: usize) -> f64 {
    sample.layers.get(layer - 1).map_or(f64::NAN, |sample| sample.gradient.mean.into())
}

/// Over all batches since the sample before.
fn recent_gradient(sample: &Sample, layer: usize) -> f64 {
    sample.layers.get(layer - 1).map_or(f64::NAN, |sample| sample.recent_gradient.into())
}

pub fn describe_layer(experiment: &Experiment, choice: &Choice) -> String {
    let layer = choice.layer_of(experiment);
    let sentence = |scenario: Scenario| {
        let mean = |when| Finding::Mean { scenario, quantity: Quantity::Gradient, layer, when }.value(experiment);
        let (before, logs) = (significant(mean(When::Before)?, 2), significant(mean(When::Logs)?, 2));
        Some(format!("{} {before} before training and {logs} over the logs", scenario.label()))
    };
    match sentences(sentence) {
        None => "Nothing has been measured yet.".into(),
        Some(text) => format!("Mean absolute gradient of layer {layer}: {text}."),
    }
}

pub fn describe_layers(experiment: &Experiment) -> String {
    let last = experiment.plan.depth;
    let sentence = |scenario: Scenario| {
        let ratio = |when| {
            let ratio = Finding::Ratio { scenario, quantity: Quantity::Gradient, from: last, to: 1, when };
            // A mean of 0 is divided by no number.
            let text = |value: f64| if value.is_finite() { significant(value, 2) } else { "no ratio".to_owned() };
            ratio.value(experiment).map(text)
        };
        Some(format!(
            "{} {} before training and {} over the logs",
            scenario.label(),
            ratio(When::Before)?,
            ratio(When::Logs)?
        ))
    };
    match sentences(sentence) {
        None => "Nothing has been measured yet.".into(),
        Some(text) => format!("Gradients of layer {last} against layer 1, as a ratio of their means: {text}."),
    }
}

fn sentences(sentence: impl Fn(Scenario) -> Option<String>) -> Option<String> {
    let sentences: Vec<String> = Scenario::ALL.into_iter().filter_map(sentence).collect();
    (!sentences.is_empty()).then(|| sentences.join("; "))
}

/// Each layer of each scenario in one row: the logged steps would be nineteen columns.
pub fn table_of_layers(experiment: &Experiment) -> Table {
    let row = |scenario: Scenario, layer: usize| {
        let cell = |when| {
            Table::cell(Finding::Mean { scenario, quantity: Quantity::Gradient, layer, when }.value(experiment), 3)
        };
        let means = When::ALL.map(cell);
        [scenario.label().to_owned(), layer.to_string()].into_iter().chain(means).collect()
    };
    let layers = 1..=experiment.plan.depth;
    let columns = ["activation", "layer"].into_iter().chain(When::ALL.map(When::label)).map(String::from);
    let rows = Scenario::ALL.into_iter().flat_map(|scenario| layers.clone().map(move |layer| row(scenario, layer)));
    Table { columns: columns.collect(), rows: rows.collect() }
}
