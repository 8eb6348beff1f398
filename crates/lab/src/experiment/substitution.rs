//! Formulas of the article with measured numbers in place of their letters, for each network at one step. The press writes them from
//! the recorded run, the page from the reader's own; both from the first seed. Numbers are means over a layer's units and a batch; a
//! mean of products is not the product of means, so each line that ends in such a product has the measured number beside it.

use super::Results;
use super::history::History;
use crate::measure::sample::{LayerSample, Sample};
use crate::text::{significant, thousands};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formula {
    /// ∂C/∂W = δ aᵀ, in layer 2 and in the last layer: both read hidden units.
    Gradient,
    /// The product (4): slopes alone.
    Slopes,
    /// The product (7): slopes and the sizes of single weights, and below it the exact product.
    Product,
}

/// The lines of one network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Substitution {
    pub variant: usize,
    pub lines: Vec<String>,
}

impl Formula {
    pub const ALL: [Self; 3] = [Self::Gradient, Self::Slopes, Self::Product];

    pub fn key(self) -> &'static str {
        match self {
            Self::Gradient => "gradient",
            Self::Slopes => "slopes",
            Self::Product => "product",
        }
    }

    pub fn find(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|formula| formula.key() == key)
    }

    /// The numbers of every network at the last sample up to `step`. A network without finite numbers there is left out.
    pub fn substitutions(self, results: &Results, step: u32) -> Vec<Substitution> {
        let of_run = |run: &History| {
            let sample = run.samples.iter().rev().find(|sample| sample.step <= step)?;
            let lines = self.lines(run, sample);
            (!lines.is_empty()).then_some(Substitution { variant: run.variant, lines })
        };
        results.first_runs().filter_map(of_run).collect()
    }

    fn lines(self, run: &History, sample: &Sample) -> Vec<String> {
        let layers = &sample.layers;
        let pairs = || layers.iter().zip(layers.iter().skip(1));
        match self {
            Self::Gradient => {
                let mut numbers = vec![2, layers.len()];
                numbers.dedup();
                numbers.into_iter().filter_map(|l| gradient(run, layers, l)).collect()
            }
            Self::Slopes => product(pairs().map(|(layer, _)| vec![layer.slope])).into_iter().collect(),
            Self::Product => {
                let single = product(pairs().map(|(layer, next)| vec![layer.slope, next.weight.mean]));
                let exact = product(pairs().map(|(layer, _)| {
                    let chain = layer.chain;
                    let other = chain.skip * chain.dropout * chain.norm;
                    let factors = [chain.slope, chain.weights].into_iter();
                    factors.chain(Some(other).filter(|other| *other != 1.0)).collect()
                }));
                let named = |name: &str, text: Option<String>| text.map(|text| format!("{name}: {text}"));
                named("means", single).into_iter().chain(named("exact", exact)).collect()
            }
        }
    }
}

/// The step that figures show if the reader has chosen `chosen`: the last measured one by default.
pub fn shown_step(results: &Results, chosen: Option<u32>) -> u32 {
    let last = results.first_runs().filter_map(|run| run.samples.last()).map(|sample| sample.step).max();
    let last = last.unwrap_or_default();
    chosen.map_or(last, |step| step.min(last))
}

/// “before training” or “at step 1,200”.
pub fn moment(step: u32) -> String {
    if step == 0 { "before training".into() } else { format!("at step {}", thousands(step.into())) }
}

/// Examples of a batch × mean |δ| × mean |a|, beside the mean |∂C/∂W|. δ is of the batch's mean loss. Normalization, skip connections and
/// dropout change what a layer reads or what its weights get, so that networks with them have no such line.
fn gradient(run: &History, layers: &[LayerSample], l: usize) -> Option<String> {
    let recipe = run.settings.recipe();
    let is_plain = recipe.norm.is_none() && !recipe.residual && recipe.dropout == 0.0;
    let (layer, below) = (layers.get(l.checked_sub(1)?)?, layers.get(l.checked_sub(2)?)?);
    let [delta, a, measured] = [layer.delta.mean, below.activation.mean, layer.gradient.mean].map(f64::from);
    let product = recipe.batch as f64 * delta * a;
    let [delta, a] = [delta, a].map(|x| significant(x, 3));
    let [right, measured] = [product, measured].map(|x| significant(x, 2));
    let text = format!("layer {l}: {}\u{a0}· {delta}\u{a0}· {a} =\u{a0}{right}; measured {measured}", recipe.batch);
    (is_plain && product.is_finite()).then_some(text)
}

/// The most factors that are all written.
const MAX_FACTORS: usize = 6;

/// “0.24 · 0.24 = 0.056”; a group of several factors is in parentheses. None if there is no factor or no finite product.
fn product(groups: impl Iterator<Item = Vec<f32>>) -> Option<String> {
    let groups: Vec<Vec<f32>> = groups.collect();
    let value: f64 = groups.iter().flatten().copied().map(f64::from).product();
    if groups.is_empty() || !value.is_finite() {
        return None;
    }
    let text = |group: &Vec<f32>| {
        let factors: Vec<String> = group.iter().map(|&factor| significant(factor.into(), 3)).collect();
        let factors = factors.join("\u{a0}·\u{a0}");
        if group.len() > 1 { format!("({factors})") } else { factors }
    };
    let mut texts: Vec<String> = groups.iter().map(text).collect();
    if texts.len() > MAX_FACTORS {
        texts.splice(3..texts.len() - 1, ["⋯".to_owned()]);
    }
    Some(format!("{} =\u{a0}{}", texts.join("\u{a0}· "), significant(value, 2)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Experiment, RunId};
    use crate::measure::sample::{Chain, Size};

    /// Three layers: slopes of a half, weights of 0.2 that stretch δ by 0.8, samples at steps 0 and 10.
    fn results() -> Results {
        let mut results = Results::new(Experiment::tutorial(), RunId(0));
        let size = |mean| Size { mean, norm: 0.0 };
        let layer = |slope: f32| LayerSample {
            slope,
            weight: size(0.2),
            activation: size(0.5),
            delta: size(0.01),
            gradient: size(0.04),
            chain: Chain { weights: 0.8, skip: 1.0, dropout: 1.0, slope, norm: 1.0 },
            ..LayerSample::default()
        };
        let sample = |step, slope| Sample { step, layers: vec![layer(slope); 3], ..Sample::default() };
        results.runs[0].samples = vec![sample(0, 0.5), sample(10, 0.25)];
        results
    }

    /// The lines of the first network, with plain spaces.
    fn lines(formula: Formula, results: &Results, step: u32) -> Vec<String> {
        let all = formula.substitutions(results, step);
        assert!(all.iter().all(|found| found.variant == 0), "networks without samples have no lines");
        all.into_iter().flat_map(|found| found.lines).map(|line| line.replace('\u{a0}', " ")).collect()
    }

    #[test]
    fn letters_become_measured_numbers() {
        let results = results();
        assert_eq!(lines(Formula::Slopes, &results, 0), ["0.500 · 0.500 = 0.25"]);
        assert_eq!(
            lines(Formula::Product, &results, 0),
            ["means: (0.500 · 0.200) · (0.500 · 0.200) = 0.010", "exact: (0.500 · 0.800) · (0.500 · 0.800) = 0.16"]
        );
        // 30 · 0.01 · 0.5
        let of_layer = |l| format!("layer {l}: 30 · 0.0100 · 0.500 = 0.15; measured 0.040");
        assert_eq!(lines(Formula::Gradient, &results, 0), [of_layer(2), of_layer(3)]);
    }

    #[test]
    fn numbers_are_those_of_the_last_sample_up_to_the_step() {
        let results = results();
        assert_eq!(lines(Formula::Slopes, &results, 9), ["0.500 · 0.500 = 0.25"]);
        assert_eq!(lines(Formula::Slopes, &results, 10), ["0.250 · 0.250 = 0.062"]);
        assert_eq!([None, Some(3), Some(99)].map(|step| shown_step(&results, step)), [10, 3, 10]);
        assert_eq!([moment(0), moment(1200)], ["before training", "at step 1,200"]);
    }

    #[test]
    fn what_has_no_number_has_no_line() {
        let mut results = results();
        results.runs[0].samples[0].layers[1].slope = f32::NAN;
        assert_eq!(lines(Formula::Slopes, &results, 0), Vec::<String>::new());
        results.runs[0].samples[0].layers.truncate(1);
        for formula in Formula::ALL {
            assert_eq!(lines(formula, &results, 0), Vec::<String>::new(), "{formula:?}");
            assert_eq!(Formula::find(formula.key()), Some(formula));
        }
    }

    #[test]
    fn many_factors_are_cut_and_all_of_them_are_multiplied() {
        let text = product((0..12).map(|_| vec![0.5])).map(|text| text.replace('\u{a0}', " "));
        // 2⁻¹²
        assert_eq!(text.as_deref(), Some("0.500 · 0.500 · 0.500 · ⋯ · 0.500 = 2.4 × 10⁻⁴"));
    }
}
