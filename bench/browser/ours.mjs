// Our trainer in the browser: wasm built as that of the page's worker.

import init, { Contestant } from "/ours/ours.js";

/** The contestant that bench/ours knows by this name. */
export function ours(name, label, note) {
  let contestant;
  return {
    label,
    note,
    async prepare({ name: net, activation, files }) {
      await init();
      contestant = new Contestant(net, activation, name, ...files);
    },
    run(steps) {
      contestant.reset();
      const start = performance.now();
      contestant.train(steps);
      const ms = performance.now() - start;
      return { ms, fingerprint: contestant.fingerprint() };
    },
  };
}
