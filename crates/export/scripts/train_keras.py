"""Trains the exported runs with Keras 3 on the same batches, and compares the loss of every step with the laboratory's.

Layers, losses and optimizers are Keras' own. The backend is JAX unless KERAS_BACKEND names another.
"""

import functools
import os

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import runs
from keras import layers, ops


def activation(settings):
    """A function of z. Keras' names are the laboratory's but for these."""
    if settings["activation"] == "leaky":
        return lambda z: ops.where(z > 0, z, settings["slope"] * z)
    if settings["activation"] == "identity":
        return keras.activations.linear
    if settings["activation"] == "gelu":
        return functools.partial(keras.activations.gelu, approximate=False)
    return keras.activations.get(settings["activation"])


def normalization(settings):
    if settings["norm"] == "batch":
        return layers.BatchNormalization(momentum=0.99, epsilon=1e-5)
    return layers.LayerNormalization(epsilon=1e-5)


def build(run):
    """The network with the run's initial weights. With dropout, the inputs are x and the mask of each hidden layer."""
    settings, inputs = run.settings, [keras.Input(run.layers[0]["w"].shape[:1])]
    a = inputs[0]
    for l, parameters in enumerate(run.layers):
        dense = layers.Dense(len(parameters["b"]))
        z = dense(a)
        dense.set_weights([parameters["w"], parameters["b"]])
        if l == len(run.layers) - 1:
            return keras.Model(inputs if len(inputs) > 1 else inputs[0], z)
        if settings["norm"] != "none":
            norm = normalization(settings)
            z = norm(z)
            norm.gamma.assign(parameters["gamma"])
            norm.beta.assign(parameters["beta"])
        out = layers.Activation(activation(settings))(z)
        if run.masks is not None:
            inputs.append(keras.Input(out.shape[1:]))
            out = layers.Multiply()([out, inputs[-1]])
        has_skip = settings["residual"] == "yes" and l > 0 and out.shape == a.shape
        a = layers.Add()([out, a]) if has_skip else out


def loss(settings):
    if settings["loss"] == "cross-entropy":
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def half_squared(labels, z):
        y = ops.one_hot(ops.reshape(labels, [-1]), z.shape[1])
        return 0.5 * ops.sum((activation(settings)(z) - y) ** 2, axis=1)

    return half_squared


def optimizer(settings):
    rate, momentum, epsilon = settings["rate"], settings["momentum"], settings["epsilon"]
    betas = {"beta_1": settings["beta1"], "beta_2": settings["beta2"], "epsilon": epsilon}
    optimizers = keras.optimizers
    make = {
        "sgd": lambda: optimizers.SGD(rate, global_clipnorm=settings["clip"]),
        "momentum": lambda: optimizers.SGD(rate, momentum, global_clipnorm=settings["clip"]),
        "nesterov": lambda: optimizers.SGD(rate, momentum, nesterov=True, global_clipnorm=settings["clip"]),
        "rmsprop": lambda: optimizers.RMSprop(rate, momentum, epsilon=epsilon, global_clipnorm=settings["clip"]),
        "adam": lambda: optimizers.Adam(rate, **betas, global_clipnorm=settings["clip"]),
        "adamw": lambda: optimizers.AdamW(rate, settings["decay"], **betas, global_clipnorm=settings["clip"]),
    }
    return make[settings["optimizer"]]()


def train(run, images, labels):
    """Yields the loss of each step."""
    keras.backend.clear_session()
    model = build(run)
    model.compile(optimizer(run.settings), loss(run.settings))
    for t, examples in enumerate(run.batches):
        x = images[examples]
        if run.masks is not None:
            x = [x, *run.masks_of(t)]
        # Without this, Keras returns the mean over all calls.
        model.reset_metrics()
        yield model.train_on_batch(x, labels[examples])


if __name__ == "__main__":
    runs.main("Keras", train)
