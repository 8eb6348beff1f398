// ConvNetJS: its net, forward and backward. The trainer in the npm version has no Adam. The one below replaces it and works the
// same way: it sums the gradients of a batch's examples, then updates the weights and clears the gradients.

import { script } from "../task.mjs";

let task;

export default {
  label: "ConvNetJS 0.3.0",
  note: "Adam by hand: the npm version has none; float64",
  async prepare(given) {
    task = given;
    await script("/node_modules/convnetjs/build/convnet.js");
  },
  run(steps) {
    const net = start();
    const digits = new Map([...task.rows.subarray(0, steps * task.batch)].map((row) => [row, digit(row)]));
    const update = adam(net.getParamsAndGrads());
    const losses = [];
    const begin = performance.now();
    for (let step = 0; step < steps; step++) {
      let loss = 0;
      for (const row of task.rows.subarray(step * task.batch, (step + 1) * task.batch)) {
        net.forward(digits.get(row), true);
        loss += net.backward(task.y[row]);
      }
      update(step + 1);
      losses.push(loss / task.batch);
    }
    return { ms: performance.now() - begin, losses };
  },
};

/** The net with the task's start weights. A filter of ConvNetJS holds the weights into one unit. */
function start() {
  const { sizes, activation, layers } = task;
  const hidden = sizes.slice(1, -1).map((width) => ({ type: "fc", num_neurons: width, activation }));
  const input = { type: "input", out_sx: 1, out_sy: 1, out_depth: sizes[0] };
  const net = new convnetjs.Net();
  net.makeLayers([input, ...hidden, { type: "softmax", num_classes: sizes.at(-1) }]);
  const dense = net.layers.filter((layer) => layer.layer_type === "fc");
  dense.forEach(({ filters, biases }, l) => {
    const { w, b, fanOut } = layers[l];
    filters.forEach((filter, j) => filter.w.forEach((_, i) => (filter.w[i] = w[i * fanOut + j])));
    b.forEach((b, j) => (biases.w[j] = b));
  });
  return net;
}

function digit(row) {
  const vol = new convnetjs.Vol(1, 1, 784, 0);
  vol.w.set(task.x.subarray(row * 784, (row + 1) * 784));
  return vol;
}

/** Adam with TensorFlow's ε̂ on the mean gradient of the batch. */
function adam(parameters) {
  const { batch, learning_rate, beta1, beta2, epsilon } = task;
  const moments = parameters.map(({ params }) => [new Float64Array(params.length), new Float64Array(params.length)]);
  return (t) => {
    const rate = (learning_rate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
    parameters.forEach(({ params, grads }, k) => {
      const [m, v] = moments[k];
      for (let i = 0; i < params.length; i++) {
        const g = grads[i] / batch;
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        params[i] -= (rate * m[i]) / (Math.sqrt(v[i]) + epsilon);
        grads[i] = 0;
      }
    });
  };
}
