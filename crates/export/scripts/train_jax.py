"""Trains the exported runs with JAX on the same batches, and compares the loss of every step with the laboratory's."""

import functools

import jax
import jax.numpy as jnp
import runs

EPSILON_OF_NORMALIZATION = 1e-5

ACTIVATIONS = {
    "sigmoid": jax.nn.sigmoid,
    "relu": jax.nn.relu,
    "tanh": jnp.tanh,
    "elu": jax.nn.elu,
    "selu": jax.nn.selu,
    "gelu": functools.partial(jax.nn.gelu, approximate=False),
    "silu": jax.nn.silu,
    "softplus": jax.nn.softplus,
    "identity": lambda z: z,
}


def activation(settings, z):
    if settings["activation"] == "leaky":
        return jnp.where(z > 0, z, settings["slope"] * z)
    return ACTIVATIONS[settings["activation"]](z)


def normalize(settings, layer, z):
    """gamma (z - mean) / deviation + beta, over the batch for each unit or over the units for each example."""
    if settings["norm"] == "none":
        return z
    axis = 0 if settings["norm"] == "batch" else 1
    mean = z.mean(axis, keepdims=True)
    variance = ((z - mean) ** 2).mean(axis, keepdims=True)
    return layer["gamma"] * (z - mean) / jnp.sqrt(variance + EPSILON_OF_NORMALIZATION) + layer["beta"]


def logits(settings, layers, x, masks):
    """x [batch, pixels] to z of the last layer [batch, classes]."""
    for l, layer in enumerate(layers):
        z = x @ layer["w"] + layer["b"]
        if l == len(layers) - 1:
            return z
        a = activation(settings, normalize(settings, layer, z))
        if masks is not None:
            a = a * masks[l]
        has_skip = settings["residual"] == "yes" and l > 0 and a.shape == x.shape
        x = a + x if has_skip else a


def loss_of(settings, layers, x, labels, masks):
    """The mean loss over the batch."""
    z = logits(settings, layers, x, masks)
    if settings["loss"] == "half-squared":
        y = jax.nn.one_hot(labels, z.shape[1])
        return 0.5 * ((activation(settings, z) - y) ** 2).sum(1).mean()
    return (jax.nn.logsumexp(z, 1) - jnp.take_along_axis(z, labels[:, None], 1)[:, 0]).mean()


def clip(settings, gradient):
    """Scales the whole gradient so that its norm is at most settings["clip"]."""
    if settings["clip"] is None:
        return gradient
    norm = jnp.sqrt(sum((g**2).sum() for g in jax.tree.leaves(gradient)))
    factor = jnp.where(norm > settings["clip"], settings["clip"] / norm, 1.0)
    return jax.tree.map(lambda g: factor * g, gradient)


def train(run, images, labels):
    """Yields the loss of each step."""
    settings = run.settings

    @jax.jit
    def step(layers, m, v, rate, x, y, masks):
        loss, gradient = jax.value_and_grad(functools.partial(loss_of, settings))(layers, x, y, masks)
        gradient = clip(settings, gradient)
        updated = jax.tree.map(functools.partial(runs.update, settings, rate), layers, gradient, m, v)
        layers, m, v = jax.tree.transpose(jax.tree.structure(layers), jax.tree.structure((0, 0, 0)), updated)
        return layers, m, v, loss

    layers = jax.tree.map(jnp.asarray, run.layers)
    m = v = jax.tree.map(jnp.zeros_like, layers)
    for t, examples in enumerate(run.batches):
        masks = None if run.masks is None else run.masks_of(t)
        rate = runs.learning_rate(settings, t + 1)
        layers, m, v, loss = step(layers, m, v, rate, images[examples], labels[examples], masks)
        yield loss


if __name__ == "__main__":
    runs.main("JAX", train)
