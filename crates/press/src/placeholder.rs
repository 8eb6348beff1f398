//! Placeholders for the controls of the live page: the same elements with the same text, invisible and inert, so that they take the
//! same space at every width. Values are those of the recorded run.

use chart::{Control, ControlKind, Figure, MAX_SEGMENTS, Options, Reading, Speed};
use lab::recipe::field::FIELDS;
use lab::{Experiment, Results};
use maud::{Markup, html};

pub fn controls(figure: &dyn Figure, results: &Results) -> Markup {
    html! { @for control in figure.controls(results) { (placeholder(control)) } }
}

fn placeholder(Control { label, kind, .. }: Control) -> Markup {
    match kind {
        ControlKind::Switch => {
            html! { label.switch.placeholder inert { input type="checkbox" disabled; span { (label) } } }
        }
        ControlKind::Choice(choices) => {
            let labels: Vec<String> = choices.into_iter().map(|(_, label)| label).collect();
            if labels.len() <= MAX_SEGMENTS { segmented(label, &labels) } else { select(label, &labels) }
        }
        ControlKind::Numbers { .. } => slider(label),
        ControlKind::Number { presets, .. } => {
            let labels: Vec<String> = presets.iter().map(|(label, value)| format!("{label}, {value}")).collect();
            html! {
                (slider(label))
                @if !labels.is_empty() { (segmented(&format!("{label} as in"), &labels)) }
            }
        }
    }
}

fn slider(label: &str) -> Markup {
    html! {
        label.slider.placeholder inert {
            span { (label) }
            input type="range" disabled;
            input type="number" disabled;
        }
    }
}

fn segmented(legend: &str, labels: &[String]) -> Markup {
    html! {
        div.segmented.placeholder inert {
            p { (legend) }
            @for label in labels { label { input type="radio" disabled; span { (label) } } }
        }
    }
}

fn select(label: &str, labels: &[String]) -> Markup {
    html! { label.number.placeholder inert { span { (label) } select disabled { @for label in labels { option { (label) } } } } }
}

/// The experiment's controls.
pub fn experiment(experiment: &Experiment) -> Markup {
    let presets = FIELDS.iter().filter(|field| !field.presets.is_empty() && experiment.value(field).is_some());
    html! {
        button.primary.placeholder disabled inert { "Run" }
        button.placeholder disabled inert { "Step" }
        button.placeholder disabled inert { "Reset" }
        label.number.placeholder inert { span { "Seed" } input type="number" disabled; }
        button.placeholder disabled inert { "New seed" }
        (segmented("Speed", &Speed::ALL.map(|speed| speed.label().to_owned())))
        @for field in presets {
            (segmented(field.label, &field.presets.iter().map(|(_, value)| value.to_string()).collect::<Vec<_>>()))
        }
        div.notices {}
    }
}

pub fn readout(figure: &dyn Figure, results: &Results) -> Markup {
    let (view, options) = (figure.recorded_view(), Options::default());
    let at = view.step.map_or_else(|| figure.rest(results, &view, &options), f64::from);
    let readings = figure.probe(results, &view, &options, at);
    html! {
        input.probe.placeholder type="range" disabled inert;
        div.values {
            @for of_panel in readings.chunk_by(|a, b| a.panel == b.panel) {
                @if let Some(panel) = &of_panel[0].panel {
                    div { span.heading { (panel) } (values(of_panel)) }
                } @else {
                    (values(of_panel))
                }
            }
        }
    }
}

fn values(readings: &[Reading]) -> Markup {
    html! { @for Reading { name, value, .. } in readings { span { (name) " " b { (value) } } } }
}
