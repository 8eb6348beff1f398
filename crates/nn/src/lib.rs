//! The mathematics: a multilayer perceptron, its derivatives and the rules that train it. No clock, no thread, no JavaScript,
//! no data set. Every function is generic over [`Float`]: the body that trains in `f32`, four numbers at a time, is the body
//! that tests run in `f64` and, for derivatives, in complex numbers.
//!
//! | symbol | name here | shape | meaning | equation |
//! |---|---|---|---|---|
//! | x | `x` | `[examples, 784]`, sparse | pixels in [0, 1] | |
//! | W⁽ˡ⁾ | `w` | `[fan_in, fan_out]` | weights of layer l, row = input unit | (7) |
//! | b⁽ˡ⁾ | `b` | `[fan_out]` | biases of layer l | |
//! | z⁽ˡ⁾ | `z` | `[batch, fan_out]` | pre-activation, z = a⁽ˡ⁻¹⁾ W + b | |
//! | n⁽ˡ⁾ | `normalized.n` | `[batch, fan_out]` | γ ẑ + β where a layer normalizes, else z | |
//! | a⁽ˡ⁾ = f(n⁽ˡ⁾) | `a` | `[batch, fan_out]` | activation | (5), (6) |
//! | p | `a` of the last layer | `[batch, classes]` | softmax of the logits | |
//! | C | `loss` | scalar | mean loss over the batch | |
//! | δ⁽ˡ⁾ | `delta` | `[batch, fan_out]` | ∂C/∂z⁽ˡ⁾, so the 1/batch of the mean is inside | (2), (3) |
//! | ∂C/∂W⁽ˡ⁾ | `dw` | `[fan_in, fan_out]` | gradient of the weights | (1), (4), (7) |
//!
//! Layers count from 1 in prose and from 0 in code. Rows of matrices are padded with zeros to whole vectors of four, but
//! for a first W of ten units ([`sparse::row_len`]).
//! Vectors run across the units of a layer and never along a sum: sums run in index order, but for z of such a first layer
//! ([`sparse::affine`]). Their order is the specification, so that the same settings and seed give the same bits natively and in
//! every browser.
//!
//! Functions that loop over a batch are `#[inline(never)]`: in one large function V8 runs out of registers, and a step of the
//! tutorial's network takes 1.6 times as long.

pub mod activation;
pub mod buffer;
#[cfg(test)]
mod complex;
#[cfg(test)]
mod derivatives;
pub mod elementary;
pub mod finite;
pub mod float;
pub mod init;
pub mod loss;
pub mod magnitude;
pub mod mlp;
pub mod norm;
pub mod optimizer;
pub mod padding;
pub mod pass;
pub mod product;
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
