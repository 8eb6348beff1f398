// Shared by the contestants that use TensorFlow.js: its scripts, and a net of variables with the task's start weights.

import { script } from "./task.mjs";

const MODULES = "/node_modules/@tensorflow";

/** Loads TensorFlow.js with one backend, "wasm" or "cpu": the global `tf`. */
export async function load(backend) {
  await script(`${MODULES}/tfjs/dist/tf.min.js`);
  if (backend === "wasm") {
    await script(`${MODULES}/tfjs-backend-wasm/dist/tf-backend-wasm.min.js`);
    tf.wasm.setWasmPaths(`${MODULES}/tfjs-backend-wasm/dist/`);
  }
  await tf.setBackend(backend);
  if (backend === "wasm" && !(await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT"))) {
    throw new Error("TensorFlow.js does not use SIMD in this browser");
  }
  return tf.version_core;
}

export function adam({ learning_rate, beta1, beta2, epsilon }) {
  return tf.train.adam(learning_rate, beta1, beta2, epsilon);
}

/** Call before step t, from 1. TensorFlow adds ε̂ to √v, TensorFlow.js adds ε to √v̂ = √v / √(1 − β₂ᵗ). */
export function correctEpsilon(optimizer, { beta2, epsilon }, t) {
  optimizer.epsilon = epsilon / Math.sqrt(1 - beta2 ** t);
}

/** The shortest loop that its public interface allows: variables, `minimize`, nothing read before the end. */
export function lean(backend, note) {
  let task;
  let digits;
  return {
    label: `TensorFlow.js, ${backend} backend, lean loop`,
    note,
    async prepare(given) {
      task = given;
      this.label = `TensorFlow.js ${await load(backend)}, ${backend} backend, lean loop`;
      digits = tensors(task);
    },
    run(steps) {
      const net = variables(task);
      const optimizer = adam(task);
      const start = performance.now();
      const losses = Array.from({ length: steps }, (_, step) => {
        correctEpsilon(optimizer, task, step + 1);
        return tf.tidy(() => {
          const { x, y } = gather(task, digits, step);
          return optimizer.minimize(() => meanLoss(task, net, x, y), true);
        });
      });
      losses.at(-1)?.dataSync();
      const ms = performance.now() - start;
      const found = losses.map((loss) => loss.dataSync()[0]);
      optimizer.dispose();
      tf.disposeVariables();
      tf.dispose(losses);
      return { ms, losses: found };
    },
  };
}

function variables({ layers }) {
  return layers.map(({ fanIn, fanOut, w, b }) => ({
    w: tf.variable(tf.tensor2d(w, [fanIn, fanOut])),
    b: tf.variable(tf.tensor1d(b)),
  }));
}

/** All digits as tensors: pixels and one-hot classes. */
export function tensors({ x, y }) {
  const classes = tf.tidy(() => tf.oneHot(tf.tensor1d(y, "int32"), 10).toFloat());
  return { x: tf.tensor2d(x, [y.length, 784]), y: classes };
}

/** A step's batch. It is gathered within the measured time, as in ours, candle and JAX: the batches of a run need 235 MB. */
export function gather({ batch, rows }, { x, y }, step) {
  const examples = tf.tensor1d(Int32Array.from(rows.subarray(step * batch, (step + 1) * batch)));
  return { x: tf.gather(x, examples), y: tf.gather(y, examples) };
}

function meanLoss({ activation, batch }, net, x, y) {
  const f = activation === "relu" ? tf.relu : tf.sigmoid;
  const logits = net.reduce((a, { w, b }, l) => {
    const z = tf.add(tf.matMul(a, w), b);
    return l + 1 < net.length ? f(z) : z;
  }, x);
  return tf.mul(tf.sum(tf.mul(tf.logSoftmax(logits), y)), -1 / batch);
}
