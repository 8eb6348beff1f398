//! What the page runs, and its place in the URL.

use super::settings::{SettingsError, check_count};
use super::{Recipe, Scenario, Settings};
use nn::{Activation, Initializer, Loss, Norm, Optimizer};
use std::ops::{Deref, RangeInclusive};

/// What the page runs: the three scenarios, which differ in their activation only. Held as the leaky one's settings, so that the
/// slope is there too; fields are read through it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan(Settings);

impl Default for Plan {
    fn default() -> Self {
        Self(Settings::tutorial(Scenario::Leaky.activation(Activation::TEXT_SLOPE), 1))
    }
}

impl Deref for Plan {
    type Target = Settings;
    fn deref(&self) -> &Settings {
        &self.0
    }
}

impl Plan {
    /// The fields of a URL and of the page's form, each behind those that decide what it means: an optimizer brings its
    /// customary constants, and only one initializer has a standard deviation.
    pub const FIELDS: [&str; 17] = [
        "seed",
        "slope",
        "depth",
        "width",
        "init",
        "std",
        "norm",
        "residual",
        "dropout",
        "loss",
        "optimizer",
        "rate",
        "momentum",
        "decay",
        "clip",
        "batch",
        "steps",
    ];

    /// As many layers as a figure can show apart, of what may train; a terminal's runs have wider limits.
    pub const DEPTHS: RangeInclusive<usize> = 1..=12;
    /// So wide that no answer of a trainer keeps the page waiting for seconds.
    pub const WIDTHS: RangeInclusive<usize> = 1..=128;
    /// The three logs that an accuracy is the mean of, at least; and no more than the histograms of all logs have room for.
    pub const STEPS: RangeInclusive<usize> = 500..=5_000;

    /// The leaky slopes of the tutorial's text and of its script.
    pub const TUTORIAL_SLOPES: [f64; 2] = [Activation::TEXT_SLOPE, Activation::SCRIPT_SLOPE];

    pub fn slope(&self) -> f64 {
        match self.activation {
            Activation::LeakyRelu { slope } => slope,
            _ => Activation::TEXT_SLOPE,
        }
    }

    /// Whether it is the tutorial's network and training, whatever its seed and slope.
    pub fn is_tutorial(&self) -> bool {
        let tutorial = Recipe::tutorial(self.activation, self.seed);
        Recipe::from(self.0) == tutorial
    }

    pub fn with_seed(self, seed: u32) -> Self {
        Self(self.0.with_seed(seed))
    }

    /// The plan with another leaky slope.
    ///
    /// # Errors
    /// A slope outside 0 to 1, or none at all (NaN).
    pub fn with_slope(self, slope: f64) -> Result<Self, SettingsError> {
        Self::of(Recipe { activation: Activation::LeakyRelu { slope }, ..self.0.into() })
    }

    /// The plan with one of its [`FIELDS`](Self::FIELDS) read from text.
    ///
    /// # Errors
    /// A value that cannot be read or cannot run; a field that the plan does not have.
    pub fn with(self, field: &str, value: &str) -> Result<Self, SettingsError> {
        let mut recipe = Recipe::from(self.0);
        set(&mut recipe, field, value)?;
        Self::of(recipe)
    }

    fn of(recipe: Recipe) -> Result<Self, SettingsError> {
        check_count("depth", recipe.depth, &Self::DEPTHS)?;
        check_count("width", recipe.width, &Self::WIDTHS)?;
        check_count("steps", recipe.steps as usize, &Self::STEPS)?;
        recipe.check().map(Self)
    }

    /// A field as [`with`](Self::with) reads it; None where the plan does not have it.
    pub fn value(&self, field: &str) -> Option<String> {
        Some(match field {
            "seed" => self.seed.to_string(),
            "slope" => self.slope().to_string(),
            "depth" => self.depth.to_string(),
            "width" => self.width.to_string(),
            "batch" => self.batch.to_string(),
            "dropout" => self.dropout.to_string(),
            "init" => self.initializer.key().into(),
            "std" => match self.initializer {
                Initializer::Normal { std } => std.to_string(),
                _ => return None,
            },
            "norm" => self.norm.map_or(NONE, Norm::key).into(),
            "residual" => RESIDUAL[usize::from(self.residual)].into(),
            "loss" => self.loss.key().into(),
            "optimizer" => self.optimizer.key().into(),
            "rate" => self.optimizer.learning_rate().to_string(),
            "momentum" => self.optimizer.kept()?.to_string(),
            "decay" => self.optimizer.weight_decay()?.to_string(),
            "steps" => self.steps.to_string(),
            "clip" => self.clip.map(|clip| clip.to_string()).unwrap_or_default(),
            _ => return None,
        })
    }

    pub fn settings(&self, scenario: Scenario) -> Settings {
        self.0.with_activation(scenario.activation(self.slope()))
    }

    /// The plan in a URL query, behind those fields of `query` that are not a plan's: seed and slope, `seed=1&slope=0.01`, and
    /// what differs from the tutorial.
    pub fn to_query(&self, query: &str) -> String {
        let others = fields(query).filter(|(name, _)| !Self::FIELDS.contains(&&**name));
        let mut written = form_urlencoded::Serializer::new(String::new());
        written.extend_pairs(others);
        let mut read = Self::default();
        for field in Self::FIELDS {
            let Some(value) = self.value(field) else { continue };
            if matches!(field, "seed" | "slope") || read.value(field).as_ref() != Some(&value) {
                written.append_pair(field, &value);
                read = read.with(field, &value).unwrap_or(read);
            }
        }
        written.finish()
    }

    /// Reads a URL query. A field that is missing takes its default; one that cannot be read does too, and is reported.
    /// Fields that are not a plan's belong to somebody else and are passed over.
    pub fn from_query(query: &str) -> (Self, Vec<SettingsError>) {
        let mut plan = Self::default();
        let mut errors = Vec::new();
        for field in Self::FIELDS {
            for (_, value) in fields(query).filter(|(name, _)| name == field) {
                match plan.with(field, &value) {
                    Ok(read) => plan = read,
                    Err(error) => errors.push(error),
                }
            }
        }
        (plan, errors)
    }
}

/// What a network that does not normalize has for a norm.
const NONE: &str = "none";
const RESIDUAL: [&str; 2] = ["no", "yes"];

/// Puts a field, read from text, into a recipe, not checked yet.
fn set(recipe: &mut Recipe, field: &str, value: &str) -> Result<(), SettingsError> {
    match field {
        "seed" => {
            let expected = "a whole number from 0 to 4294967295";
            recipe.seed = value.parse().map_err(|_| unreadable("seed", value, expected))?;
        }
        "slope" => recipe.activation = Activation::LeakyRelu { slope: number("slope", value)? },
        "depth" => recipe.depth = whole("depth", value)?,
        "width" => recipe.width = whole("width", value)?,
        "init" => recipe.initializer = Initializer::ALL[place("init", value, &Initializer::ALL.map(Initializer::key))?],
        "std" => match &mut recipe.initializer {
            Initializer::Normal { std } => *std = number("standard deviation", value)?,
            _ => return Err(unreadable("standard deviation", value, "left out: only normal weights have one")),
        },
        "norm" => {
            let [batch, layer] = Norm::ALL.map(Norm::key);
            recipe.norm = Norm::ALL.get(place("norm", value, &[batch, layer, NONE])?).copied();
        }
        "residual" => recipe.residual = place("residual", value, &RESIDUAL)? == 1,
        "dropout" => recipe.dropout = number("dropout", value)?,
        "loss" => recipe.loss = Loss::ALL[place("loss", value, &Loss::ALL.map(Loss::key))?],
        "optimizer" => {
            recipe.optimizer = Optimizer::ALL[place("optimizer", value, &Optimizer::ALL.map(Optimizer::key))?]
        }
        "rate" => recipe.optimizer = recipe.optimizer.with_learning_rate(number("learning rate", value)?),
        "momentum" => {
            let with = recipe.optimizer.with_kept(number("momentum", value)?);
            recipe.optimizer =
                with.ok_or_else(|| unreadable("momentum", value, "left out: this optimizer has none to set"))?;
        }
        "decay" => {
            let with = recipe.optimizer.with_weight_decay(number("weight decay", value)?);
            recipe.optimizer = with.ok_or_else(|| unreadable("weight decay", value, "left out: only AdamW has one"))?;
        }
        "steps" => {
            let expected = format!("a whole number from {} to {}", Plan::STEPS.start(), Plan::STEPS.end());
            recipe.steps = value.parse().map_err(|_| unreadable("steps", value, &expected))?;
        }
        "clip" => recipe.clip = if value.is_empty() { None } else { Some(number("clip", value)?) },
        "batch" => recipe.batch = whole("batch", value)?,
        _ => return Err(unreadable("a setting", field, "one of this network’s")),
    }
    Ok(())
}

fn fields(query: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(query.trim_start_matches('?').as_bytes())
}

fn unreadable(field: &'static str, value: &str, expected: &str) -> SettingsError {
    SettingsError::Unreadable { name: field, found: value.to_owned(), expected: expected.to_owned() }
}

fn whole(field: &'static str, value: &str) -> Result<usize, SettingsError> {
    value.parse().map_err(|_| unreadable(field, value, "a whole number"))
}

fn number(field: &'static str, value: &str) -> Result<f64, SettingsError> {
    // Zeros of either sign are one.
    value.parse::<f64>().map(|number| number + 0.0).map_err(|_| unreadable(field, value, "a number"))
}

/// The place of a key among those there are.
fn place(field: &'static str, value: &str, keys: &[&str]) -> Result<usize, SettingsError> {
    let place = keys.iter().position(|&key| key == value);
    place.ok_or_else(|| unreadable(field, value, &format!("one of {}", keys.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A plan with these fields, each of which it can have.
    fn plan(fields: &[(&str, &str)]) -> Plan {
        fields.iter().fold(Plan::default(), |plan, (field, value)| plan.with(field, value).unwrap())
    }

    #[test]
    fn a_plan_survives_its_url() {
        let seeded = Plan::default().with_seed(u32::MAX).with_slope(0.2).unwrap();
        assert_eq!(Plan::from_query(&seeded.to_query("?seed=3")), (seeded, vec![]));
        assert_eq!(Plan::from_query(""), (Plan::default(), vec![]));
        assert_eq!(Plan::default().to_query("?slope=x&from=a%26b&depth=3"), "from=a%26b&seed=1&slope=0.01");
    }

    #[test]
    fn every_field_survives_its_url_and_changes_the_network() {
        let values = [
            ("seed", "7"),
            ("slope", "0.3"),
            ("depth", "12"),
            ("width", "128"),
            ("init", "normal"),
            ("std", "0.01"),
            ("norm", "batch"),
            ("residual", "yes"),
            ("dropout", "0.5"),
            ("loss", "half-squared"),
            ("optimizer", "rmsprop"),
            ("rate", "0.125"),
            ("momentum", "0.5"),
            ("clip", "2"),
            ("batch", "64"),
            ("steps", "5000"),
        ];
        let decayed = [("optimizer", "adamw"), ("decay", "0.25")];
        for field in Plan::FIELDS {
            assert!(values.iter().chain(&decayed).any(|named| named.0 == field), "{field} has no value here");
        }
        for values in [&values[..], &decayed] {
            let all = plan(values);
            assert!(values.iter().all(|(field, value)| all.value(field).as_deref() == Some(value)), "{all:?}");
            assert_eq!(Plan::from_query(&all.to_query("")), (all, vec![]));
        }
        for (field, value) in values.into_iter().filter(|(field, _)| !["std", "momentum"].contains(field)) {
            let one = plan(&[(field, value)]);
            assert_ne!(one, Plan::default(), "{field}");
            assert_eq!(one.is_tutorial(), ["seed", "slope"].contains(&field), "{field}");
            assert_eq!(Plan::from_query(&one.to_query("")), (one, vec![]));
        }
    }

    #[test]
    fn scenarios_differ_in_their_activation_only() {
        let plan = plan(&[("depth", "3"), ("optimizer", "sgd"), ("slope", "0.2")]);
        for scenario in Scenario::ALL {
            let Recipe { activation, depth, optimizer, .. } = *plan.settings(scenario);
            assert_eq!((activation, depth), (scenario.activation(0.2), 3));
            assert_eq!(optimizer, Optimizer::Sgd { learning_rate: 0.1 });
        }
    }

    #[test]
    fn an_optimizer_brings_its_customary_rate_wherever_it_stands_in_the_url() {
        assert_eq!(Plan::from_query("rate=0.5&optimizer=sgd").0.value("rate").unwrap(), "0.5");
        assert_eq!(plan(&[("rate", "0.5"), ("optimizer", "sgd")]).value("rate").unwrap(), "0.1");
        assert_eq!(plan(&[("optimizer", "sgd")]).to_query(""), "seed=1&slope=0.01&optimizer=sgd");
        assert_eq!(plan(&[("rate", "-0")]).value("rate").unwrap(), "0");
        let without = plan(&[("clip", "1"), ("clip", ""), ("norm", "batch"), ("norm", "none")]);
        assert_eq!(without, Plan::default());
    }

    #[test]
    fn an_optimizer_refuses_constants_beyond_their_ranges() {
        for (query, value, sentence) in [
            ("optimizer=rmsprop&momentum=1", "0.9", "momentum is 1, but must be from 0 to 0.999999"),
            ("optimizer=nesterov&momentum=-0.1", "0.9", "momentum is -0.1, but must be from 0 to 0.999999"),
            ("optimizer=adamw&decay=2", "0.01", "weight decay is 2, but must be from 0 to 1"),
        ] {
            let (plan, errors) = Plan::from_query(query);
            assert_eq!(errors.iter().map(ToString::to_string).collect::<Vec<_>>(), [sentence]);
            assert!([plan.value("momentum"), plan.value("decay")].contains(&Some(value.into())), "{query}");
        }
    }

    #[test]
    fn a_bad_url_field_falls_back_and_is_reported() {
        for (query, sentence) in [
            ("seed=-3&utm=x", "seed is “-3”, but must be a whole number from 0 to 4294967295"),
            ("slope=7", "slope is 7, but must be from 0 to 1"),
            ("slope=NaN", "slope is NaN, but must be from 0 to 1"),
            ("slope=steep", "slope is “steep”, but must be a number"),
            ("depth=13", "depth is 13, but must be from 1 to 12"),
            ("width=129", "width is 129, but must be from 1 to 128"),
            ("batch=x", "batch is “x”, but must be a whole number"),
            ("norm=group", "norm is “group”, but must be one of batch, layer, none"),
            ("residual=", "residual is “”, but must be one of no, yes"),
            ("loss=hinge", "loss is “hinge”, but must be one of cross-entropy, half-squared"),
            ("std=0.1", "standard deviation is “0.1”, but must be left out: only normal weights have one"),
            ("rate=x", "learning rate is “x”, but must be a number"),
            ("momentum=0.5", "momentum is “0.5”, but must be left out: this optimizer has none to set"),
            ("decay=0.5", "weight decay is “0.5”, but must be left out: only AdamW has one"),
            ("steps=4294967796", "steps is “4294967796”, but must be a whole number from 500 to 5000"),
            ("steps=499", "steps is 499, but must be from 500 to 5000"),
            ("steps=5001", "steps is 5001, but must be from 500 to 5000"),
        ] {
            let (plan, errors) = Plan::from_query(query);
            assert_eq!(plan, Plan::default(), "{query}");
            assert_eq!(errors.iter().map(ToString::to_string).collect::<Vec<_>>(), [sentence]);
        }
    }
}
