//! The panel of the experiment, with the recorded runs; the live page fills its slots.

use super::{files, placeholder, recipe};
use lab::experiment::{History, bars, log, rows};
use lab::{Experiment, Results};
use maud::{Markup, html};

/// The panel. `root` leads to the folder of `index.html`.
pub fn panel(results: &Results, root: &str) -> Markup {
    html! {
        div.panel.wide #panel-experiment data-panel="experiment" role="group" aria-label="The experiment" {
            noscript {
                p {
                    "Your browser has JavaScript switched off, so you see a recorded run. With JavaScript the networks train here, "
                    "and every figure and number follows them."
                }
            }
            div.controls data-slot="controls" { (placeholder::experiment(&results.experiment)) }
            (recipe::form(&results.experiment))
            (files::images(root))
            (files::saves())
            div.runs data-slot="progress" { @for history in &results.runs { (card(&results.experiment, history)) } }
            details.logged {
                summary { "Log" }
                div.log data-slot="log" role="group" aria-label="Log" tabindex="0" { pre { (log::lines(results).join("\n")) } }
            }
        }
        "\n"
    }
}

/// The card of one run. The index of its variant determines its style.
fn card(experiment: &Experiment, history: &History) -> Markup {
    let (variant, steps) = (history.variant, history.settings.recipe().steps);
    let label = experiment.label(variant);
    html! {
        div class={ "run series-" (variant) } data-slot="run" data-variant=(variant) {
            h3 { span class={ "series series-" (variant) } { (label) } }
            p.status { "recorded" }
            progress value=(history.steps) max=(steps) aria-label={ (label) ", steps done" } {}
            p.term { "mean |∂C/∂W| by layer, logarithmic" }
            div.bars { @for bar in bars(history) {
                span { (bar.layer) } progress value=(bar.length) max="1" aria-label={ "layer " (bar.layer) } {} span { (bar.text) }
            } }
            dl { @for (term, value) in rows(history) { div { dt { (term) } dd { (value) } } } }
        }
    }
}
