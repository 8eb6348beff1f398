//! What stands below each figure: its title and what to look for.

use super::Figure;

impl Figure {
    pub fn title(self) -> &'static str {
        match self {
            Self::Sigmoid => "The sigmoid and its derivative",
            Self::Relu => "ReLU and its derivative",
            Self::Leaky => "Leaky ReLU and its derivative",
            Self::Accuracy => "Training accuracy",
            Self::Loss => "Training loss",
            Self::GradientLast => "Gradients of one layer, beginning with the last",
            Self::GradientFirst => "Gradients of one layer, beginning with the first",
            Self::GradientLayers => "Gradients of all layers",
            Self::Histograms => "Histograms over time",
        }
    }

    /// What to look for.
    pub fn caption(self) -> &'static str {
        match self {
            Self::Sigmoid => {
                "The derivative never rises above 0.25 and is close to 0 wherever the curve is flat. Each layer multiplies \
                 the error by it once."
            }
            Self::Relu => {
                "The derivative is 1 wherever the unit is on, so a product of many such factors does not shrink. Where the \
                 unit is off, it is 0 and nothing passes. The dot marks which side z = 0 belongs to."
            }
            Self::Leaky => {
                "With the tutorial’s slope of 0.01 the left branch is hard to tell from 0 at full height. Magnify the \
                 heights, or raise the slope."
            }
            Self::Accuracy => {
                "The pale line has a mean over ten batches at every tenth step, the strong one the mean over a hundred \
                 steps; a mark is the one batch of a logged step, as the tutorial records it. See how slowly the sigmoid climbs."
            }
            Self::Loss => {
                "The pale line has a mean over ten batches at every tenth step, the strong one the mean over a hundred \
                 steps; a mark is the one batch of a logged step. A flat stretch near ln 10 is a network that has learned \
                 only how common each digit is."
            }
            Self::GradientLast => {
                "The mean of |∂C/∂W| over all weights of one layer, measured at every step: the pale line is its mean over ten \
                 steps as a rule, the strong one over a hundred; a mark is one logged step. In layer 6 the sigmoid starts highest and ends within a factor of a few of the others."
            }
            Self::GradientFirst => {
                "The same measure, beginning at the other end of the network. On the logarithmic axis one rule is a \
                 factor of ten: in layer 1 the sigmoid starts about a hundred times or more below the others."
            }
            Self::GradientLayers => {
                "Under the sigmoid the layers start far apart, the first lowest, and then close up. Under ReLU and leaky \
                 ReLU layers 2 to 6 lie together once training is under way and layer 1 below them: its inputs are pixels, \
                 most of them 0. Lines are means over 100 steps, from the value before training on; every other layer is \
                 dashed."
            }
            Self::Histograms => {
                "One histogram for each logged step, the first at the back. See how wide each is: heights are square roots \
                 of densities, relative to each histogram’s own peak, so that a crowd of zeros does not flatten the rest. \
                 The axis covers the middle 99 % of each."
            }
        }
    }
}
