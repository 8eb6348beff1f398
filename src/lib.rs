//! Vanishing Gradients.
