"""Trains the exported runs with PyTorch on the same batches, and compares the loss of every step with the laboratory's.

The update rule is written out in runs.py: torch.optim has other forms of Adam and RMSprop, with epsilon in another place.
"""

import runs
import torch
from torch.nn import functional

ACTIVATIONS = {
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "tanh": torch.tanh,
    "elu": functional.elu,
    "selu": functional.selu,
    "gelu": functional.gelu,
    "silu": functional.silu,
    "softplus": functional.softplus,
    "identity": lambda z: z,
}


def activation(settings, z):
    if settings["activation"] == "leaky":
        return functional.leaky_relu(z, settings["slope"])
    return ACTIVATIONS[settings["activation"]](z)


def normalize(settings, layer, z):
    """Over the batch for each unit or over the units for each example."""
    if settings["norm"] == "batch":
        return functional.batch_norm(z, None, None, layer["gamma"], layer["beta"], training=True, eps=1e-5)
    if settings["norm"] == "layer":
        return functional.layer_norm(z, z.shape[1:], layer["gamma"], layer["beta"], eps=1e-5)
    return z


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
        y = functional.one_hot(labels, z.shape[1])
        return 0.5 * ((activation(settings, z) - y) ** 2).sum(1).mean()
    return functional.cross_entropy(z, labels)


def train(run, images, labels):
    """Yields the loss of each step."""
    settings = run.settings
    images, labels = torch.from_numpy(images), torch.from_numpy(labels).long()
    layers = [{name: torch.from_numpy(array.copy()).requires_grad_() for name, array in layer.items()} for layer in run.layers]
    parameters = [parameter for layer in layers for parameter in layer.values()]
    m = [torch.zeros_like(parameter) for parameter in parameters]
    v = [torch.zeros_like(parameter) for parameter in parameters]
    for t, examples in enumerate(torch.from_numpy(run.batches).long()):
        masks = None if run.masks is None else torch.from_numpy(run.masks_of(t))
        loss = loss_of(settings, layers, images[examples], labels[examples], masks)
        for parameter in parameters:
            parameter.grad = None
        loss.backward()
        if settings["clip"] is not None:
            torch.nn.utils.clip_grad_norm_(parameters, settings["clip"])
        rate = runs.learning_rate(settings, t + 1)
        with torch.no_grad():
            for i, parameter in enumerate(parameters):
                w, m[i], v[i] = runs.update(settings, rate, parameter, parameter.grad, m[i], v[i])
                parameter.copy_(w)
        yield loss.item()


if __name__ == "__main__":
    runs.main("PyTorch", train)
