"""Reads every export of an experiment with the tools that it is for, and prints one line for each check.

Usage: python check.py FOLDER, where FOLDER has the exports of `headless --export` in all formats and, in `logs`, the event files of
its `--logdir`. The JSON document, read by Python's own parser, is what the others are compared with.
"""

import json
import subprocess
import sys
import traceback
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
from safetensors import safe_open
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

ALL = {"scalars": 0, "histograms": 0}
SCALARS = {"mean": "mean_abs_gradient", "delta": "mean_abs_delta", "z": "mean_abs_pre_activation", "a": "mean_abs_activation"}
HISTOGRAMS = {
    "histogram": "gradient",
    "hist_weights": "weight",
    "hist_delta": "delta",
    "hist_z": "pre_activation",
    "hist_a": "activation",
}
CHAIN = ["chain_weights", "chain_skip", "chain_dropout", "chain_slope", "chain_norm"]
SCRIPT_STEPS = "60"


def extracted(folder, name):
    to = folder / name
    with zipfile.ZipFile(folder / f"vanishing-gradients-{name}.zip") as archive:
        archive.extractall(to)
    return to


def bits(values):
    return np.asarray(values, dtype=np.float64).astype(np.float32).view(np.uint32).tolist()


def expected_scalars(run):
    """The series of each tag, as (step, value)."""
    series = {}
    for sample in run["samples"]:
        add = lambda tag, value: series.setdefault(tag, []).append((sample["step"], value))
        add("loss", sample["loss"])
        add("acc", sample["accuracy"])
        if sample["held_out_loss"] is not None:
            add("held_out_loss", sample["held_out_loss"])
            add("held_out_acc", sample["held_out_accuracy"])
        for l, layer in enumerate(sample["layers"], 1):
            for tag, key in SCALARS.items():
                add(f"{tag}_{l}", layer[key])
    return series


def check_tensorboard(folder, document):
    """Every scalar to the last bit, and every count and edge of every histogram."""
    n_scalars = n_histograms = 0
    logs = extracted(folder, "tensorboard")
    for run in document["runs"]:
        accumulator = EventAccumulator(str(logs / run["folder"]), ALL).Reload()
        series = expected_scalars(run)
        assert sorted(accumulator.Tags()["scalars"]) == sorted(series), run["folder"]
        for tag, expected in series.items():
            found = accumulator.Scalars(tag)
            assert [event.step for event in found] == [step for step, _ in expected], (run["folder"], tag)
            assert bits([event.value for event in found]) == bits([value for _, value in expected]), (run["folder"], tag)
            n_scalars += len(found)
        depth = len(run["samples"][0]["layers"])
        tags = [(tag, key, l) for tag, key in HISTOGRAMS.items() for l in range(depth)]
        assert sorted(accumulator.Tags()["histograms"]) == sorted(f"{tag}_{l + 1}" for tag, _, l in tags)
        for tag, key, l in tags:
            found = accumulator.Histograms(f"{tag}_{l + 1}")
            assert [event.step for event in found] == [log["step"] for log in run["logs"]], (run["folder"], tag)
            for event, log in zip(found, run["logs"]):
                check_histogram(event.histogram_value, log["histograms"][l][key])
                n_histograms += 1
    return f"{n_scalars} scalars equal to the last bit, {n_histograms} histograms with equal counts"


def check_histogram(found, ours):
    n_bins = 1 if ours["low"] == ours["high"] else len(ours["counts"])
    assert list(found.bucket) == ours["counts"][:n_bins] and sum(ours["counts"][n_bins:]) == 0
    assert bits([found.min, found.max]) == bits([ours["low"], ours["high"]])
    assert np.allclose(found.bucket_limit, np.linspace(found.min, found.max, n_bins + 1)[1:], rtol=1e-12, atol=0)


def check_live_logs(folder, document):
    """What was written during training is what was exported."""
    for run in document["runs"]:
        [live] = (folder / "logs" / run["folder"]).iterdir()
        assert live.read_bytes() == (folder / "tensorboard" / run["folder"] / live.name).read_bytes(), run["folder"]
    return f"{len(document['runs'])} event files of --logdir equal to those of the export"


def as_text(label):
    """A label that a spreadsheet would take for a formula has an apostrophe in the tables."""
    return "'" + label if label.startswith(("=", "+", "-", "@")) else label


def check_tables(folder, document):
    """Every cell of the table of logs."""
    tables = extracted(folder, "csv")
    logs, runs = pd.read_csv(tables / "logs.csv"), pd.read_csv(tables / "runs.csv")
    rows = []
    for run in document["runs"]:
        logged = {log["step"] for log in run["logs"]}
        for sample in run["samples"]:
            dead = sample["dead_units"] or []
            for l, layer in enumerate(sample["layers"]):
                values = {key: value for key, value in layer.items() if key != "chain"} | dict(zip(CHAIN, layer["chain"]))
                step = {key: value for key, value in sample.items() if key not in ("layers", "dead_units")}
                names = {"run": run["folder"], "label": as_text(run["label"]), "seed": run["seed"], "layer": l + 1}
                known = {"logged": sample["step"] in logged, "dead_units": dead[l] if l < len(dead) else None}
                rows.append(names | step | values | known)
    expected = pd.DataFrame(rows)
    assert sorted(expected.columns) == sorted(logs.columns)
    for name in logs.columns:
        is_number = expected[name].dtype.kind == "f"
        equal = bits(logs[name]) == bits(expected[name]) if is_number else logs[name].tolist() == expected[name].tolist()
        assert equal, name
    assert runs["fingerprint"].tolist() == [run["fingerprint"] for run in document["runs"]]
    return f"{len(logs)} rows of {len(logs.columns)} columns, {len(runs)} runs"


def fnv1a(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def check_weights(folder, document):
    """The fingerprint of each run, computed from its final network."""
    weights = extracted(folder, "weights")
    n_tensors = 0
    for run in document["runs"]:
        for state in ["initial", "final"]:
            with safe_open(weights / run["folder"] / f"{state}.safetensors", "numpy") as file:
                tensors, metadata = {key: file.get_tensor(key) for key in file.keys()}, file.metadata()
            names = [f"layer{l + 1}.{name}" for l in range(run["settings"]["depth"]) for name in ["w", "b", "gamma", "beta"]]
            found = fnv1a(b"".join(tensors[name].tobytes() for name in names if name in tensors))
            assert metadata["fingerprint"] == found and metadata["link"] == run["link"], run["folder"]
            assert state == "initial" or found == run["fingerprint"], run["folder"]
            n_tensors += len(tensors)
    return f"{n_tensors} tensors; {len(document['runs'])} fingerprints recomputed"


def script(folder, name):
    command = [sys.executable, folder / "scripts" / f"train_{name}.py", "--steps", SCRIPT_STEPS]
    return subprocess.run(command, capture_output=True, text=True)


def check_script(name):
    def check(folder, _):
        result = script(folder, name)
        lines = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
        assert result.returncode == 0, "\n".join([*lines, result.stderr])
        return lines[-1]

    return check


def check_that_a_script_notices(folder, document):
    """With another constant of an optimizer, the losses must deviate."""
    path = folder / "scripts" / "experiment.json"
    right = path.read_text(encoding="utf-8")
    wrong = json.loads(right)
    changed = [run for run in wrong["runs"] if run["settings"]["beta1"] is not None]
    for run in changed:
        run["settings"]["beta1"] += 0.001
    path.write_text(json.dumps(wrong), encoding="utf-8")
    result = script(folder, "jax")
    path.write_text(right, encoding="utf-8")
    n_found = result.stdout.count("DEVIATES")
    assert result.returncode == 1 and n_found == len(changed), result.stdout + result.stderr
    return f"beta1 wrong by 0.001 in {len(changed)} runs: {n_found} found"


def check_torch(folder, _):
    """PyTorch needs 5 GB, so it is not among the requirements; where it is installed, its script runs too."""
    try:
        import torch  # noqa: F401
    except ImportError:
        compile((folder / "scripts" / "train_torch.py").read_text(encoding="utf-8"), "train_torch.py", "exec")
        return "is not installed: train_torch.py was only compiled"
    return check_script("torch")(folder, None)


CHECKS = [
    ("TensorBoard", check_tensorboard),
    ("TensorBoard, live", check_live_logs),
    ("pandas", check_tables),
    ("safetensors", check_weights),
    ("JAX", check_script("jax")),
    ("JAX, wrong settings", check_that_a_script_notices),
    ("Keras on JAX", check_script("keras")),
    ("PyTorch", check_torch),
]


def main():
    folder = Path(sys.argv[1])
    document = json.loads((folder / "vanishing-gradients.json").read_text(encoding="utf-8"))
    extracted(folder, "scripts")
    for name, check in CHECKS:
        try:
            print(f"{name}: {check(folder, document)}", flush=True)
        except AssertionError:
            sys.exit(f"{name}: FAILED\n{traceback.format_exc()}")


if __name__ == "__main__":
    main()
