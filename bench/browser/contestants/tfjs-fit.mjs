// TensorFlow.js as in its guide: a sequential model, `compile`, `fit`. The task sets the order of the examples, so `fit` must
// not shuffle. It never yields to the page, which it does by default.

import { inOrder } from "../task.mjs";
import { adam, correctEpsilon, load } from "../tfjs.mjs";

let task;

export default {
  label: "",
  note: "never yields to the page; SIMD, one thread",
  async prepare(given) {
    task = given;
    this.label = `TensorFlow.js ${await load("wasm")}, wasm backend, model.fit`;
  },
  async run(steps) {
    const net = model();
    const { pixels, labels } = inOrder(task, steps);
    const x = tf.tensor2d(pixels, [labels.length, 784]);
    const y = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, "int32"), 10).toFloat());
    const losses = [];
    const callbacks = {
      onBatchBegin: (step) => correctEpsilon(net.optimizer, task, step + 1),
      onBatchEnd: (_, logs) => losses.push(logs.loss),
    };
    const options = { batchSize: task.batch, epochs: 1, shuffle: false, verbose: 0, yieldEvery: "never", callbacks };
    const start = performance.now();
    await net.fit(x, y, options);
    const ms = performance.now() - start;
    net.dispose();
    tf.disposeVariables();
    tf.dispose([x, y]);
    return { ms, losses };
  },
};

/** The output is linear, and the loss applies the softmax: numerically stable, and what the other contestants compute. */
function model() {
  const { layers, activation } = task;
  const net = tf.sequential();
  layers.forEach(({ fanIn, fanOut, w, b }, l) => {
    const weights = [tf.tensor2d(w, [fanIn, fanOut]), tf.tensor1d(b)];
    const f = l + 1 < layers.length ? activation : "linear";
    net.add(tf.layers.dense({ units: fanOut, inputShape: [fanIn], activation: f, weights }));
  });
  net.compile({ optimizer: adam(task), loss: tf.losses.softmaxCrossEntropy });
  return net;
}
