// The default run: it starts by itself, comes to its end, and is the same for everybody.

import assert from "node:assert/strict";
import { Experiment, nativeFingerprints, RUNS } from "./experiment.mjs";
import { Figure } from "./figure.mjs";
import { reading, STILL } from "./reader.mjs";

const NATIVE = await nativeFingerprints();
const DEFAULT = [NATIVE.sigmoid, NATIVE.ReLU, NATIVE["leaky 0.01"]];

reading("the run starts once the experiment comes into view, and not before", {}, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  assert.deepEqual(await experiment.steps(), [0, 0, 0]);
  await experiment.panel.scrollIntoViewIfNeeded();
  assert.deepEqual(await experiment.finish(), DEFAULT, "the fingerprints of the native tests");

  assert.deepEqual(await experiment.steps(), [2500, 2500, 2500]);
  const [sigmoid, relu, leaky] = (await experiment.values("train accuracy")).map(parseFloat);
  assert.ok(sigmoid <= 65 && relu >= 80 && leaky >= 80, `right: ${[sigmoid, relu, leaky]} %`);
  for (const right of await experiment.values("test accuracy")) assert.match(right, /^\d+(\.\d)?\s%$/);
  for (const pace of await experiment.values("steps per second")) assert.match(pace, /^[1-9][\d,]*$/);

  const lines = await experiment.log.locator("> *").allTextContents();
  assert.equal(lines.length, 39);
  // Where a line does not fit, it breaks between columns: within them spaces do not break.
  const line = /^(sigmoid|ReLU|leaky_ReLU)_* {2}iteration_+\d+ {2}loss_\d+\.\d{3} {2}train_accuracy_+\d+\.\d_%$/;
  for (const text of lines) assert.match(text.replaceAll("\u00a0", "_"), line);

  const measured = page.locator("data.measured");
  assert.ok((await measured.count()) > 10);
  assert.equal(await page.locator("main data.measured:not(.own)").count(), 0, "numbers that are still recorded ones");
});

reading("a run that is asked for many times as it begins is measured once", {}, async (page) => {
  const experiment = new Experiment(page);
  const figure = new Figure(page, "Mean gradient, first layer");
  const recorded = await figure.summary.textContent();
  await experiment.panel.scrollIntoViewIfNeeded();
  await experiment.panel.evaluate(async (panel) => {
    const run = () => [...panel.querySelectorAll("button")].find((button) => button.textContent.trim() === "Run");
    for (; run(); run()?.click()) await new Promise(requestAnimationFrame);
  });
  assert.deepEqual(await experiment.finish(), DEFAULT);
  await figure.drawn();
  assert.equal(await figure.summary.textContent(), recorded, "the means over training, in which each logged step counts once");
});

reading("a reader who prefers stillness starts the run", STILL, async (page) => {
  const experiment = new Experiment(page);
  await experiment.panel.scrollIntoViewIfNeeded();
  await experiment.reach("ready");
  assert.deepEqual(await experiment.steps(), [0, 0, 0]);
  assert.deepEqual(await experiment.train(), DEFAULT);
  const hurry = await experiment.slow();
  await experiment.button("Run again").click();
  await experiment.button("Pause").waitFor();
  await hurry();
  assert.deepEqual(await experiment.finish(), DEFAULT, "a second run of the same seed");
});

reading("a seed is a run, and the address names it", STILL, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  await experiment.seed.fill("7");
  await experiment.seed.press("Enter");
  await page.waitForURL((url) => url.searchParams.get("seed") === "7");
  const fingerprints = await experiment.train();
  RUNS.forEach((label, i) => assert.notEqual(fingerprints[i], DEFAULT[i], label));

  await page.reload();
  assert.equal(await experiment.seed.inputValue(), "7");
  assert.deepEqual(await experiment.train(), fingerprints, "the same after a reload");
});

reading("the script's leaky slope is one click away and changes the leaky run only", STILL, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  await experiment.slope("0.2").check({ force: true });
  await page.waitForURL((url) => url.searchParams.get("slope") === "0.2");
  assert.deepEqual(await experiment.train(), [NATIVE.sigmoid, NATIVE.ReLU, NATIVE["leaky 0.2"]]);
});
