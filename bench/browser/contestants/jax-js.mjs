// jax-js: its gradients, with Adam by hand, in one function that its `jit` compiles. It queues its work, and its documentation
// recommends to wait regularly: each step waits for its loss. (Without that, a step takes 100 times as long.)

const FOLDER = "/node_modules/@jax-js/jax";

let task;
let jax;
let digits;
let step;

export default {
  label: "",
  note: "Adam by hand; SIMD, one thread",
  async prepare(given) {
    task = given;
    jax = await import(`${FOLDER}/dist/index.js`);
    await jax.init("wasm");
    jax.defaultDevice("wasm");
    const { version } = await (await fetch(`${FOLDER}/package.json`)).json();
    this.label = `jax-js ${version}, wasm backend, jit`;
    const { nn, numpy } = jax;
    digits = {
      x: numpy.array(task.x).reshape([task.y.length, task.sizes[0]]),
      y: nn.oneHot(numpy.array(Int32Array.from(task.y)), task.sizes.at(-1)),
    };
    step = jax.jit(trainingStep);
  },
  async run(steps) {
    const { numpy, tree } = jax;
    let net = start();
    let [m, v] = [zerosLike(net), zerosLike(net)];
    const losses = [];
    const begin = performance.now();
    for (let t = 1; t <= steps; t++) {
      const rows = numpy.array(Int32Array.from(task.rows.subarray((t - 1) * task.batch, t * task.batch)));
      let loss;
      [net, m, v, loss] = step(net, m, v, digits.x.ref, digits.y.ref, rows, numpy.array(rate(t)));
      await jax.blockUntilReady(loss);
      losses.push(loss);
    }
    const ms = performance.now() - begin;
    tree.dispose([net, m, v]);
    return { ms, losses: losses.map((loss) => loss.js()) };
  },
};

/** The start weights. */
function start() {
  const { numpy } = jax;
  return task.layers.map(({ fanIn, fanOut, w, b }) => ({ w: numpy.array(w).reshape([fanIn, fanOut]), b: numpy.array(b) }));
}

function zerosLike(net) {
  return jax.tree.map(jax.numpy.zerosLike, jax.tree.ref(net));
}

/** Adam's learning rate at step t, from 1, with the corrections of both moments. */
function rate(t) {
  const { learning_rate, beta1, beta2 } = task;
  return (learning_rate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
}

/** A function of jax-js frees its arguments; `ref` keeps one for another use. */
function trainingStep(net, m, v, x, y, rows, rate) {
  const { numpy, tree, valueAndGrad } = jax;
  const { beta1, beta2, epsilon } = task;
  const [loss, g] = valueAndGrad(meanLoss)(tree.ref(net), numpy.take(x, rows.ref, 0), numpy.take(y, rows, 0));
  m = tree.map((m, g) => m.mul(beta1).add(g.mul(1 - beta1)), m, tree.ref(g));
  v = tree.map((v, g) => v.mul(beta2).add(numpy.square(g).mul(1 - beta2)), v, g);
  const update = (w, m, v) => w.sub(m.mul(rate.ref).div(numpy.sqrt(v).add(epsilon)));
  net = tree.map(update, net, tree.ref(m), tree.ref(v));
  rate.dispose();
  return [net, m, v, loss];
}

function meanLoss(net, x, y) {
  const { nn, numpy } = jax;
  const f = task.activation === "relu" ? nn.relu : nn.sigmoid;
  const logits = net.reduce((a, { w, b }, l) => {
    const z = numpy.matmul(a, w).add(b);
    return l + 1 < net.length ? f(z) : z;
  }, x);
  return nn.logSoftmax(logits).mul(y).sum().mul(-1 / task.batch);
}
