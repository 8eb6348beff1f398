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
            let sample = run.sample_up_to(step)?;
            let lines = self.lines(run, sample);
            (!lines.is_empty()).then_some(Substitution { variant: run.variant, lines })
        };
        results.first_runs().filter_map(of_run).collect()
    }

    fn lines(self, run: &History, sample: &Sample) -> Vec<String> {
        let layers = &sample.layers;
        let mut lines = Vec::new();
        match self {
            Self::Gradient => {
                lines.extend(gradient(run, layers, 2));
                if layers.len() > 2 {
                    lines.extend(gradient(run, layers, layers.len()));
                }
            }
            Self::Slopes => lines.extend(product("", layers, |layer, _| ([layer.slope, 1.0, 1.0], 1))),
            Self::Product => {
                lines.extend(product("means: ", layers, |layer, next| ([layer.slope, next.weight.mean, 1.0], 2)));
                lines.extend(product("exact: ", layers, |LayerSample { chain, .. }, _| {
                    let other = chain.skip * chain.dropout * chain.norm;
                    ([chain.slope, chain.weights, other], if other == 1.0 { 2 } else { 3 })
                }));
            }
        }
        lines
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

/// The most layers whose factors are all written.
const MAX_LAYERS: usize = 6;

/// “0.235 · 0.238 = 0.056”. `factors` has up to three factors of a hidden layer, given the next layer, and how many there are; several are
/// in parentheses. None if there is no hidden layer or no finite product.
fn product(
    name: &str,
    layers: &[LayerSample],
    factors: fn(&LayerSample, &LayerSample) -> ([f32; 3], usize),
) -> Option<String> {
    let n = layers.len().saturating_sub(1);
    let (mut text, mut value) = (String::from(name), 1.0);
    for i in 0..n {
        let (factors, n_factors) = factors(&layers[i], &layers[i + 1]);
        let is_left_out = n > MAX_LAYERS && i >= 3 && i + 1 < n;
        if i > 0 && (!is_left_out || i == 3) {
            text.push_str("\u{a0}· ");
        }
        if is_left_out && i == 3 {
            text.push('⋯');
        }
        let (open, close) = if n_factors > 1 { ("(", ")") } else { ("", "") };
        for (j, &factor) in factors[..n_factors].iter().enumerate() {
            value *= f64::from(factor);
            if !is_left_out {
                text.push_str(if j == 0 { open } else { "\u{a0}·\u{a0}" });
                text.push_str(&significant(factor.into(), 3));
            }
        }
        if !is_left_out {
            text.push_str(close);
        }
    }
    text.push_str(" =\u{a0}");
    text.push_str(&significant(value, 2));
    (n > 0 && value.is_finite()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Recipe;
    use crate::experiment::{Experiment, RunId};
    use crate::measure::sample::{Chain, Size};
    use nn::Norm;

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

    /// 2 · 1.25 · 0.5 is one factor. A weight is that of the layer above.
    #[test]
    fn each_factor_is_of_its_own_layer() {
        let mut results = results();
        let layers = &mut results.runs[0].samples[0].layers;
        layers[0].chain = Chain { skip: 2.0, dropout: 1.25, norm: 0.5, ..layers[0].chain };
        layers[2].weight.mean = 0.4;
        assert_eq!(
            lines(Formula::Product, &results, 0),
            [
                "means: (0.500 · 0.200) · (0.500 · 0.400) = 0.020",
                "exact: (0.500 · 0.800 · 1.25) · (0.500 · 0.800) = 0.20"
            ]
        );
    }

    #[test]
    fn only_a_plain_network_has_lines_for_its_gradient_and_with_two_layers_one() {
        let mut results = results();
        results.runs[0].samples[0].layers.truncate(2);
        let plain = *results.runs[0].settings.recipe();
        let norm = Some(Norm::Batch);
        for (recipe, n_lines) in [
            (plain, 1),
            (Recipe { norm, ..plain }, 0),
            (Recipe { residual: true, ..plain }, 0),
            (Recipe { dropout: 0.5, ..plain }, 0),
        ] {
            results.runs[0].settings = recipe.check().unwrap();
            assert_eq!(lines(Formula::Gradient, &results, 0).len(), n_lines, "{recipe:?}");
        }
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
    fn of_more_than_six_factors_some_are_cut_and_all_are_multiplied() {
        let halves = |n_hidden: usize| {
            let layers = vec![LayerSample::default(); n_hidden + 1];
            product("", &layers, |_, _| ([0.5, 1.0, 1.0], 1)).unwrap().replace('\u{a0}', " ")
        };
        // 2⁻⁶ and 2⁻¹²
        assert_eq!(halves(6), "0.500 · 0.500 · 0.500 · 0.500 · 0.500 · 0.500 = 0.016");
        assert_eq!(halves(12), "0.500 · 0.500 · 0.500 · ⋯ · 0.500 = 2.4 × 10⁻⁴");
    }
}
