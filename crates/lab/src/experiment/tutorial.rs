//! The named experiments. Outside `nn`, only this file and the rows of the table of fields name particular activations.

use super::finding::{Finding, LAST};
use super::history::{Quantity, When};
use super::{Experiment, Overrides, Variant};
use crate::recipe::field::Field;

impl Experiment {
    /// The tutorial's three scenarios: the same network and the same batches under three activations.
    pub fn tutorial() -> Self {
        Self::activations(&["sigmoid", "relu", "leaky"])
    }

    /// The activations, and the slope of leaky ReLU, that the table of depth and initialization compares.
    pub fn depth_and_initialization() -> Self {
        let mut experiment = Self::activations(&["sigmoid", "tanh", "relu", "leaky"]);
        set(&mut experiment.variants[3].overrides, "slope", "0.2");
        experiment
    }

    /// Whether network and training are the tutorial's; the seed and the slope of leaky ReLU may differ.
    pub fn is_tutorial(&self) -> bool {
        self.changes().is_empty()
    }

    /// How network and training differ from the tutorial's: what is compared if it is something else, then all settings, for example
    /// “sigmoid and tanh, depth 12”. Empty if only the seed or the slope of leaky ReLU differs.
    pub fn changes(&self) -> String {
        let labels = (self.variants != Self::tutorial().variants).then(|| self.labels().join(" and "));
        let settings = self.base.iter().filter(|(field, _)| !["seed", "slope"].contains(&field.key));
        let settings = settings.map(|(field, value)| field.describe(value));
        labels.into_iter().chain(settings).collect::<Vec<_>>().join(", ")
    }

    fn activations(keys: &[&str]) -> Self {
        let variant = |key: &&str| {
            let mut overrides = Overrides::default();
            set(&mut overrides, "activation", key);
            Variant { name: None, overrides }
        };
        Self { base: Overrides::default(), variants: keys.iter().map(variant).collect(), n_seeds: 1 }
    }
}

/// The tutorial's own numbers, from its one run, by the key of the variant: mean |∂C/∂W| of the last layer divided by the mean of the
/// first, and how a table writes it.
pub fn reported_ratio(key: &str) -> Option<(f64, &'static str)> {
    match key {
        "sigmoid" => Some((30.0, "30")),
        "relu" => Some((6.0, "as leaky")),
        "leaky-relu" => Some((6.0, "6")),
        _ => None,
    }
}

impl Finding {
    /// What the tutorial reports of its one run.
    pub fn reported(&self) -> Option<f64> {
        match self {
            Self::Ratio { variant, quantity: Quantity::Gradient, from: LAST, to: 1, when: When::Logs } => {
                reported_ratio(variant).map(|(ratio, _)| ratio)
            }
            _ => None,
        }
    }
}

fn set(overrides: &mut Overrides, key: &str, text: &str) {
    if let Some(field) = Field::find(key)
        && let Ok(value) = field.parse(text)
    {
        overrides.set(field, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Recipe;
    use nn::Activation;

    #[test]
    fn the_named_experiments_are_what_they_are_called() {
        let tutorial = [Activation::Sigmoid, Activation::Relu, Activation::LeakyRelu { slope: 0.01 }];
        let table = [Activation::Sigmoid, Activation::Tanh, Activation::Relu, Activation::LeakyRelu { slope: 0.2 }];
        let recipes = |experiment: Experiment| -> Vec<Recipe> {
            (0..experiment.variants().len()).map(|variant| experiment.recipe(variant)).collect()
        };
        assert_eq!(recipes(Experiment::tutorial()), tutorial.map(|activation| Recipe::tutorial(activation, 1)));
        assert_eq!(
            recipes(Experiment::depth_and_initialization()),
            table.map(|activation| Recipe::tutorial(activation, 1))
        );
        assert!(Experiment::tutorial().with_seed(7).is_tutorial());
        let other =
            Experiment::tutorial().without_variant(0).unwrap().with(Field::find("depth").unwrap(), "12").unwrap();
        assert_eq!((other.is_tutorial(), other.changes().as_str()), (false, "ReLU and leaky ReLU, depth 12"));
    }

    /// The numbers that the tutorial prints.
    #[test]
    fn the_tutorial_reports_one_ratio_for_each_of_its_networks() {
        let variants = ["sigmoid", "relu", "leaky-relu", "tanh"];
        let reported = |key: String| Finding::parse(&key).unwrap().reported();
        let ratios = variants.map(|variant| reported(format!("ratio.{variant}.last.1.logs")));
        assert_eq!(ratios, [Some(30.0), Some(6.0), Some(6.0), None]);
        let written = variants.map(|variant| reported_ratio(variant).map(|(_, text)| text));
        assert_eq!(written, [Some("30"), Some("as leaky"), Some("6"), None]);
        assert_eq!(["ratio.relu.last.1.now", "ratio.relu.5.1.logs"].map(|key| reported(key.into())), [None; 2]);
    }
}
