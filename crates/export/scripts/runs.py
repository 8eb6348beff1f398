"""Reads the exported runs, and compares losses. The scripts of the three frameworks share it.

Shapes: images [examples, pixels], w [fan_in, fan_out], b, gamma and beta [fan_out]. Layers count from 0 here.
"""

import argparse
import json
import struct
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

FOLDER = Path(__file__).resolve().parent

# Rounding differs from framework to framework, and training amplifies every difference: in some networks from step to step, in
# others hardly at all. A run is therefore compared for as long as the framework agrees with itself: until a twin of the run, whose
# initial weights differ by three parts in 100,000, leaves the tolerance.
PERTURBATION = 3e-5
RELATIVE_TOLERANCE = 1e-4
# For losses near 0.
ABSOLUTE_TOLERANCE = 1e-6
# Compared in any case: the losses of the initial network and of the first two updates.
FEWEST_STEPS = 3


@dataclass
class Run:
    """One run: its settings under the keys of the laboratory's links, and what its steps need."""

    label: str
    settings: dict
    layers: list  # of dicts with w, b and, where the layer normalizes, gamma and beta
    batches: np.ndarray  # indices of examples, [steps, batch]
    masks: np.ndarray | None  # the units that dropout keeps, as bits, [steps, bytes]
    losses: np.ndarray  # the laboratory's loss of each batch before its update, [steps]

    def masks_of(self, step):
        """By what dropout multiplies each hidden layer, 0 or 1 / (1 - dropout): [hidden layers, batch, width]."""
        shape = (len(self.layers) - 1, self.batches.shape[1], self.settings["width"])
        kept = np.unpackbits(self.masks[step], count=int(np.prod(shape))).reshape(shape)
        return kept.astype(np.float32) / np.float32(1 - self.settings["dropout"])


def read_idx(path):
    """An array from a file in MNIST's IDX format."""
    data = path.read_bytes()
    kind, n_dimensions = data[2], data[3]
    shape = struct.unpack_from(f">{n_dimensions}I", data, 4)
    dtype = {0x08: ">u1", 0x0C: ">i4"}[kind]
    array = np.frombuffer(data, dtype, offset=4 + 4 * n_dimensions).reshape(shape)
    return array.astype(array.dtype.newbyteorder("="))


def load_run(about):
    folder = FOLDER / about["folder"]
    tensors = load_file(folder / "initial.safetensors")
    layers = [{} for _ in range(about["settings"]["depth"])]
    for name, tensor in tensors.items():
        layer, parameter = name.removeprefix("layer").split(".")
        if not parameter.startswith("running"):
            layers[int(layer) - 1][parameter] = tensor
    masks = read_idx(folder / "masks.idx") if (folder / "masks.idx").exists() else None
    losses = np.loadtxt(folder / "losses.csv", delimiter=",", skiprows=1, usecols=1, ndmin=1)
    label = f"{about['label']}, seed {about['seed']}"
    return Run(label, about["settings"], layers, read_idx(folder / "batches.idx"), masks, losses)


def learning_rate(settings, t):
    """The factor of update t, from 1 on. Adam's corrects the bias of both moving averages, as in TensorFlow: epsilon then stands
    beside the root of v, not of the corrected v."""
    rate = settings["rate"]
    if settings["optimizer"] in ("adam", "adamw"):
        rate *= (1 - settings["beta2"] ** t) ** 0.5 / (1 - settings["beta1"] ** t)
    return rate


def update(settings, rate, w, g, m, v):
    """One update of a parameter w by its gradient g: the new w and the new moving averages m and v. Works on arrays of any
    framework."""
    optimizer = settings["optimizer"]
    if optimizer == "sgd":
        w = w - rate * g
    elif optimizer == "momentum":
        m = settings["momentum"] * m - rate * g
        w = w + m
    elif optimizer == "nesterov":
        m = settings["momentum"] * m - rate * g
        w = w + settings["momentum"] * m - rate * g
    elif optimizer == "rmsprop":
        v = settings["momentum"] * v + (1 - settings["momentum"]) * g * g
        w = w - rate * g / (v + settings["epsilon"]) ** 0.5
    elif optimizer in ("adam", "adamw"):
        if optimizer == "adamw":
            w = (1 - settings["rate"] * settings["decay"]) * w
        m = settings["beta1"] * m + (1 - settings["beta1"]) * g
        v = settings["beta2"] * v + (1 - settings["beta2"]) * g * g
        w = w - rate * m / (v**0.5 + settings["epsilon"])
    else:
        sys.exit(f"the optimizer is {optimizer}, which this script does not know")
    return w, m, v


def are_close(losses, others):
    return np.abs(losses - others) <= RELATIVE_TOLERANCE * np.abs(others) + ABSOLUTE_TOLERANCE


def perturbed(run):
    """The run with slightly different initial weights."""
    rng = np.random.default_rng(1)
    noise = lambda w: (1 + PERTURBATION * rng.standard_normal(w.shape)).astype(np.float32)
    return replace(run, layers=[{**layer, "w": layer["w"] * noise(layer["w"])} for layer in run.layers])


def n_comparable(losses, twin_losses):
    """For how many steps a twin stays close; it trains no longer than that."""
    n = 0
    for loss, twin_loss in zip(losses, twin_losses):
        if not are_close(twin_loss, loss):
            break
        n += 1
    return max(n, FEWEST_STEPS)


def agrees(run, losses, twin_losses):
    """Prints how far the losses follow those of the laboratory; whether all comparable ones do."""
    ours = run.losses[: len(losses)]
    n_compared = min(n_comparable(losses, twin_losses), len(losses))
    apart = np.flatnonzero(~are_close(losses, ours))
    is_good = not len(apart) or apart[0] >= n_compared
    largest = np.max(np.abs(losses - ours)[:n_compared] / np.abs(ours[:n_compared]), initial=0)
    print(
        f"{'agrees' if is_good else 'DEVIATES'}: {run.label}: {n_compared} of {len(losses)} losses compared, "
        f"largest relative difference {largest:.1e}, allowed {RELATIVE_TOLERANCE:.0e}"
        + (f", left at step {apart[0]}" if len(apart) else "")
    )
    return is_good


def main(framework, train):
    """Trains every run and exits with 1 if one deviates. `train(run, images, labels)` yields the loss of each step."""
    parser = argparse.ArgumentParser(description=f"Trains the exported runs with {framework} and compares the loss.")
    parser.add_argument("--steps", type=int, metavar="N", help="train only the first N steps of each run")
    limit = parser.parse_args().steps
    images = read_idx(FOLDER / "train-images.idx").astype(np.float32) / np.float32(255)
    labels = read_idx(FOLDER / "train-labels.idx").astype(np.int32)
    n_bad = 0
    abouts = json.loads((FOLDER / "experiment.json").read_text(encoding="utf-8"))["runs"]
    for about in abouts:
        run, start = load_run(about), time.perf_counter()
        run = replace(run, batches=run.batches[:limit])
        losses = np.array([float(loss) for loss in train(run, images, labels)])
        seconds = time.perf_counter() - start
        n_bad += not agrees(run, losses, train(perturbed(run), images, labels))
        print(f"  {framework}: {seconds:.1f} s", flush=True)
    print(f"{len(abouts) - n_bad} of {len(abouts)} runs agree")
    sys.exit(1 if n_bad else 0)
