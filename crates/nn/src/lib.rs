//! The mathematics: a multilayer perceptron, its derivatives and the optimizers that train it. No clock, no thread, no JavaScript,
//! no data set. Every function is generic over [`Float`]: the code that trains in `f32`, four numbers at a time, is the code that
//! tests run in `f64` and, for derivatives, in complex numbers.
//!
//! | symbol | name here | shape | meaning | equation |
//! |---|---|---|---|---|
//! | x | `x` | `[examples, 784]`, sparse | pixels in [0, 1] | |
//! | W⁽ˡ⁾ | `w` | `[fan_in, fan_out]` | weights of layer l, row = input unit | |
//! | b⁽ˡ⁾ | `b` | `[fan_out]` | biases of layer l | |
//! | z⁽ˡ⁾ | `z` | `[batch, fan_out]` | pre-activation, z = a⁽ˡ⁻¹⁾ W + b | |
//! | n⁽ˡ⁾ | `normalized.n` | `[batch, fan_out]` | γ ẑ + β if the layer normalizes, else z | |
//! | a⁽ˡ⁾ = f(n⁽ˡ⁾) | `a` | `[batch, fan_out]` | activation, h in the tutorial | (5), (6) |
//! | p | `a` of the last layer | `[batch, classes]` | softmax of the logits | |
//! | C | `loss` | scalar | mean loss over the batch | |
//! | y | `labels` | `[examples]` | class of each example | (2) |
//! | δ⁽ˡ⁾ | `delta` | `[batch, fan_out]` | ∂C/∂z⁽ˡ⁾, which includes the factor 1/batch of the mean | (2), (3) |
//! | ∂C/∂W⁽ˡ⁾ | `dw` | `[fan_in, fan_out]` | gradient of the weights | (1); its factors (4), (7) |
//!
//! Layers count from 1 in prose and from 0 in code. Rows of matrices are padded with zeros to whole vectors of four.
//!
//! The same settings and seed give the same bits natively and in every browser. Vectors therefore run across the units of a layer
//! and never along a sum; sums run in index order, and that order is part of the specification.
//!
//! Functions that loop over a batch are `#[inline(never)]`: in one large function V8 runs out of registers, and a step of the
//! tutorial's network takes 1.6 times as long.

pub mod activation;
mod backward;
#[cfg(test)]
mod complex;
#[cfg(test)]
mod derivatives;
pub mod finite;
pub mod float;
mod forward;
pub mod init;
pub mod kernel;
pub mod loss;
pub mod mlp;
pub mod norm;
pub mod optimizer;
pub mod rng;
pub mod sparse;
pub mod tape;
pub mod ulp;

pub use activation::Activation;
pub use float::Float;
pub use init::Initializer;
pub use loss::Loss;
pub use mlp::{Architecture, Mlp};
pub use norm::Norm;
pub use optimizer::Optimizer;
pub use sparse::SparseRows;
pub use tape::Tape;
