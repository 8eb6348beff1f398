//! What is compared, and the results. An [`Experiment`] is a base recipe, a list of variants that each override a few fields, and a
//! number of seeds; it expands to runs. The tutorial's three scenarios are one experiment, a sweep is another. [`Results`] has what
//! was measured of the runs.

pub mod finding;
pub mod history;
pub mod log;
mod overrides;
mod results;
pub mod rows;
pub mod substitution;
pub mod tutorial;
mod url;

pub use finding::Finding;
pub use history::History;
pub use overrides::Overrides;
pub use results::Results;
pub use rows::{bars, rows};
pub use url::LinkError;

use crate::recipe::field::FIELDS;
use crate::recipe::{Field, FieldError, Recipe, Settings, Value};
use serde::{Deserialize, Serialize};

/// Identifies one run in the lifetime of a program; a restarted run gets a new id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RunId(pub u32);

/// One of the compared networks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variant {
    /// The name that the reader gave; without one, the label lists the overrides.
    pub name: Option<String>,
    pub overrides: Overrides,
}

/// Variants of a base recipe, each run with the same seeds. Every recipe of an experiment is valid: its fields are in range.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    base: Overrides,
    variants: Vec<Variant>,
    n_seeds: u32,
}

/// One run of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The index of the run's variant, which determines its label and its style.
    pub variant: usize,
    pub settings: Settings,
}

impl Experiment {
    /// Each variant needs its own color and dash; there are six.
    pub const MAX_VARIANTS: usize = 6;
    pub const MAX_SEEDS: u32 = 100;

    /// Values that hold for all variants that do not override them.
    pub fn base(&self) -> &Overrides {
        &self.base
    }

    /// At least one.
    pub fn variants(&self) -> &[Variant] {
        &self.variants
    }

    /// Each variant runs with this many seeds, which count up from its recipe's seed and start again at 0 after the largest.
    pub fn n_seeds(&self) -> u32 {
        self.n_seeds
    }

    /// Every run: all seeds of the first variant, then those of the next.
    pub fn runs(&self) -> Vec<Run> {
        let seeds = |variant: usize| {
            let recipe = self.recipe(variant);
            (0..self.n_seeds).map(move |i| Recipe { seed: recipe.seed.wrapping_add(i), ..recipe })
        };
        let run = |variant, recipe: Recipe| Some(Run { variant, settings: recipe.check().ok()? });
        (0..self.variants.len()).flat_map(|v| seeds(v).filter_map(move |recipe| run(v, recipe))).collect()
    }

    /// The recipe of a variant with its first seed.
    pub fn recipe(&self, variant: usize) -> Recipe {
        let mut recipe = Recipe::default();
        let own = self.variants.get(variant).map(|variant| &variant.overrides);
        for (i, field) in FIELDS.iter().enumerate() {
            if let Some(value) = own.and_then(|own| own.at(i)).or(self.base.at(i)) {
                field.set(&mut recipe, value);
            }
        }
        recipe
    }

    /// The name of a variant as a reader sees it, unique in the experiment.
    pub fn label(&self, variant: usize) -> String {
        let label = self.own_label(variant);
        let n_before = (0..variant).filter(|&other| self.own_label(other) == label).count();
        if n_before == 0 { label } else { format!("{label} ({})", n_before + 1) }
    }

    fn own_label(&self, variant: usize) -> String {
        let Some(Variant { name, overrides }) = self.variants.get(variant) else { return String::new() };
        if let Some(name) = name {
            return name.clone();
        }
        let label = overrides.iter().map(|(field, value)| field.describe(value)).collect::<Vec<_>>().join(", ");
        if label.is_empty() { self.recipe(variant).activation.label().to_owned() } else { label }
    }

    pub fn labels(&self) -> Vec<String> {
        (0..self.variants.len()).map(|variant| self.label(variant)).collect()
    }

    /// The name of a variant in keys: its label in lower case with hyphens.
    pub fn key(&self, variant: usize) -> String {
        let label = self.label(variant).to_ascii_lowercase();
        let is_kept = |c: char| c.is_ascii_alphanumeric() || c == '.' || !c.is_ascii();
        let words = label.split(|c| !is_kept(c)).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join("-")
    }

    /// The value of a field in the first variant to which it applies; None where it applies to none.
    pub fn value(&self, field: &Field) -> Option<Value> {
        (0..self.variants.len()).find_map(|variant| field.get(&self.recipe(variant)))
    }

    /// Whether every variant to which a field applies overrides it, so that the base's value has no effect.
    pub fn is_overridden(&self, field: &Field) -> bool {
        let is_own = |v: usize| self.variants[v].overrides.get(field).is_some() || field.get(&self.recipe(v)).is_none();
        (0..self.variants.len()).all(is_own)
    }

    /// The experiment with another value of a base field.
    ///
    /// # Errors
    /// The value is out of range, or the field applies to no variant.
    pub fn with(&self, field: &Field, text: &str) -> Result<Self, FieldError> {
        let mut changed = self.clone();
        changed.base.set(field, field.parse(text)?);
        if changed.value(field).is_none() {
            return Err(field.does_not_apply(text));
        }
        changed.drop_what_changes_nothing();
        Ok(changed)
    }

    /// The experiment with another value of one variant's field.
    ///
    /// # Errors
    /// As [`with`](Self::with).
    pub fn with_variant(&self, variant: usize, field: &Field, text: &str) -> Result<Self, FieldError> {
        let mut changed = self.clone();
        let value = field.parse(text)?;
        if let Some(variant) = changed.variants.get_mut(variant) {
            variant.overrides.set(field, value);
            // The reader gave the name to other settings.
            variant.name = None;
        }
        if field.get(&changed.recipe(variant)).is_none() {
            return Err(field.does_not_apply(text));
        }
        changed.drop_what_changes_nothing();
        Ok(changed)
    }

    /// The experiment without a variant's override of a field; None where there is no such variant.
    pub fn without_override(&self, variant: usize, field: &Field) -> Option<Self> {
        let mut changed = self.clone();
        changed.variants.get_mut(variant)?.overrides.retain(|other| other.key != field.key);
        changed.drop_what_changes_nothing();
        Some(changed)
    }

    /// The experiment with a copy of its last variant; None where it already has [`MAX_VARIANTS`](Self::MAX_VARIANTS).
    pub fn with_added_variant(&self) -> Option<Self> {
        let mut changed = self.clone();
        let last = changed.variants.last().filter(|_| self.variants.len() < Self::MAX_VARIANTS)?.clone();
        changed.variants.push(last);
        Some(changed)
    }

    /// One axis of a sweep: every variant at each of these values of a field, value by value. A sweep may have more variants than a
    /// link.
    ///
    /// # Errors
    /// A value out of range, or one that applies to no variant.
    pub fn crossed<'a>(&self, field: &Field, texts: impl IntoIterator<Item = &'a str>) -> Result<Self, FieldError> {
        let mut variants = Vec::new();
        for text in texts {
            let value = field.parse(text)?;
            let applies = |v: &usize| field.get(&self.recipe(*v)).is_some();
            let before = variants.len();
            for v in (0..self.variants.len()).filter(applies) {
                let mut variant = self.variants[v].clone();
                variant.overrides.set(field, value);
                variant.name = variant.name.map(|name| format!("{name}, {}", field.describe(value)));
                variants.push(variant);
            }
            if variants.len() == before {
                return Err(field.does_not_apply(text));
            }
        }
        Ok(Self { variants, ..self.clone() })
    }

    /// The experiment without a variant; None where it is the only one.
    pub fn without_variant(&self, variant: usize) -> Option<Self> {
        let mut changed = self.clone();
        if variant >= self.variants.len() || self.variants.len() == 1 {
            return None;
        }
        changed.variants.remove(variant);
        changed.drop_what_changes_nothing();
        Some(changed)
    }

    /// The first seed of the variants that do not override it.
    pub fn seed(&self) -> u32 {
        Self { variants: Vec::new(), ..self.clone() }.recipe(0).seed
    }

    /// The experiment with another seed.
    pub fn with_seed(&self, seed: u32) -> Self {
        let seed = Field::find("seed").and_then(|field| self.with(field, &seed.to_string()).ok());
        seed.unwrap_or_else(|| self.clone())
    }

    pub fn with_n_seeds(&self, n_seeds: u32) -> Self {
        Self { n_seeds: n_seeds.clamp(1, Self::MAX_SEEDS), ..self.clone() }
    }

    /// Removes overrides of variants that do not apply, and values of the base without which no variant's recipe changes.
    fn drop_what_changes_nothing(&mut self) {
        for v in 0..self.variants.len() {
            let mut recipe = self.recipe(v);
            self.variants[v].overrides.retain(|field| field.get(&recipe).is_some());
            recipe = self.recipe(v);
            debug_assert!(recipe.check().is_ok());
        }
        for (field, value) in self.base.clone().iter() {
            let before: Vec<Recipe> = (0..self.variants.len()).map(|v| self.recipe(v)).collect();
            self.base.retain(|other| other.key != field.key);
            if (0..self.variants.len()).any(|v| self.recipe(v) != before[v]) {
                self.base.set(field, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(key: &str) -> &'static Field {
        Field::find(key).unwrap()
    }

    fn with(pairs: &[(&str, &str)]) -> Experiment {
        pairs.iter().fold(Experiment::tutorial(), |e, (key, text)| e.with(field(key), text).unwrap())
    }

    #[test]
    fn an_experiment_expands_to_all_seeds_of_each_variant() {
        let runs = with(&[("depth", "3"), ("seed", "7")]).with_n_seeds(2).runs();
        let summary: Vec<_> = runs.iter().map(|run| (run.variant, run.settings.recipe().seed)).collect();
        assert_eq!(summary, [(0, 7), (0, 8), (1, 7), (1, 8), (2, 7), (2, 8)]);
        assert!(runs.iter().all(|run| run.settings.recipe().depth == 3));
    }

    #[test]
    fn there_are_from_one_to_a_hundred_seeds() {
        let n_seeds = |n_seeds| Experiment::tutorial().with_n_seeds(n_seeds).n_seeds();
        assert_eq!([0, 1, 3, 1_000].map(n_seeds), [1, 1, 3, 100]);
    }

    #[test]
    fn a_key_has_the_letters_the_digits_and_the_points_of_its_label() {
        let (experiment, _) = Experiment::from_query("run=leaky,slope:0.2&run=relu,label:Größe+3");
        assert_eq!([0, 1].map(|variant| experiment.key(variant)), ["leaky-relu-slope-0.2", "größe-3"]);
    }

    #[test]
    fn variants_are_named_after_what_they_override_and_no_two_alike() {
        let tutorial = Experiment::tutorial();
        assert_eq!(tutorial.labels(), ["sigmoid", "ReLU", "leaky ReLU"]);
        assert_eq!([0, 1, 2].map(|v| tutorial.key(v)), ["sigmoid", "relu", "leaky-relu"]);
        let four = tutorial.with_added_variant().unwrap();
        assert_eq!(four.label(3), "leaky ReLU (2)");
        let four =
            four.with_variant(3, field("slope"), "0.2").unwrap().with_variant(0, field("norm"), "batch").unwrap();
        assert_eq!(
            (four.label(3), four.label(0)),
            ("leaky ReLU, slope 0.2".into(), "sigmoid, batch normalization".into())
        );
    }

    #[test]
    fn a_base_field_holds_for_every_variant_that_has_it_and_does_not_override_it() {
        let slopes = |experiment: &Experiment| [0, 1, 2, 3].map(|v| field("slope").get(&experiment.recipe(v)));
        let four = with(&[("slope", "0.2")]).with_added_variant().unwrap();
        let four = four.with_variant(3, field("slope"), "0.5").unwrap();
        assert_eq!(slopes(&four), [None, None, Some(Value::Real(0.2)), Some(Value::Real(0.5))]);
        assert_eq!([four.value(field("slope")), four.base().get(field("slope"))], [Some(Value::Real(0.2)); 2]);
        assert!(four.is_overridden(field("activation")) && !four.is_overridden(field("slope")));
    }

    #[test]
    fn an_optimizer_brings_its_constants_unless_others_were_chosen() {
        let rate = |pairs: &[(&str, &str)]| with(pairs).value(field("rate")).unwrap().to_string();
        assert_eq!([rate(&[]), rate(&[("optimizer", "sgd")])], ["0.001", "0.1"]);
        assert_eq!(rate(&[("rate", "0.5"), ("optimizer", "sgd")]), "0.5");
    }

    #[test]
    fn overrides_that_change_nothing_are_dropped() {
        assert_eq!(with(&[("depth", "6"), ("rate", "0.0010"), ("clip", "1"), ("clip", "")]), Experiment::tutorial());
        let momentum = with(&[("optimizer", "rmsprop"), ("momentum", "0.5")]);
        assert_eq!(momentum.with(field("optimizer"), "adam").unwrap(), Experiment::tutorial());
    }

    #[test]
    fn fields_that_apply_to_no_variant_are_refused() {
        let refused = |key: &str| Experiment::tutorial().with(field(key), "0.5").unwrap_err().to_string();
        assert_eq!(refused("std"), "std is “0.5”, but must be left out: it applies only to normal initial weights");
        let error = Experiment::tutorial().with_variant(0, field("slope"), "0.5").unwrap_err();
        assert_eq!(error.to_string(), "slope is “0.5”, but must be left out: it applies only to leaky ReLU");
    }

    #[test]
    fn a_sweep_has_every_variant_at_every_value() {
        let one = Experiment::tutorial().without_variant(2).unwrap();
        let sweep = one.crossed(field("depth"), ["3", "20"]).unwrap().crossed(field("init"), ["he-normal"]).unwrap();
        let labels = ["sigmoid, depth 3", "ReLU, depth 3", "sigmoid, depth 20", "ReLU, depth 20"];
        assert_eq!(sweep.labels(), labels.map(|label| format!("{label}, He normal")));
        let depths: Vec<usize> = sweep.runs().iter().map(|run| run.settings.recipe().depth).collect();
        assert_eq!(depths, [3, 3, 20, 20]);
        // Of the three only the leaky one has a slope.
        assert_eq!(Experiment::tutorial().crossed(field("slope"), ["0.1", "0.2"]).unwrap().variants().len(), 2);
        assert!(one.crossed(field("slope"), ["0.1"]).is_err() && one.crossed(field("depth"), ["0"]).is_err());
    }

    #[test]
    fn a_field_that_is_not_overridden_any_more_is_shared() {
        let deep = Experiment::tutorial().with_variant(0, field("depth"), "12").unwrap();
        assert_eq!(deep.label(0), "sigmoid, depth 12");
        assert_eq!(deep.without_override(0, field("depth")), Some(Experiment::tutorial()));
        let plain = deep.without_override(0, field("activation")).unwrap();
        assert_eq!((plain.label(0), plain.is_overridden(field("activation"))), ("depth 12".into(), false));
    }

    #[test]
    fn there_is_always_a_variant_and_never_too_many() {
        let tutorial = Experiment::tutorial();
        let two = tutorial.without_variant(1).unwrap();
        assert_eq!(two.labels(), ["sigmoid", "leaky ReLU"]);
        let one = two.without_variant(1).unwrap();
        assert_eq!(one.without_variant(0), None);
        let mut full = tutorial;
        while let Some(more) = full.with_added_variant() {
            full = more;
        }
        assert_eq!(full.variants().len(), Experiment::MAX_VARIANTS);
    }
}
