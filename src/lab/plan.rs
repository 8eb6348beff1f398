//! What the page runs, and its place in the URL.

use super::settings::{Recipe, SettingsError};
use super::{Scenario, Settings};
use crate::nn::Activation;

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
        if Recipe::SLOPES.contains(&slope) {
            Ok(Self { slope, ..self })
        } else {
            Err(SettingsError::new("slope", slope, "a number from 0 to 1"))
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
    SettingsError::new(name, format!("“{found}”"), expected)
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
}
