"""Reads the exported runs, and compares losses. The scripts of the three frameworks share it.

Shapes: images [examples, pixels], w [fan_in, fan_out], b, gamma and beta [fan_out]. Layers count from 0 here.
"""

import argparse
import json
import struct
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

FOLDER = Path(__file__).resolve().parent

# Rounding differs from framework to framework, and training amplifies the difference from step to step. So a script fails if a
# loss of the first steps deviates; of later steps it reports where they leave the tolerance.
COMPARED_STEPS = 100
RELATIVE_TOLERANCE = 1e-3
# For losses near 0.
ABSOLUTE_TOLERANCE = 1e-5


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
    losses = np.loadtxt(folder / "losses.csv", delimiter=",", skiprows=1, ndmin=2)[:, 1]
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


def agrees(run, losses):
    """Prints how far the losses follow those of the laboratory; whether the first steps do."""
    ours = run.losses[: len(losses)]
    tolerance = RELATIVE_TOLERANCE * np.abs(ours) + ABSOLUTE_TOLERANCE
    apart = np.flatnonzero(~(np.abs(losses - ours) <= tolerance))
    n_compared = min(COMPARED_STEPS, len(losses))
    largest = np.max(np.abs(losses - ours)[:n_compared] / np.abs(ours[:n_compared]), initial=0)
    is_good = not len(apart) or apart[0] >= n_compared
    where = f"leaves the tolerance at step {apart[0]}" if len(apart) else "stays within the tolerance"
    verdict = "agrees" if is_good else "DEVIATES"
    print(f"{verdict}: {run.label}: {len(losses)} steps, {where}; first {n_compared} steps within {largest:.1e}")
    return is_good


def main(framework, train):
    """Trains every run and exits with 1 if one deviates. `train(run, images, labels, n_steps)` returns the loss of each step."""
    parser = argparse.ArgumentParser(description=f"Trains the exported runs with {framework} and compares the loss.")
    parser.add_argument("--steps", type=int, metavar="N", help="train only the first N steps of each run")
    limit = parser.parse_args().steps
    images = read_idx(FOLDER / "train-images.idx").astype(np.float32) / np.float32(255)
    labels = read_idx(FOLDER / "train-labels.idx").astype(np.int32)
    n_bad = 0
    abouts = json.loads((FOLDER / "experiment.json").read_text(encoding="utf-8"))["runs"]
    for about in abouts:
        run, start = load_run(about), time.perf_counter()
        n_steps = len(run.losses) if limit is None else min(limit, len(run.losses))
        losses = np.array(train(run, images, labels, n_steps), dtype=np.float64)
        n_bad += not agrees(run, losses)
        print(f"  {framework}: {time.perf_counter() - start:.1f} s", flush=True)
    print(f"{len(abouts) - n_bad} of {len(abouts)} runs agree")
    sys.exit(1 if n_bad else 0)
