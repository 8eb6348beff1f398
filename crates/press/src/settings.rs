//! The tables of all settings for the guide: the fields of a run, what a link says about runs and view, and the options of figures. Values,
//! ranges and defaults are those that the page itself reads; only the second table is written here.

use chart::{Control, ControlKind, Cursor, Figure, Speed, Target};
use lab::recipe::Field;
use lab::recipe::field::{Choice, FIELDS, Group, Kind, OFF, Value};
use lab::{Experiment, Recipe, Results, RunId};
use maud::{Markup, html};

/// All tables, each with a sentence that introduces it.
pub fn tables() -> Markup {
    let results = Results::new(Experiment::tutorial(), RunId::default());
    html! {
        p { "A setting of a network and its training, as an attribute, as a parameter of a link, or as " code { "key:value" } " in a " code { "run" } ":" }
        (table(&["setting", "values", "default", "meaning"], &fields(&results.experiment)))
        p { "Which networks are compared, and what is highlighted:" }
        (table(&["setting", "values", "default", "meaning"], &shared()))
        p { "Options of single figures, as " code { "FIGURE.KEY" } ". Layers are those of the default network:" }
        (table(&["option", "values", "default", "meaning"], &options(&results)))
    }
}

fn table(head: &[&str], rows: &Markup) -> Markup {
    html! {
        div.table.settings role="group" aria-label="Table" tabindex="0" {
            table { thead { tr { @for title in head { th { (title) } } } } (rows) }
        }
        "\n"
    }
}

fn row(keys: &Markup, values: &Markup, default: &Markup, meaning: &Markup) -> Markup {
    html! { tr { td { (keys) } td { (values) } td { (default) } td { (meaning) } } "\n" }
}

/// Values as code, with commas between them.
fn list<T: AsRef<str>>(values: &[T]) -> Markup {
    html! {
        @for (i, value) in values.iter().enumerate() {
            @if i > 0 { ", " }
            code { (value.as_ref()) }
        }
    }
}

/// A row for each field, by group.
fn fields(experiment: &Experiment) -> Markup {
    html! {
        @for group in Group::ALL {
            tbody {
                tr { th colspan="4" scope="rowgroup" { (group.label()) } }
                @for field in FIELDS.iter().filter(|field| field.group == group) {
                    (row(&list(&[field.key]), &range(field.kind), &default(field, experiment), &meaning(field)))
                }
            }
        }
    }
}

fn range(kind: Kind) -> Markup {
    let real = |min, max| format!("number, {} to {}", Value::Real(min), Value::Real(max));
    match kind {
        Kind::Whole { min, max } => html! { "whole number, " (min) " to " (max) },
        Kind::Real { min, max, .. } => html! { (real(min, max)) },
        Kind::OptionalReal { min, max, .. } => html! { code { (OFF) } ", or " (real(min, max)) },
        Kind::Choice(all) => list(&all().iter().map(|choice| choice.key).collect::<Vec<_>>()),
    }
}

fn meaning(field: &Field) -> Markup {
    html! { (field.help()) @if !field.applies_to.is_empty() { ". Applies only to " (field.applies_to) } }
}

/// The values in the networks that are compared by default, and those that another choice brings with it.
fn default(field: &Field, experiment: &Experiment) -> Markup {
    let recipes = || (0..experiment.variants().len()).map(|variant| experiment.recipe(variant));
    let mut values: Vec<String> = Vec::new();
    for value in recipes().filter_map(|recipe| field.get(&recipe)) {
        if !values.contains(&value.to_string()) {
            values.push(value.to_string());
        }
    }
    // Values, and the choices that bring them.
    let mut others: Vec<(String, Vec<String>)> = Vec::new();
    for (of, choice) in choices().filter(|(of, _)| of.key != field.key) {
        let mut recipe = Recipe::default();
        of.set(&mut recipe, Value::Choice(choice.key));
        let Some(value) = field.get(&recipe).map(|value| value.to_string()) else { continue };
        if values.contains(&value) {
            continue;
        }
        let choice = format!("{}={}", of.key, choice.key);
        match others.iter_mut().find(|(other, _)| *other == value) {
            Some((_, choices)) => choices.push(choice),
            None => others.push((value, vec![choice])),
        }
    }
    html! {
        (list(&values))
        @for (i, (value, choices)) in others.iter().enumerate() {
            @if i > 0 || !values.is_empty() { "; " }
            code { (value) } " with " (list(choices))
        }
    }
}

/// Every value of every field with a list of values.
fn choices() -> impl Iterator<Item = (&'static Field, Choice)> {
    FIELDS.iter().flat_map(|field| {
        let all = if let Kind::Choice(all) = field.kind { all() } else { Vec::new() };
        all.into_iter().map(move |choice| (field, choice))
    })
}

/// What holds for all figures of a page.
fn shared() -> Markup {
    let whole = |min: u32, max: &str| html! { "whole number, " (min) " to " (max) };
    let code = |text: &str| html! { code { (text) } };
    let tutorial = Experiment::tutorial();
    let networks: Vec<&str> =
        (0..tutorial.variants().len()).map(|variant| tutorial.recipe(variant).activation.key()).collect();
    html! {
        tbody {
            (row(
                &code("run"),
                &html! {
                    "an activation and " code { "key:value" } " pairs, separated by commas; " code { "label:" } " and a name come last. Up to "
                    (Experiment::MAX_VARIANTS) " networks, separated by " code { ";" } " in an attribute; in a link each has a " code { "run=" }
                },
                &list(&networks),
                &html! { "The networks that are compared. What a network leaves out follows the other settings" },
            ))
            (row(
                &code("seeds"),
                &whole(1, &Experiment::MAX_SEEDS.to_string()),
                &code("1"),
                &html! { "How many seeds each network is trained with: " code { "seed" } ", the number after it, and so on" },
            ))
            (row(&code("at"), &whole(0, "the last step"), &html! { "none" }, &html! { "The step of the crosshair" }))
            (row(&code("layer"), &whole(1, "the last layer"), &html! { "none" }, &html! { "The highlighted layer" }))
            (row(
                &code("speed"),
                &list(&Speed::ALL.map(Speed::key)),
                &code(Speed::default().key()),
                &html! { "The speed of training. A normal run of 2,500 steps takes 7 seconds, so that it can be watched; several seeds are always trained as fast as possible" },
            ))
            (row(&code("focus"), &whole(1, "the last network"), &html! { "none" }, &html! { "The highlighted network" }))
        }
    }
}

/// A row for each option; figures with the same option share it.
fn options(results: &Results) -> Markup {
    let mut all: Vec<(Vec<String>, Control)> = Vec::new();
    for (figure, control) in chart::figures().flat_map(|figure| own(figure, results)) {
        let name = format!("{}.{}", figure.key(), control.key);
        match all.iter_mut().find(|(_, other)| *other == control) {
            Some((names, _)) => names.push(name),
            None => all.push((vec![name], control)),
        }
    }
    let curves = chart::figures().filter(|figure| figure.cursor() == Cursor::Own);
    let cursors: Vec<String> = curves.map(|figure| format!("{}.at", figure.key())).collect();
    html! {
        tbody {
            @for (names, control) in &all {
                (row(&list(names), &allowed(&control.kind), &list(&[&control.value]), &html! { (control.label) }))
            }
            (row(&list(&cursors), &html! { "number" }, &html! { "none" }, &html! { "Where the crosshair stands" }))
        }
    }
}

/// The options of a figure that it shares with no other.
fn own(figure: &'static dyn Figure, results: &Results) -> Vec<(&'static dyn Figure, Control)> {
    let controls = figure.controls(results).into_iter().filter(|control| control.target == Target::Own);
    controls.map(|control| (figure, control)).collect()
}

fn allowed(kind: &ControlKind) -> Markup {
    match kind {
        ControlKind::Switch => list(&["no", "yes"]),
        ControlKind::Choice(choices) => list(&choices.iter().map(|(key, _)| key).collect::<Vec<_>>()),
        ControlKind::Number { min, max, .. } => html! { "number, " (min) " to " (max) },
        ControlKind::Numbers { min, max, .. } => {
            html! { "numbers with spaces between them, one for each layer, " (min) " to " (max) "; the last one holds for all layers that follow" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chart::Link;

    /// The row of a setting: its values, its default and its meaning.
    fn cells<'a>(html: &'a str, key: &str) -> Vec<&'a str> {
        let start = format!("<tr><td><code>{key}</code></td><td>");
        let (_, rest) = html.split_once(&start).unwrap_or_else(|| panic!("no row for {key}"));
        rest.split_once("</td></tr>").unwrap().0.split("</td><td>").collect()
    }

    #[test]
    fn every_field_has_a_row_with_its_meaning_and_a_default() {
        let html = tables().into_string();
        for field in &FIELDS {
            let [_, default, meaning] = cells(&html, field.key)[..] else { panic!("{}", field.key) };
            assert!(meaning.starts_with(field.help()), "{}: {meaning}", field.key);
            assert!(default.starts_with("<code>"), "{} has no default", field.key);
        }
    }

    #[test]
    fn ranges_and_defaults_are_those_of_the_page() {
        let html = tables().into_string();
        assert_eq!(cells(&html, "depth")[..2], ["whole number, 1 to 50", "<code>6</code>"]);
        assert_eq!(cells(&html, "clip")[..2], ["<code>none</code>, or number, 1e-9 to 1e9", "<code>none</code>"]);
        let activations = "<code>sigmoid</code>, <code>relu</code>, <code>leaky</code>";
        assert_eq!(cells(&html, "activation")[1], activations);
        assert_eq!(cells(&html, "run")[1], activations);
        let rate = cells(&html, "rate")[1];
        assert!(rate.starts_with("<code>0.001</code>; <code>0.1</code> with <code>optimizer=sgd</code>"), "{rate}");
    }

    #[test]
    fn every_setting_that_a_link_may_have_is_named() {
        let html = tables().into_string();
        for name in ["run", "seeds", "at", "layer", "speed", "focus"] {
            cells(&html, name);
        }
        for option in ["gradient-first.axis", "gradient-first.layer", "histograms.values", "leaky.slope", "tanh.at"] {
            assert!(html.contains(&format!("<code>{option}</code>")), "{option}");
        }
        let (_, errors) = Link::from_query("gradient-first.axis=linear&leaky.zoom=yes&tanh.at=1", &[]);
        assert_eq!(errors, []);
    }

    /// The guide says so.
    #[test]
    fn an_activation_is_for_runs_that_name_none() {
        let labels = |query| Experiment::from_query(query).0.labels();
        let (experiment, errors) = Experiment::from_query("activation=tanh");
        assert_eq!(experiment.labels(), ["sigmoid", "ReLU", "leaky ReLU"]);
        assert_eq!(errors[0].to_string(), "activation is “tanh”, but must be left out: every run has its own");
        assert_eq!(labels("run=tanh"), ["tanh"]);
        let (experiment, _) = Experiment::from_query("activation=tanh&run=norm:none&run=norm:batch");
        assert!((0..2).all(|variant| experiment.recipe(variant).activation.key() == "tanh"));
    }
}
