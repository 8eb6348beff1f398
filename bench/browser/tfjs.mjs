// What the contestants of TensorFlow.js share: its scripts, and a net of variables at the task's start weights.

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

/** Before step t, from 1: TensorFlow's ε̂ stands beside √v, that of TensorFlow.js beside √v̂ = √v / √(1 − β₂ᵗ). */
export function correctEpsilon(optimizer, { beta2, epsilon }, t) {
  optimizer.epsilon = epsilon / Math.sqrt(1 - beta2 ** t);
}

/** The leanest loop that its public interface has: variables, `minimize`, nothing read before the end. */
export function lean(backend, note) {
  let task;
  return {
    label: `TensorFlow.js, ${backend} backend, lean loop`,
    note,
    async prepare(given) {
      task = given;
      this.label = `TensorFlow.js ${await load(backend)}, ${backend} backend, lean loop`;
    },
    run(steps) {
      const net = variables(task);
      const batches = tensors(task, steps);
      const optimizer = adam(task);
      const start = performance.now();
      const losses = batches.map(({ x, y }, step) => {
        correctEpsilon(optimizer, task, step + 1);
        return optimizer.minimize(() => meanLoss(task, net, x, y), true);
      });
      losses.at(-1)?.dataSync();
      const ms = performance.now() - start;
      const found = losses.map((loss) => loss.dataSync()[0]);
      optimizer.dispose();
      tf.disposeVariables();
      tf.dispose([batches, losses]);
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

/** The batches as tensors, pixels and one-hot classes; making them is not timed. */
export function tensors(task, steps) {
  const { batch, rows, x, y } = task;
  return Array.from({ length: steps }, (_, step) => {
    const pixels = new Float32Array(batch * 784);
    const classes = new Float32Array(batch * 10);
    rows.subarray(step * batch, (step + 1) * batch).forEach((row, i) => {
      pixels.set(x.subarray(row * 784, (row + 1) * 784), i * 784);
      classes[i * 10 + y[row]] = 1;
    });
    return { x: tf.tensor2d(pixels, [batch, 784]), y: tf.tensor2d(classes, [batch, 10]) };
  });
}

function meanLoss({ activation, batch }, net, x, y) {
  const f = activation === "relu" ? tf.relu : tf.sigmoid;
  const logits = net.reduce((a, { w, b }, l) => {
    const z = tf.add(tf.matMul(a, w), b);
    return l + 1 < net.length ? f(z) : z;
  }, x);
  return tf.mul(tf.sum(tf.mul(tf.logSoftmax(logits), y)), -1 / batch);
}
