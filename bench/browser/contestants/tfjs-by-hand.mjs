// TensorFlow.js without its gradients and its optimizer: the backward pass and Adam written out in as few tensor operations as
// possible. Nobody trains this way; it shows how fast the kernels of the wasm backend could be.

import { gather, load, tensors } from "../tfjs.mjs";

let task;
let digits;

export default {
  label: "",
  note: "backward pass and Adam by hand; SIMD, one thread",
  async prepare(given) {
    task = given;
    this.label = `TensorFlow.js ${await load("wasm")}, wasm backend, by hand`;
    digits = tensors(task);
  },
  run(steps) {
    const losses = [];
    let state = start();
    const begin = performance.now();
    for (let t = 0; t < steps; t++) {
      const next = tf.tidy(() => {
        const { x, y } = gather(task, digits, t);
        return step(state, x, y, t + 1);
      });
      losses.push(next.loss);
      tf.dispose([state.parameters, state.m, state.v]);
      state = next;
    }
    losses.at(-1)?.dataSync();
    const ms = performance.now() - begin;
    const found = losses.map((loss) => loss.dataSync()[0]);
    tf.dispose([losses, state.parameters, state.m, state.v]);
    return { ms, losses: found };
  },
};

/** All parameters in one vector, and Adam's moments. */
function start() {
  const parameters = tf.concat(task.layers.flatMap(({ w, b }) => [tf.tensor1d(w), tf.tensor1d(b)]));
  return { parameters, m: tf.zerosLike(parameters), v: tf.zerosLike(parameters) };
}

function step({ parameters, m, v }, x, y, t) {
  const { learning_rate, beta1, beta2, epsilon } = task;
  const { g, loss } = gradient(weights(parameters), x, y);
  const rate = (learning_rate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
  m = tf.add(tf.mul(m, beta1), tf.mul(g, 1 - beta1));
  v = tf.add(tf.mul(v, beta2), tf.mul(tf.square(g), 1 - beta2));
  parameters = tf.sub(parameters, tf.div(tf.mul(m, rate), tf.add(tf.sqrt(v), epsilon)));
  return { parameters, m, v, loss };
}

/** W and b of each layer, split from the vector. */
function weights(parameters) {
  const parts = tf.split(parameters, task.layers.flatMap(({ w, b }) => [w.length, b.length]));
  return task.layers.map(({ fanIn, fanOut }, l) => ({ w: tf.reshape(parts[2 * l], [fanIn, fanOut]), b: parts[2 * l + 1] }));
}

/** The gradient in one vector, and the mean loss. */
function gradient(layers, x, y) {
  const { activation, batch } = task;
  const a = [x];
  layers.forEach(({ w, b }, l) => {
    const f = l + 1 < layers.length ? activation : "linear";
    a.push(tf.fused.matMul({ a: a[l], b: w, bias: b, activation: f }));
  });
  const p = tf.softmax(a.at(-1));
  const loss = tf.mul(tf.sum(tf.mul(tf.log(p), y)), -1 / batch);
  let delta = tf.mul(tf.sub(p, y), 1 / batch);
  const g = [];
  for (let l = layers.length - 1; l >= 0; l--) {
    g.unshift(tf.reshape(tf.matMul(a[l], delta, true), [-1]), tf.sum(delta, 0));
    if (l > 0) delta = tf.mul(tf.matMul(delta, layers[l].w, false, true), df(activation, a[l]));
  }
  return { g: tf.concat(g), loss };
}

/** f′ from a = f(z). */
function df(activation, a) {
  return activation === "relu" ? tf.step(a) : tf.mul(a, tf.sub(1, a));
}
