use super::*;
use std::collections::BTreeSet;

/// For every field a value that is not the default, with the fields that make it apply.
const OTHER_VALUES: &[&[(&str, &str)]] = &[
    &[("seed", "7")],
    &[("activation", "tanh")],
    &[("activation", "leaky"), ("slope", "0.3")],
    &[("depth", "50")],
    &[("width", "512")],
    &[("init", "he-normal")],
    &[("init", "normal"), ("std", "0.01")],
    &[("norm", "batch")],
    &[("residual", "yes")],
    &[("dropout", "0.5")],
    &[("loss", "half-squared")],
    &[("optimizer", "sgd")],
    &[("rate", "0.125")],
    &[("optimizer", "rmsprop"), ("momentum", "0.5")],
    &[("beta1", "0.5")],
    &[("beta2", "0.99")],
    &[("epsilon", "1e-7")],
    &[("optimizer", "adamw"), ("decay", "0.25")],
    &[("clip", "2")],
    &[("batch", "64")],
    &[("steps", "100000")],
];

#[test]
fn every_field_reads_what_it_writes_and_changes_the_recipe() {
    assert_eq!(OTHER_VALUES.len(), FIELDS.len());
    for (field, values) in FIELDS.iter().zip(OTHER_VALUES) {
        let mut recipe = Recipe::default();
        for &(key, text) in *values {
            let field = Field::find(key).unwrap();
            let before = recipe;
            field.set(&mut recipe, field.parse(text).unwrap());
            assert_eq!(field.get(&recipe).unwrap().to_string(), text, "{key}");
            assert_ne!(recipe, before, "{key}");
        }
        assert_eq!(values.last().unwrap().0, field.key);
        assert!(!field.label.is_empty() && !field.help().is_empty() && !field.help().ends_with('.'), "{}", field.key);
    }
}

#[test]
fn no_two_fields_have_the_same_key_label_or_help() {
    let texts: [fn(&Field) -> &'static str; 3] = [|field| field.key, |field| field.label, Field::help];
    for text in texts {
        assert_eq!(FIELDS.iter().map(text).collect::<BTreeSet<_>>().len(), FIELDS.len());
    }
    assert_eq!(BTreeSet::from(Group::ALL.map(Group::label)).len(), Group::ALL.len());
}

#[test]
fn a_field_that_does_not_apply_has_no_value_and_cannot_be_set() {
    let mut recipe = Recipe::default();
    for key in ["std", "momentum", "decay"] {
        let field = Field::find(key).unwrap();
        assert_eq!(field.get(&recipe), None);
        field.set(&mut recipe, Value::Real(0.5));
        assert_eq!(recipe, Recipe::default());
        assert!(!field.applies_to.is_empty());
    }
}

#[test]
fn every_choice_of_the_list_can_be_chosen_and_no_other() {
    for field in &FIELDS {
        let Kind::Choice(all) = field.kind else { continue };
        for Choice { key, label } in all() {
            let mut recipe = Recipe::default();
            field.set(&mut recipe, field.parse(key).unwrap());
            assert_eq!(field.get(&recipe), Some(Value::Choice(key)));
            assert_eq!(field.describe(Value::Choice(key)), label);
        }
        assert!(!field.kind.check(Value::Choice("group")), "{}", field.key);
    }
}

#[test]
fn invalid_text_is_refused_with_a_sentence() {
    for (key, text, sentence) in [
        ("seed", "-3", "seed is “-3”, but must be a whole number from 0 to 4294967295"),
        ("slope", "7", "slope is “7”, but must be a number from 0 to 1"),
        ("slope", "NaN", "slope is “NaN”, but must be a number from 0 to 1"),
        ("slope", "steep", "slope is “steep”, but must be a number from 0 to 1"),
        ("depth", "51", "depth is “51”, but must be a whole number from 1 to 50"),
        ("steps", "4294967796", "steps is “4294967796”, but must be a whole number from 1 to 100000"),
        ("norm", "group", "norm is “group”, but must be one of batch, layer, none"),
        ("residual", "", "residual is “”, but must be one of no, yes"),
        ("clip", "0", "clip is “0”, but must be none or a number from 1e-9 to 1e9"),
        ("beta2", "1", "beta2 is “1”, but must be a number from 0 to 0.999999"),
    ] {
        assert_eq!(Field::find(key).unwrap().parse(text).unwrap_err().to_string(), sentence);
    }
    assert!(Field::find("color").is_none());
}

#[test]
fn equal_values_have_equal_texts() {
    let text = |key: &str, text: &str| Field::find(key).unwrap().parse(text).unwrap().to_string();
    assert_eq!([text("rate", "-0"), text("rate", "0.0010"), text("epsilon", "0.00000001")], ["0", "0.001", "1e-8"]);
    assert_eq!([text("clip", ""), text("clip", "none"), text("clip", "1.50")], ["none", "none", "1.5"]);
}
