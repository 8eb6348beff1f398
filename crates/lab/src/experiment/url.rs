//! Encodes an experiment as a link and decodes it: `?depth=12&run=sigmoid,norm:batch&run=leaky,slope:0.2&seeds=3`.
//!
//! Every field of the base is a parameter. Each `run` is a variant: `key:value` pairs separated by commas. A value without a key is
//! the activation; `label:` takes all the text that follows it. Without a `run`, the variants are the tutorial's: links from before
//! there were other variants keep their meaning.

use super::{Experiment, Variant};
use crate::recipe::field::FIELDS;
use crate::recipe::{Field, FieldError};
use crate::text::quoted;
use thiserror::Error;

const RUN: &str = "run";
const SEEDS: &str = "seeds";
const LABEL: &str = "label";
const ACTIVATION: &str = "activation";

/// A part of a link that is invalid.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum LinkError {
    #[error(transparent)]
    Field(#[from] FieldError),
    #[error("run {number} has no field “{found}”")]
    UnknownField { number: usize, found: String },
    #[error("there are {found} runs, but at most {} can be compared", Experiment::MAX_VARIANTS)]
    TooManyRuns { found: usize },
    #[error("seeds is “{found}”, but must be a whole number from 1 to {}", Experiment::MAX_SEEDS)]
    Seeds { found: String },
}

impl Experiment {
    /// Whether a link's parameter of this name belongs to the experiment.
    pub fn is_parameter(name: &str) -> bool {
        name == RUN || name == SEEDS || Field::find(name).is_some()
    }

    /// Decodes the query of a link. An invalid field takes its default and is reported. Parameters that do not belong to an
    /// experiment are ignored.
    pub fn from_query(query: &str) -> (Self, Vec<LinkError>) {
        let mut experiment = Self::tutorial();
        let mut errors = Vec::new();
        let query = query.strip_prefix('?').unwrap_or(query);
        // Once: an address may be very long.
        let parameters: Vec<_> =
            form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| Self::is_parameter(name)).collect();
        let values =
            |key: &'static str| parameters.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_ref());
        let runs: Vec<&str> = values(RUN).collect();
        if runs.len() > Self::MAX_VARIANTS {
            errors.push(LinkError::TooManyRuns { found: runs.len() });
        }
        let read = |(i, text): (usize, &&str)| variant(i + 1, text, &mut errors);
        let variants: Vec<Variant> = runs.iter().take(Self::MAX_VARIANTS).enumerate().map(read).collect();
        if !variants.is_empty() {
            experiment.variants = variants;
        }
        // In the order of the table, so that the order of the parameters does not matter.
        for field in &FIELDS {
            for text in values(field.key) {
                match field.parse(text) {
                    Ok(value) => experiment.base.set(field, value),
                    Err(error) => errors.push(error.into()),
                }
            }
        }
        for (field, value) in experiment.base.clone().iter() {
            if experiment.value(field).is_none() {
                errors.push(field.does_not_apply(&value.to_string()).into());
            } else if runs.is_empty()
                && experiment.variants.iter().all(|variant| variant.overrides.get(field).is_some())
            {
                errors.push(field.is_overridden(&value.to_string()).into());
            }
        }
        experiment.drop_what_changes_nothing();
        for found in values(SEEDS) {
            match found.parse() {
                Ok(n_seeds) if (1..=Self::MAX_SEEDS).contains(&n_seeds) => experiment.n_seeds = n_seeds,
                _ => errors.push(LinkError::Seeds { found: quoted(found) }),
            }
        }
        (experiment, errors)
    }

    /// The query of a link to this experiment: the seed and everything that differs from the tutorial.
    pub fn to_query(&self) -> String {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut add = |name: &str, value: String| pairs.push((name.into(), value));
        add("seed", self.seed().to_string());
        for (field, value) in self.base.iter().filter(|(field, _)| field.key != "seed") {
            add(field.key, value.to_string());
        }
        if self.variants != Self::tutorial().variants {
            self.variants.iter().for_each(|variant| add(RUN, variant_text(variant)));
        }
        if self.n_seeds > 1 {
            add(SEEDS, self.n_seeds.to_string());
        }
        let encoded = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        encoded.collect::<Vec<_>>().join("&")
    }
}

/// Decodes one `run`; `number` counts from 1 and is for error messages.
fn variant(number: usize, text: &str, errors: &mut Vec<LinkError>) -> Variant {
    let mut variant = Variant::default();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(name) = rest.strip_prefix(LABEL).and_then(|rest| rest.strip_prefix(':')) {
            variant.name = Some(name.trim()).filter(|name| !name.is_empty()).map(str::to_owned);
            break;
        }
        let (item, others) = rest.split_once(',').unwrap_or((rest, ""));
        let (key, value) = item.split_once(':').unwrap_or((ACTIVATION, item));
        match Field::find(key.trim()) {
            None => errors.push(LinkError::UnknownField { number, found: quoted(key.trim()) }),
            Some(field) => match field.parse(value.trim()) {
                Ok(value) => variant.overrides.set(field, value),
                Err(error) => errors.push(error.into()),
            },
        }
        rest = others;
    }
    variant
}

fn variant_text(variant: &Variant) -> String {
    let item = |(field, value): (&Field, _)| match field.key {
        ACTIVATION => format!("{value}"),
        key => format!("{key}:{value}"),
    };
    let items = variant.overrides.iter().map(|(field, value)| item((field, value)));
    items.chain(variant.name.iter().map(|name| format!("{LABEL}:{name}"))).collect::<Vec<_>>().join(",")
}

/// Escapes a value, but not the separators of a `run`: they are allowed in a query.
fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace("%3A", ":").replace("%2C", ",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::field::Kind;
    use nn::rng::Rng;

    /// Links that have been published. What they mean must never change.
    #[test]
    fn archived_links_keep_their_meaning() {
        for (query, today) in [
            ("", "seed=1"),
            ("?seed=7&slope=0.2&depth=12", "seed=7&slope=0.2&depth=12"),
            ("?seed=1&slope=0.01&optimizer=sgd", "seed=1&optimizer=sgd"),
            ("rate=0.5&optimizer=sgd", "seed=1&optimizer=sgd&rate=0.5"),
            (
                "init=normal&std=0.01&norm=batch&residual=yes&dropout=0.5",
                "seed=1&init=normal&std=0.01&norm=batch&residual=yes&dropout=0.5",
            ),
            (
                "loss=half-squared&optimizer=rmsprop&momentum=0.5&clip=2&batch=64&steps=5000&width=128",
                "seed=1&width=128&loss=half-squared&optimizer=rmsprop&momentum=0.5&clip=2&batch=64&steps=5000",
            ),
            ("clip=&norm=none", "seed=1"),
            ("from=a%26b&seed=3", "seed=3"),
        ] {
            let (experiment, errors) = Experiment::from_query(query);
            assert_eq!((experiment.to_query(), errors), (today.into(), vec![]), "{query}");
            assert_eq!(experiment.labels(), ["sigmoid", "ReLU", "leaky ReLU"]);
        }
        let (experiment, _) = Experiment::from_query("?seed=7&slope=0.2&depth=12");
        let leaky = experiment.recipe(2);
        assert_eq!((leaky.seed, leaky.depth, leaky.activation.key()), (7, 12, "leaky"));
        assert_eq!(experiment.value(Field::find("slope").unwrap()).unwrap().to_string(), "0.2");
    }

    #[test]
    fn a_link_with_runs_is_readable_and_comes_back() {
        let link =
            "seed=1&depth=12&run=sigmoid,norm:batch&run=leaky,slope:0.2&run=tanh,width:64,label:Wide,+no+norm&seeds=3";
        let (experiment, errors) = Experiment::from_query(link);
        assert_eq!(errors, []);
        assert_eq!(experiment.labels(), ["sigmoid, batch normalization", "leaky ReLU, slope 0.2", "Wide, no norm"]);
        assert_eq!(experiment.runs().len(), 9);
        assert_eq!(experiment.to_query(), link);
    }

    #[test]
    fn what_cannot_be_read_is_reported_once_and_the_rest_stays() {
        for (query, sentence) in [
            ("seed=-3&utm=x", "seed is “-3”, but must be a whole number from 0 to 4294967295"),
            ("depth=51", "depth is “51”, but must be a whole number from 1 to 50"),
            ("std=0.1", "std is “0.1”, but must be left out: it applies only to normal initial weights"),
            ("activation=tanh", "activation is “tanh”, but must be left out: every run has its own"),
            ("seeds=0", "seeds is “0”, but must be a whole number from 1 to 100"),
        ] {
            let (experiment, errors) = Experiment::from_query(query);
            assert_eq!(experiment, Experiment::tutorial(), "{query}");
            assert_eq!(errors.iter().map(ToString::to_string).collect::<Vec<_>>(), [sentence]);
        }
        let (experiment, errors) = Experiment::from_query("run=swish,depth:3&run=relu,color:red");
        assert_eq!(experiment.variants().len(), 2);
        assert_eq!(experiment.recipe(0).depth, 3);
        let sentences: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert!(sentences[0].starts_with("activation is “swish”, but must be one of sigmoid, relu"), "{sentences:?}");
        assert_eq!(sentences[1], "run 2 has no field “color”");
        let (experiment, errors) = Experiment::from_query(&["run=relu"; 9].join("&"));
        assert_eq!((experiment.variants().len(), errors.len()), (6, 1));
    }

    #[test]
    fn a_links_other_parameters_are_not_the_experiments() {
        assert!(["run", "seeds", "depth"].into_iter().all(Experiment::is_parameter));
        assert!(!["from", "label", ""].into_iter().any(Experiment::is_parameter));
    }

    #[test]
    fn of_two_equal_fields_the_last_counts() {
        for (query, today) in [
            ("depth=3&depth=5", "seed=1&depth=5"),
            ("seeds=2&seed=4&seeds=3&seed=5", "seed=5&seeds=3"),
            ("run=relu,depth:3,depth:5", "seed=1&run=relu,depth:5"),
        ] {
            let (experiment, errors) = Experiment::from_query(query);
            assert_eq!((experiment.to_query(), errors), (today.into(), vec![]), "{query}");
        }
    }

    /// Random experiments; whatever a link can say comes back unchanged.
    #[test]
    fn every_experiment_survives_its_link() {
        let mut rng = Rng::weights(1);
        let mut below = |n: usize| (rng.unit() * n as f64) as usize;
        for _ in 0..100_000 {
            let mut experiment = Experiment::tutorial();
            for _ in 0..below(8) {
                let field = &FIELDS[below(FIELDS.len())];
                let text = match field.kind {
                    Kind::Whole { min, max } => (min + below((max - min).min(50) as usize + 1) as u32).to_string(),
                    Kind::Real { min, max, .. } | Kind::OptionalReal { min, max, .. } => {
                        (min + (max - min).min(1.0) * below(1000) as f64 / 1e3).to_string()
                    }
                    Kind::Choice(all) => all()[below(all().len())].key.into(),
                };
                let n = experiment.variants().len();
                let changed = match below(4) {
                    0 => experiment.with_added_variant(),
                    1 => experiment.without_variant(below(n)),
                    2 => experiment.with(field, &text).ok(),
                    _ => experiment.with_variant(below(n), field, &text).ok(),
                };
                experiment = changed.unwrap_or(experiment).with_n_seeds(below(5) as u32);
            }
            let query = experiment.to_query();
            let (back, errors) = Experiment::from_query(&query);
            assert_eq!(
                (back.runs(), back.labels(), errors),
                (experiment.runs(), experiment.labels(), vec![]),
                "{query}"
            );
            assert_eq!(back.to_query(), query);
        }
    }
}
