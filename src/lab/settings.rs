//! What to run. Fields are private where not every value can run: a `Settings` or a `Plan` that exists is runnable.

use super::Scenario;
use crate::nn::Activation;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::RangeInclusive;

/// One network and how it trains. The batch, the optimizer and the initializer are the tutorial's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Settings {
    pub activation: Activation,
    pub seed: u32,
    depth: usize,
    width: usize,
    steps: u32,
}

/// Settings as a message brings them.
#[derive(Deserialize)]
struct Unchecked {
    activation: Activation,
    seed: u32,
    depth: usize,
    width: usize,
    steps: u32,
}

impl TryFrom<Unchecked> for Settings {
    type Error = SettingsError;

    fn try_from(Unchecked { activation, seed, depth, width, steps }: Unchecked) -> Result<Self, SettingsError> {
        Self::tutorial(activation, seed).with_size(depth, width, steps)
    }
}

impl Settings {
    pub const DEPTHS: RangeInclusive<usize> = 1..=50;
    pub const WIDTHS: RangeInclusive<usize> = 1..=512;
    pub const STEPS: RangeInclusive<u32> = 1..=100_000;
    /// Examples in a batch.
    pub const BATCH: usize = 30;

    /// The tutorial's network: six weight layers, five of them hidden with 10 units, 2,500 steps.
    pub fn tutorial(activation: Activation, seed: u32) -> Self {
        Self { activation, seed, depth: 6, width: 10, steps: 2_500 }
    }

    /// `depth` weight layers, the hidden ones `width` wide, trained for `steps` steps.
    ///
    /// # Errors
    /// A value outside [`Self::DEPTHS`], [`Self::WIDTHS`] or [`Self::STEPS`].
    pub fn with_size(self, depth: usize, width: usize, steps: u32) -> Result<Self, SettingsError> {
        check("depth", depth, &Self::DEPTHS)?;
        check("width", width, &Self::WIDTHS)?;
        check("steps", steps as usize, &(*Self::STEPS.start() as usize..=*Self::STEPS.end() as usize))?;
        Ok(Self { depth, width, steps, ..self })
    }

    /// Weight layers.
    pub fn depth(&self) -> usize {
        self.depth
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// Layer widths from `inputs` to `classes`, `[depth + 1]`.
    pub fn sizes(&self, inputs: usize, classes: usize) -> Vec<usize> {
        let hidden = std::iter::repeat_n(self.width, self.depth - 1);
        std::iter::once(inputs).chain(hidden).chain([classes]).collect()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    name: &'static str,
    found: String,
    expected: String,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}, but must be {}", self.name, self.found, self.expected)
    }
}

impl std::error::Error for SettingsError {}

fn check(name: &'static str, found: usize, range: &RangeInclusive<usize>) -> Result<(), SettingsError> {
    let expected = || format!("from {} to {}", range.start(), range.end());
    if range.contains(&found) {
        Ok(())
    } else {
        Err(SettingsError { name, found: found.to_string(), expected: expected() })
    }
}

/// What the page runs: the three scenarios from one seed, with one leaky slope.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    pub seed: u32,
    slope: f64,
}

impl Default for Plan {
    fn default() -> Self {
        Self { seed: 1, slope: Activation::TEXT_SLOPE }
    }
}

impl Plan {
    pub fn slope(&self) -> f64 {
        self.slope
    }

    pub fn with_seed(self, seed: u32) -> Self {
        Self { seed, ..self }
    }

    /// The plan with another leaky slope.
    ///
    /// # Errors
    /// A slope outside 0 to 1, or none at all (NaN).
    pub fn with_slope(self, slope: f64) -> Result<Self, SettingsError> {
        if (0.0..=1.0).contains(&slope) {
            Ok(Self { slope, ..self })
        } else {
            Err(SettingsError { name: "slope", found: slope.to_string(), expected: "a number from 0 to 1".into() })
        }
    }

    pub fn settings(&self, scenario: Scenario) -> Settings {
        Settings::tutorial(scenario.activation(self.slope), self.seed)
    }

    /// The plan in a URL query, `seed=1&slope=0.01`, behind those fields of `query` that are not a plan's.
    pub fn to_query(&self, query: &str) -> String {
        let others = fields(query).filter(|(name, _)| !matches!(&**name, "seed" | "slope"));
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(others)
            .append_pair("seed", &self.seed.to_string())
            .append_pair("slope", &self.slope.to_string())
            .finish()
    }

    /// Reads a URL query. A field that is missing takes its default; one that cannot be read does too, and is reported.
    /// Fields that are not a plan's belong to somebody else and are passed over.
    pub fn from_query(query: &str) -> (Self, Vec<SettingsError>) {
        let mut plan = Self::default();
        let mut errors = Vec::new();
        for (name, value) in fields(query) {
            let read = match &*name {
                "seed" => value.parse().map(|seed| plan.with_seed(seed)).map_err(|_| unreadable("seed", &value)),
                "slope" => value.parse().map_err(|_| unreadable("slope", &value)).and_then(|s| plan.with_slope(s)),
                _ => continue,
            };
            match read {
                Ok(read) => plan = read,
                Err(error) => errors.push(error),
            }
        }
        (plan, errors)
    }
}

fn fields(query: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(query.trim_start_matches('?').as_bytes())
}

fn unreadable(name: &'static str, found: &str) -> SettingsError {
    let expected = if name == "seed" { "a whole number from 0 to 4294967295" } else { "a number from 0 to 1" };
    SettingsError { name, found: format!("“{found}”"), expected: expected.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_survives_its_url() {
        let plan = Plan::default().with_seed(u32::MAX).with_slope(0.2).unwrap();
        assert_eq!(Plan::from_query(&plan.to_query("?seed=3")), (plan, vec![]));
        assert_eq!(Plan::from_query(""), (Plan::default(), vec![]));
        assert_eq!(Plan::default().to_query("?slope=x&from=a%26b"), "from=a%26b&seed=1&slope=0.01");
    }

    #[test]
    fn a_bad_url_field_falls_back_and_is_reported() {
        let (plan, errors) = Plan::from_query("?seed=-3&slope=7&utm=x");
        assert_eq!(plan, Plan::default());
        let sentences: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            sentences,
            [
                "seed is “-3”, but must be a whole number from 0 to 4294967295",
                "slope is 7, but must be a number from 0 to 1"
            ]
        );
        assert_eq!(Plan::from_query("slope=NaN").1.len(), 1);
    }

    #[test]
    fn sizes_outside_the_ranges_cannot_be_made() {
        let settings = Settings::tutorial(Activation::Relu, 1);
        assert_eq!(settings.sizes(784, 10), [784, 10, 10, 10, 10, 10, 10]);
        let sentence = |r: Result<Settings, SettingsError>| r.unwrap_err().to_string();
        assert_eq!(sentence(settings.with_size(0, 10, 1)), "depth is 0, but must be from 1 to 50");
        assert_eq!(sentence(settings.with_size(6, 513, 1)), "width is 513, but must be from 1 to 512");
        assert_eq!(sentence(settings.with_size(6, 10, 0)), "steps is 0, but must be from 1 to 100000");
    }
}
