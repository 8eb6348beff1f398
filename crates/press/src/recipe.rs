//! The experiment's form of network and training. It is written here, and the live page only reads and fills it: so its words
//! and its list of choices cost a reader no code.

use lab::{Plan, Recipe};
use nn::{Initializer, Loss, Norm, Optimizer};

/// The form, with the default plan in it, disabled until the page is alive. Steps are those of the arrow keys; values between are
/// taken too. Every control has the name of its field in the URL.
pub fn form() -> String {
    let fields = [
        number("depth", "Layers of weights", Plan::DEPTHS, "1"),
        number("width", "Units of a hidden layer", Plan::WIDTHS, "1"),
        choice("init", "Initial weights", Initializer::ALL.map(|of| (of.key(), of.label()))),
        number("std", "Standard deviation", Initializer::STDS, "0.01"),
        choice("norm", "Normalization", std::iter::once("none").chain(Norm::ALL.map(Norm::key)).map(|key| (key, key))),
        choice("residual", "Skip connections", [("no", "no"), ("yes", "yes")]),
        number("dropout", "Dropout", Recipe::DROPOUTS, "0.05"),
        choice("loss", "Loss", Loss::ALL.map(|of| (of.key(), of.key()))),
        choice("optimizer", "Optimizer", Optimizer::ALL.map(|of| (of.key(), of.label()))),
        number("rate", "Learning rate", Recipe::LEARNING_RATES, "0.0001"),
        number("momentum", "Momentum, RMSprop’s ρ", Recipe::KEPT, "0.01"),
        number("decay", "Weight decay", Recipe::DECAYS, "0.01"),
        number("clip", "Largest gradient norm", 0.0..=*Recipe::CLIPS.end(), "0.1"),
        number("batch", "Batch size", Recipe::BATCHES, "1"),
        number("steps", "Training steps", Plan::STEPS, "100"),
    ];
    format!(
        "<details class=\"recipe\"><summary>Network and training</summary>\n\
         <p>The three networks share all of this and differ in the activation of their hidden units alone; with one layer of weights there are none. A change makes new networks, which train at once unless the old ones were waiting; the article and its captions go on speaking of the tutorial’s network.</p>\n\
         <p data-slot=\"refusal\" role=\"status\"></p>\n\
         <fieldset class=\"controls\" data-slot=\"recipe\" aria-label=\"Network and training\" disabled>\n{}</fieldset></details>\n",
        fields.concat()
    )
}

fn field(name: &str, label: &str, control: &str) -> String {
    debug_assert!(Plan::FIELDS.contains(&name), "{name}");
    format!("<label><span>{label}</span>{control}</label>\n")
}

fn number<T: std::fmt::Display>(name: &str, label: &str, range: std::ops::RangeInclusive<T>, step: &str) -> String {
    let (value, hint) = match Plan::default().value(name) {
        Some(value) if value.is_empty() => (value, " placeholder=\"none\""),
        Some(value) => (value, ""),
        None => (String::new(), " placeholder=\"none\" disabled"),
    };
    let (min, max) = (range.start(), range.end());
    let control = format!(
        "<input type=\"number\" name=\"{name}\" min=\"{min}\" max=\"{max}\" step=\"{step}\" value=\"{value}\"{hint}>"
    );
    field(name, label, &control)
}

fn choice<'a>(name: &str, label: &str, options: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let chosen = Plan::default().value(name);
    let option = |(key, label): (&str, &str)| {
        let selected = if chosen.as_deref() == Some(key) { " selected" } else { "" };
        format!("<option value=\"{key}\"{selected}>{label}</option>")
    };
    let options: String = options.into_iter().map(option).collect();
    field(name, label, &format!("<select name=\"{name}\">{options}</select>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever the form offers can be had, and all that a plan has is offered but what the panel's own controls are for.
    #[test]
    fn the_form_offers_what_a_plan_reads() {
        let form = form();
        for name in Plan::FIELDS {
            let is_elsewhere = ["seed", "slope"].contains(&name);
            assert_eq!(form.matches(&format!(" name=\"{name}\"")).count(), usize::from(!is_elsewhere), "{name}");
        }
        for select in form.split("<select name=\"").skip(1) {
            let (name, options) = select.split_once('"').unwrap();
            let options: Vec<&str> =
                options.split("<option value=\"").skip(1).filter_map(|o| o.split('"').next()).collect();
            assert!(options.len() > 1, "{name}");
            for option in options {
                let plan = Plan::default().with(name, option).unwrap();
                assert_eq!(plan.value(name).as_deref(), Some(option), "{name}");
            }
        }
    }
}
