// Trainers are made to fail in every way and at every stage, and the machine sleeps. All runs must come to their undisturbed ends, soon.
//
// FAULTS=100 SLEEPS=10 node --test faults.test.mjs    injects a hundred faults instead of one of each kind at each stage, and sleeps ten
//                                                     times for ten seconds instead of once for three

import assert from "node:assert/strict";
import { platform } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { Experiment } from "./experiment.mjs";
import { isPlain, reading, STILL } from "./reader.mjs";

/** What is done to a trainer, in its worker; a worker cannot end itself without a trace, so that is done from the page. */
const FAULTS = {
  throw: "throw new Error('thrown by a test')",
  // A module whose function is `unreachable`.
  trap: "new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,5,1,3,0,0,11]))).exports.f()",
  reject: "Promise.reject(new Error('rejected by a test'))",
  garbage: "postMessage(new Uint8Array([255, 255, 255]))",
  "a number": "postMessage(-1)",
  hang: "for (;;);",
  terminate: undefined,
};
const isSilent = (fault) => fault === "hang" || fault === "terminate";

/** The digits, the last file of which can be held back. */
const digits = {
  released: undefined,
  hold() { this.released = new Promise((resolve) => { this.release = resolve; }); },
};

/** When a fault happens, each with how to get there. */
const STAGES = {
  "before its first word": async (page, inject) => {
    const spawned = page.waitForEvent("worker");
    digits.hold();
    await page.reload({ waitUntil: "commit" });
    await spawned;
    await inject();
    digits.release();
  },
  "before it has the digits": async (page, inject) => {
    digits.hold();
    await page.reload();
    await page.waitForFunction(() => trainers[0]?.heard.length === 1);
    await inject();
    digits.release();
  },
  "while it reads the digits": async (page, inject) => {
    digits.hold();
    await page.reload();
    await page.waitForFunction(() => trainers[0]?.heard.length === 1);
    await inject("at the next message");
    digits.release();
  },
  "before it trains": async (page, inject, experiment) => {
    await experiment.button("Reset").click();
    await experiment.reach("ready");
    await inject();
    await run(page, experiment.button("Run"));
  },
  "while it trains": async (page, inject, experiment) => {
    await experiment.button("Reset").click();
    await experiment.reach("ready");
    await experiment.slow(page.workers().slice(-1));
    await experiment.button("Run").click();
    await page.waitForFunction(() => { const value = document.querySelector(".run progress").value; return value > 20 && value < 400; });
    await inject();
  },
  "after a run": async (page, inject, experiment) => {
    await inject();
    await run(page, experiment.button("Run again"));
  },
};

/** An idle trainer is not missed before it is needed. */
async function run(page, button) {
  await page.evaluate(() => { trainers.failedAt = performance.now(); });
  await button.click();
}

/** Keeps the trainers of the page, when each was heard, and when it was last told something. */
function keepTrainers() {
  self.trainers = [];
  self.Worker = class extends Worker {
    constructor(url, options) {
      super(url, options);
      this.heard = [];
      this.addEventListener("message", () => this.heard.push(performance.now()));
      trainers.push(this);
    }

    postMessage(...message) {
      this.toldAt = performance.now();
      super.postMessage(...message);
    }
  };
}

const pairs = Object.keys(STAGES).flatMap((stage) => Object.keys(FAULTS).map((fault) => [stage, fault]));
const n = Number(process.env.FAULTS ?? pairs.length);

const prepare = async (page) => {
  await page.addInitScript(keepTrainers);
  await page.route("**/t10k-labels-*", async (route) => {
    await digits.released;
    await route.fallback();
  });
};

reading(`${n} trainers fail, and every run comes to its undisturbed end`, { ...STILL, search: "?steps=400&speed=fast", prepare, expected: /./ }, async (page, t) => {
  const experiment = new Experiment(page);
  const undisturbed = await experiment.train();
  const slowest = { loud: 0, silent: 0 };
  for (let i = 0; i < n; i++) {
    const [stage, fault] = pairs[i % pairs.length];
    let nBefore;
    const inject = async (when) => {
      const source = FAULTS[fault];
      // The first message after this one is from the next trainer.
      nBefore = await page.evaluate(() => { trainers.failedAt = performance.now(); return trainers.length; });
      if (source === undefined) return page.evaluate(() => trainers.at(-1).terminate());
      const begin = when ? `addEventListener("message", () => { ${source} }, { once: true })` : `setTimeout(() => { ${source} })`;
      await page.workers().at(-1).evaluate(begin);
    };
    await STAGES[stage](page, inject, experiment);
    // While the page loads, the next trainer's first word; later its first network. A trainer that is told nothing need not answer.
    const isLoading = stage.startsWith("before it has") || stage.startsWith("before its") || stage.startsWith("while it reads");
    const recovered = await page
      .waitForFunction(([nBefore, message]) => trainers[nBefore]?.heard[message] - Math.max(trainers.failedAt, trainers[nBefore - 1].toldAt), [nBefore, isLoading ? 0 : 2])
      .then((handle) => handle.jsonValue(), () => assert.fail(`a trainer that failed by ${fault} ${stage} is not replaced`));
    if (isLoading) {
      await experiment.reach("ready");
      await experiment.button("Run").click();
    }
    assert.deepEqual(await experiment.finish(), undisturbed, `${fault} ${stage}`);
    await isPlain(page);
    t.diagnostic(`${fault} ${stage}: ${recovered.toFixed(0)} ms`);
    const kind = isSilent(fault) ? "silent" : "loud";
    slowest[kind] = Math.max(slowest[kind], recovered);
  }
  t.diagnostic(`${n} faults, all recovered; the slowest after ${slowest.loud.toFixed(0)} ms, those without an error after ${slowest.silent.toFixed(0)} ms`);
  // A measurement, for a machine that does nothing else.
  if (process.env.FAULTS) assert.ok(slowest.loud <= 1_000 && slowest.silent <= 2_000);
});

/** The steps of all runs together. */
const total = async (experiment) => (await experiment.steps()).reduce((sum, steps) => sum + steps);

if (platform() === "linux") {
  reading("after the machine has slept, training goes on where it was", STILL, async (page, t) => {
    const experiment = new Experiment(page);
    const undisturbed = await experiment.train();
    const devtools = await page.context().browser().newBrowserCDPSession();
    const renderers = async (signal) => {
      const { processInfo } = await devtools.send("SystemInfo.getProcessInfo");
      processInfo.filter(({ type }) => type === "renderer").forEach(({ id }) => process.kill(id, signal));
    };
    const [n, seconds] = process.env.SLEEPS ? [Number(process.env.SLEEPS), 10] : [1, 3];
    for (let i = 0; i < n; i++) {
      await experiment.button("Reset").click();
      await experiment.reach("ready");
      const hurry = await experiment.slow();
      await experiment.button("Run").click();
      await page.waitForFunction(() => document.querySelector(".run progress").value > 100);
      const before = await total(experiment);
      await renderers("SIGSTOP");
      await sleep(1_000 * seconds);
      await renderers("SIGCONT");
      const after = await total(experiment);
      await hurry();
      assert.ok(after >= before, `${before} steps before, ${after} after`);
      assert.deepEqual(await experiment.finish(), undisturbed);
      assert.equal(await experiment.notices.getByText("A trainer stopped").count(), 0);
    }
    t.diagnostic(`slept ${n} times for ${seconds} seconds`);
  });
}
