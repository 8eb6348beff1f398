// Any number of runs that differ in anything: from a link, from the form, on the trainers there are.

import assert from "node:assert/strict";
import { Experiment, nativeFingerprints, RUNS } from "./experiment.mjs";
import { Figure, number } from "./figure.mjs";
import { reading, STILL } from "./reader.mjs";

const NATIVE = await nativeFingerprints();
const ACTIVATIONS = ["sigmoid", "ReLU", "leaky ReLU", "tanh", "ELU", "SELU", "GELU", "SiLU", "softplus", "identity"];

/** The experiment with its form open. */
async function open(page) {
  const experiment = new Experiment(page);
  await experiment.panel.locator(".run .status").getByText("ready", { exact: true }).first().waitFor();
  // Of another network than the tutorial's it is open already.
  if (await experiment.panel.locator("details.recipe:not([open])").count()) {
    await experiment.panel.locator("summary").getByText("Network and training", { exact: true }).click();
  }
  return experiment;
}

const labels = (experiment) => experiment.panel.locator(".run h3").allInnerTexts();

reading("a link's runs train side by side, each as itself", { ...STILL, search: "?run=tanh&run=sigmoid,norm:batch&run=relu,depth:3,label:Shallow&run=leaky,slope:0.2&seed=1" }, async (page) => {
  const experiment = new Experiment(page);
  const all = ["tanh", "sigmoid, batch normalization", "Shallow", "leaky ReLU, slope 0.2"];
  await experiment.reach("ready", all);
  assert.deepEqual(await labels(experiment), all);
  await experiment.button("Run").click();
  await experiment.reach("done", all);
  assert.equal(await experiment.value("tanh", "fingerprint"), NATIVE.tanh);
  assert.equal(await experiment.value("leaky ReLU, slope 0.2", "fingerprint"), NATIVE["leaky 0.2"]);
  const accuracy = new Figure(page, "Training accuracy");
  await accuracy.drawn();
  const rows = await accuracy.numbers();
  assert.ok(rows.every((row) => row.length === 5 && row.slice(1).every((cell) => Number.isFinite(number(cell)))));
});

reading("runs are added, changed and removed on the page, and the address keeps them", { ...STILL, search: "?steps=200" }, async (page) => {
  const experiment = await open(page);
  const runs = experiment.panel.getByRole("group", { name: "Runs", exact: true });
  await runs.getByRole("button", { name: "Add a run" }).click();
  await experiment.run("leaky ReLU (2)").waitFor();
  const fingerprints = new Set();
  for (const activation of ACTIVATIONS) {
    const last = runs.getByRole("group").last();
    await last.getByRole("combobox", { name: /: Activation$/ }).selectOption(activation);
    const label = RUNS.includes(activation) ? `${activation} (2)` : activation;
    await experiment.run(label).waitFor();
    if (await experiment.button("Run").isVisible()) await experiment.button("Run").click();
    await experiment.reach("done", [label]);
    fingerprints.add(await experiment.value(label, "fingerprint"));
  }
  assert.equal(fingerprints.size, ACTIVATIONS.length, "ten activations, ten networks");
  assert.deepEqual(new URL(page.url()).searchParams.getAll("run"), ["sigmoid", "relu", "leaky", "identity"]);

  const last = runs.getByRole("group").last();
  await last.getByRole("combobox", { name: /let another setting differ/ }).selectOption("Depth");
  await runs.getByRole("group").last().getByRole("spinbutton", { name: /Depth$/ }).fill("2");
  await page.keyboard.press("Enter");
  await experiment.run("identity, depth 2").waitFor();
  await runs.getByRole("button", { name: "Remove sigmoid" }).click();
  await experiment.run("sigmoid").waitFor({ state: "detached" });
  assert.deepEqual(await labels(experiment), ["ReLU", "leaky ReLU", "identity, depth 2"]);
  assert.deepEqual(new URL(page.url()).searchParams.getAll("run"), ["relu", "leaky", "identity,depth:2"]);
});

reading("Adam's constants are settings like any other", { ...STILL, search: "?steps=200&run=relu" }, async (page) => {
  const experiment = await open(page);
  const fingerprints = new Set();
  for (const [name, value] of [["beta1", "0.5"], ["beta2", "0.9"], ["epsilon", "0.001"]]) {
    const control = experiment.panel.locator(`fieldset [name=${name}]`);
    await control.fill(value);
    await control.press("Enter");
    await page.waitForURL((url) => url.searchParams.get(name) === value);
    if (await experiment.button("Run").isVisible()) await experiment.button("Run").click();
    await experiment.reach("done", ["ReLU"]);
    fingerprints.add(await experiment.value("ReLU", "fingerprint"));
  }
  assert.equal(fingerprints.size, 3);
});

reading("a deep and wide network is announced with its time, and one that costs too much is refused", STILL, async (page) => {
  // Three networks of 13 million weights.
  page.setDefaultTimeout(60_000);
  const experiment = await open(page);
  const set = async (name, value) => {
    await experiment.panel.locator(`fieldset [name=${name}]`).fill(value);
    await page.keyboard.press("Enter");
  };
  await set("depth", "50");
  await set("width", "512");
  await experiment.notices.getByText(/^This experiment takes about [\d.]+ (minutes|hours) on this machine\.$/).waitFor();
  await set("batch", "512");
  await experiment.panel.getByText(/^Not changed: one training step needs .* multiplications, but at most .* are allowed/).waitFor();
  assert.equal(await experiment.panel.locator("fieldset [name=batch]").inputValue(), "30");
  assert.equal(new URL(page.url()).searchParams.get("batch"), null);
  await experiment.reach("ready");
  await experiment.button("Step").click();
  await experiment.stand([1, 1, 1]);
});

reading("a large network has the time that orthogonal weights take", { ...STILL, search: "?depth=30&width=512&init=orthogonal&run=relu" }, async (page) => {
  page.setDefaultTimeout(60_000);
  const experiment = await open(page);
  await experiment.reach("ready", ["ReLU"]);
  await experiment.button("Step").click();
  await experiment.stand([1], ["ReLU"]);
  assert.equal(await experiment.notices.getByText("A trainer stopped").count(), 0);
});

reading("runs that need too much memory together are refused", { ...STILL, search: "?depth=50&width=512&seeds=100" }, async (page) => {
  const experiment = new Experiment(page);
  await experiment.notices.getByText(/^The link’s experiment cannot run here: these 300 runs need about \d+ MB of memory together/).waitFor();
  await experiment.train();
});

reading("all runs pause at the same step", STILL, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  await experiment.slow();
  for (let i = 1; i <= 3; i++) {
    await experiment.button("Run").click();
    await page.waitForFunction((least) => [...document.querySelectorAll(".run > progress")].some((bar) => bar.value > least), 40 * i);
    await experiment.button("Pause").click();
    // The button and the statuses answer at once; the runs that are behind catch up.
    await experiment.button("Run").waitFor();
    await experiment.reach("paused");
    await page.waitForFunction(() => new Set([...document.querySelectorAll(".run > progress")].map((bar) => bar.value)).size === 1);
    const [paused] = await experiment.steps();
    await experiment.button("Step").click();
    await experiment.stand(Array(3).fill(paused + 1));
  }
});

reading("one scrubber and one choice of layer serve all figures", STILL, async (page) => {
  await new Experiment(page).train();
  const [loss, accuracy, map, histograms] =
    ["Training loss", "Training accuracy", "Mean gradient by layer and step", "Histograms over time"].map((title) => new Figure(page, title));
  await loss.drawn();
  await loss.probe.press("Home");
  for (const figure of [accuracy, map]) {
    await figure.drawn();
    await figure.place.locator(".values").getByText("step 0", { exact: true }).waitFor();
  }
  const { width, height } = await map.drawing.boundingBox();
  await map.drawing.click({ position: { x: 0.2 * width, y: 0.87 * height } });
  await histograms.drawn();
  assert.match(await histograms.summary.textContent(), /gradients of layer 1, sigmoid/);
  assert.ok((await accuracy.read()).step > 0, "the click moved the crosshair too");
});

reading("there are as many trainers as cores but one", STILL, async (page) => {
  await new Experiment(page).reach("ready");
  const cores = await page.evaluate(() => navigator.hardwareConcurrency);
  assert.equal(page.workers().length, Math.max(1, Math.min(cores - 1, 3)));
});
