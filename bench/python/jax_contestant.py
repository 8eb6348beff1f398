"""JAX as a native contestant. The whole run is one compiled loop (jit of lax.scan), the fastest way in JAX.

It introduces itself, then reads a number of steps from each line of stdin, trains that many, and answers with one line of
JSON. Compilation is not timed. Arguments: the folder of the task and the folder of the digits.
"""

import gzip
import json
import pathlib
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np

task_folder, digits_folder = map(pathlib.Path, sys.argv[1:])
task = json.loads((task_folder / "task.json").read_text())
lr, beta1, beta2, epsilon = (task[name] for name in ("learning_rate", "beta1", "beta2", "epsilon"))
f = {"relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid}[task["activation"]]


def idx(name, header):
    return np.frombuffer(gzip.decompress((digits_folder / name).read_bytes()), np.uint8, offset=header)


def layers(flat):
    """W [fan_in, fan_out] and b [fan_out] of each layer."""
    for fan_in, fan_out in zip(task["sizes"], task["sizes"][1:]):
        w, b, flat = np.split(flat, [fan_in * fan_out, fan_in * fan_out + fan_out])
        yield jnp.array(w.reshape(fan_in, fan_out)), jnp.array(b)


X = jnp.array(idx("train-images-idx3-ubyte.gz", 16).reshape(-1, 784) / np.float32(255))
LABELS = jnp.array(idx("train-labels-idx1-ubyte.gz", 8).astype(np.int32))
ROWS = jnp.array(np.fromfile(task_folder / "rows.u32", np.uint32).reshape(-1, task["batch"]).astype(np.int32))
START = list(layers(np.fromfile(task_folder / "weights.f32", np.float32)))


def mean_loss(weights, x, labels):
    a = x
    for w, b in weights[:-1]:
        a = f(a @ w + b)
    w, b = weights[-1]
    log_p = jax.nn.log_softmax(a @ w + b)
    return -jnp.mean(jnp.take_along_axis(log_p, labels[:, None], axis=1))


def step(state, rows):
    """Forward, backward, and Adam with TensorFlow's ε̂."""
    weights, m, v, t = state
    loss, g = jax.value_and_grad(mean_loss)(weights, X[rows], LABELS[rows])
    t = t + 1
    rate = lr * jnp.sqrt(1 - beta2**t) / (1 - beta1**t)
    m = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, m, g)
    v = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, v, g)
    weights = jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + epsilon), weights, m, v)
    return (weights, m, v, t), loss


def zeros():
    return jax.tree.map(jnp.zeros_like, START)


def say(message):
    print(json.dumps(message), flush=True)


say({"label": f"JAX {jax.__version__}, one compiled loop", "note": "on the CPU: widest vectors, all cores"})
compiled = {}
for line in sys.stdin:
    rows = ROWS[: int(line)]
    start = (START, zeros(), zeros(), jnp.float32(0))
    if len(rows) not in compiled:
        compiled[len(rows)] = jax.jit(lambda state, rows: jax.lax.scan(step, state, rows)).lower(start, rows).compile()
    begin = time.perf_counter()
    _, losses = jax.block_until_ready(compiled[len(rows)](start, rows))
    ms = 1e3 * (time.perf_counter() - begin)
    say({"ms": ms, "losses": np.asarray(losses).tolist()})
