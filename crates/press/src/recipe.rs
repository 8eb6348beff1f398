//! The form of all settings, from the table of fields. The live page only reads and fills it, so that its texts and lists of choices
//! add nothing to the WebAssembly.

use lab::Experiment;
use lab::recipe::field::{FIELDS, Group, Kind};
use lab::recipe::{Field, Value};
use maud::{Markup, html};

/// The form with an experiment's values, disabled until the page is live. The name of a control is the key of its field. A control
/// is also disabled if its field applies to no run or if every run overrides it.
pub fn form(experiment: &Experiment) -> Markup {
    html! {
        details.recipe {
            summary { "Network and training" }
            p {
                "All runs share these settings, except where a run has its own. A change starts training again. Settings that differ from "
                "the tutorial’s are marked."
            }
            button data-restore disabled { "Restore the tutorial’s network" }
            p data-slot="refusal" role="status" {}
            div data-slot="runs" {}
            fieldset data-slot="recipe" aria-label="Network and training" disabled {
                @for group in Group::ALL {
                    fieldset.controls {
                        legend { (group.label()) }
                        @for field in FIELDS.iter().filter(|field| field.group == group) { (control(experiment, field)) }
                    }
                }
            }
        }
        "\n"
    }
}

fn control(experiment: &Experiment, field: &Field) -> Markup {
    let value = experiment.value(field);
    let is_disabled = value.is_none() || experiment.is_overridden(field);
    let control = match field.kind {
        Kind::Choice(all) => html! {
            select name=(field.key) disabled[is_disabled] {
                option value="" hidden selected[is_disabled] { "differs by run" }
                @for choice in all() {
                    option value=(choice.key) selected[!is_disabled && value == Some(Value::Choice(choice.key))] { (choice.label) }
                }
            }
        },
        Kind::Whole { min, max } => number(field, [min.to_string(), max.to_string(), "1".into()], value, is_disabled),
        Kind::Real { min, max, step } => number(field, [min, max, step].map(real), value, is_disabled),
        // From 0, because arrow keys count from the minimum.
        Kind::OptionalReal { max, step, .. } => number(field, [0.0, max, step].map(real), value, is_disabled),
    };
    html! { label title=(field.help()) { span { (field.label) } (control) } }
}

/// A number input with its minimum, maximum and step; empty if there is no value.
fn number(field: &Field, [min, max, step]: [String; 3], value: Option<Value>, is_disabled: bool) -> Markup {
    let text = value.filter(|&value| value != Value::Off).map(|value| value.to_string()).unwrap_or_default();
    let hint = text.is_empty().then_some("none");
    let list = (!field.presets.is_empty()).then(|| format!("presets-{}", field.key));
    html! {
        @if let Some(list) = &list {
            datalist id=(list) { @for &(_, preset) in field.presets { option value=(real(preset)) {} } }
        }
        input type="number" name=(field.key) min=(min) max=(max) step=(step) value=(text) placeholder=[hint] list=[list.as_ref()] disabled[is_disabled];
    }
}

/// As a link writes it.
fn real(value: f64) -> String {
    Value::Real(value).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every choice is valid, and every field has a control.
    #[test]
    fn the_form_offers_what_an_experiment_reads() {
        let experiment = Experiment::tutorial();
        let form = form(&experiment).into_string();
        for field in &FIELDS {
            assert_eq!(form.matches(&format!(" name=\"{}\"", field.key)).count(), 1, "{}", field.key);
        }
        for select in form.split("<select name=\"").skip(1) {
            let (name, options) = select.split_once('"').unwrap();
            let options: Vec<&str> =
                options.split("</select>").next().unwrap().split("<option value=\"").skip(1).collect();
            assert!(options.len() > 1, "{name}");
            for option in options {
                let key = option.split('"').next().unwrap();
                // Shown where runs differ, and not to be chosen.
                if key.is_empty() {
                    continue;
                }
                assert!(experiment.with(Field::find(name).unwrap(), key).is_ok(), "{name}: {key}");
            }
        }
    }

    #[test]
    fn controls_have_their_values_ranges_and_presets() {
        let form = form(&Experiment::tutorial()).into_string();
        for part in [
            "<input type=\"number\" name=\"depth\" min=\"1\" max=\"50\" step=\"1\" value=\"6\">",
            "<datalist id=\"presets-slope\"><option value=\"0.01\"></option><option value=\"0.2\"></option></datalist>\
             <input type=\"number\" name=\"slope\" min=\"0\" max=\"1\" step=\"0.01\" value=\"0.01\" list=\"presets-slope\">",
            "name=\"std\" min=\"0\" max=\"100\" step=\"0.01\" value=\"\" placeholder=\"none\" disabled>",
            "name=\"clip\" min=\"0\" max=\"1e9\" step=\"0.1\" value=\"\" placeholder=\"none\">",
            "<select name=\"activation\" disabled>",
            "<option value=\"none\" selected>no normalization</option>",
            "<label title=\"Examples in a batch\"><span>Batch size</span>",
        ] {
            assert!(form.contains(part), "{part}\n{form}");
        }
    }
}
