// Our trainer in the browser: the wasm that the page's worker would load.

import init, { Contestant } from "/ours/ours.js";

/** The contestant of a name that `Measuring` in bench/ours knows. */
export function ours(name, label, note) {
  let contestant;
  return {
    label,
    note,
    async prepare(task) {
      await init();
      contestant = new Contestant(task.name, task.activation, name, task.images, task.labels);
    },
    run(steps) {
      contestant.reset();
      const start = performance.now();
      const losses = contestant.train(steps);
      return { ms: performance.now() - start, losses: [...losses] };
    },
  };
}
