// What a contestant is given: the task that our trainer exported, and the digits. Works in a page only.

/**
 * The net (`sizes`, `batch`, `activation`, `steps`, Adam's `learning_rate`, `beta1`, `beta2`, `epsilon`) and
 *   layers  the start weights: for each layer w, a Float32Array [fan_in, fan_out], and b [fan_out];
 *   rows    Uint32Array [steps, batch], the examples of each batch;
 *   files   MNIST's four IDX files, not compressed: images and labels to train on, images and labels held out;
 *   x       Float32Array [examples, 784], 0 to 1, to train on;
 *   y       Uint8Array [examples], 0 to 9, to train on.
 */
export async function readTask() {
  const task = JSON.parse(new TextDecoder().decode(await read("/task/task.json")));
  const weights = new Float32Array((await read("/task/weights.f32")).buffer);
  const rows = new Uint32Array((await read("/task/rows.u32")).buffer);
  const names = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"];
  const files = await Promise.all(names.map((name) => inflated(`/mnist/${name}-ubyte.gz`)));
  const x = Float32Array.from(files[0].subarray(16), (pixel) => pixel / 255);
  const y = files[1].subarray(8);
  return { ...task, layers: [...layers(task.sizes, weights)], rows, files, x, y };
}

/** The pixels [steps · batch, 784] and the labels [steps · batch] of the first batches, in their order. */
export function inOrder({ rows, batch, x, y }, steps) {
  const examples = rows.subarray(0, steps * batch);
  const pixels = new Float32Array(examples.length * 784);
  examples.forEach((row, i) => pixels.set(x.subarray(row * 784, (row + 1) * 784), i * 784));
  return { pixels, labels: Int32Array.from(examples, (row) => y[row]) };
}

/** Runs a script that is not a module and defines a global. */
export function script(src) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement("script"), { src, onload: resolve });
    element.onerror = () => reject(new Error(`${src} does not load`));
    document.head.append(element);
  });
}

function* layers(sizes, weights) {
  let start = 0;
  const take = (n) => weights.slice(start, (start += n));
  for (let l = 1; l < sizes.length; l++) {
    yield { fanIn: sizes[l - 1], fanOut: sizes[l], w: take(sizes[l - 1] * sizes[l]), b: take(sizes[l]) };
  }
}

async function read(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function inflated(url) {
  const stream = new Blob([await read(url)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
