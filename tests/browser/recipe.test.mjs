// The form of network and training: what the article speaks of, and what a reader makes of it.

import assert from "node:assert/strict";
import { Experiment } from "./experiment.mjs";
import { Figure } from "./figure.mjs";
import { reading, STILL } from "./reader.mjs";

const TITLE = "Network and training";

/** The experiment, ready to run. */
async function ready(page) {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  return experiment;
}

/** The form of the tutorial's network, which is closed at first, opened. */
async function open(page) {
  const experiment = await ready(page);
  assert.equal(await experiment.panel.locator("details.recipe:not([open])").count(), 1);
  await experiment.panel.locator("summary").getByText(TITLE, { exact: true }).click();
  return experiment;
}

/** The field of this name, a choice or a number. */
function control(experiment, name) {
  const of = (role) => experiment.panel.getByRole(role, { name, exact: true });
  return of("combobox").or(of("spinbutton"));
}

/** Types a value and leaves the field. */
async function type(experiment, label, value) {
  await control(experiment, label).fill(value);
  await control(experiment, label).press("Tab");
}

reading("a network of the reader's own trains, and its address keeps it", STILL, async (page) => {
  const experiment = await open(page);
  await type(experiment, "Depth", "3");
  await page.waitForURL((url) => url.searchParams.get("depth") === "3");
  await control(experiment, "Normalization").selectOption("batch");
  await page.waitForURL((url) => url.searchParams.get("norm") === "batch");
  await type(experiment, "Training steps", "500");
  await page.waitForURL((url) => url.searchParams.get("steps") === "500");
  const fingerprints = await experiment.train();
  await experiment.run("sigmoid").getByText("500 of 500").waitFor();
  const bar = experiment.run("sigmoid").getByRole("progressbar", { name: /steps$/ });
  assert.equal(await bar.evaluate((bar) => bar.position), 1, "the bar is full");

  const layers = new Figure(page, "Mean gradient, all layers");
  await layers.drawn();
  assert.match(await layers.summary.textContent(), /^Mean \|∂C\/∂W\| of the last layer divided by that of the first/);
  assert.match(await layers.tag.innerText(), /^your run, seed 1, depth 3, batch normalization, steps 500$/);
  const last = new Figure(page, "Mean gradient, output layer");
  assert.equal(await last.place.getByRole("group", { name: "Layer" }).getByRole("radio").count(), 3, "layers to choose");
  assert.ok(await last.radio("Layer", "3").isChecked(), "the last layer");
  assert.notEqual(await page.locator("main data.own").count(), 0, "the prose has the numbers of the reader’s network");

  await page.reload();
  await ready(page);
  assert.equal(await control(experiment, "Depth").inputValue(), "3");
  assert.equal(await control(experiment, "Normalization").inputValue(), "batch");
  assert.equal(await control(experiment, "Training steps").inputValue(), "500");
  assert.deepEqual(await experiment.train(), fingerprints, "the same after a reload");
});

reading("until a network of the reader's own has trained, figures show the recorded one", { ...STILL, search: "?depth=3" }, async (page) => {
  const experiment = await ready(page);
  assert.ok(await control(experiment, "Depth").isVisible(), "the form of another network is open");
  const last = new Figure(page, "Mean gradient, output layer");
  assert.ok(await last.radio("Layer", "6").isChecked());
  assert.match(await last.summary.textContent(), /layer 6/);
  await experiment.train();
  await last.drawn();
  assert.ok(await last.radio("Layer", "3").isChecked());
});

reading("the same value again throws no run away", STILL, async (page) => {
  const experiment = await open(page);
  await experiment.train();
  await type(experiment, "Learning rate", "0.0010");
  assert.equal(await control(experiment, "Learning rate").inputValue(), "0.001");
  await experiment.reach("done");
});

reading("an optimizer brings its constants, and one initializer its standard deviation", STILL, async (page) => {
  const experiment = await open(page);
  await control(experiment, "Optimizer").selectOption("SGD");
  await page.waitForURL((url) => url.searchParams.get("optimizer") === "sgd");
  assert.equal(await control(experiment, "Learning rate").inputValue(), "0.1");
  for (const [optimizer, label, value] of [["Nesterov", "Momentum, RMSprop’s ρ", "0.9"], ["AdamW", "Weight decay", "0.01"]]) {
    assert.ok(await control(experiment, label).isDisabled());
    await control(experiment, "Optimizer").selectOption(optimizer);
    await page.waitForURL((url) => url.searchParams.get("optimizer") === optimizer.toLowerCase());
    assert.ok(await control(experiment, label).isEnabled());
    assert.equal(await control(experiment, label).inputValue(), value);
  }
  assert.ok(await control(experiment, "Momentum, RMSprop’s ρ").isDisabled());
  const deviation = control(experiment, "Standard deviation");
  assert.ok(await deviation.isDisabled());
  await control(experiment, "Initial weights").selectOption("normal");
  await page.waitForURL((url) => url.searchParams.get("init") === "normal");
  assert.ok(await deviation.isEnabled());
  assert.equal(await deviation.inputValue(), "1");
  await experiment.reach("ready");
});

reading("what cannot run changes nothing and is said", STILL, async (page) => {
  const experiment = await open(page);
  const before = page.url();
  for (const [label, value, stands, sentence] of [
    ["Depth", "51", "6", "Depth must be a whole number from 1 to 50; kept at 6."],
    ["Dropout", "1", "0", "Dropout must be a number from 0 to 0.95; kept at 0."],
    ["Batch size", "", "30", "Batch size must be a whole number from 1 to 512; kept at 30."],
    ["Learning rate", "-1", "0.001", "Learning rate must be a number from 0 to 100; kept at 0.001."],
  ]) {
    await type(experiment, label, value);
    await experiment.panel.getByText(sentence, { exact: true }).waitFor();
    assert.equal(await control(experiment, label).inputValue(), stands);
  }
  assert.equal(page.url(), before);
  await page.goto(`${before.split("?")[0]}?depth=51&norm=group&clip=1`);
  await experiment.reach("ready");
  for (const sentence of [
    "The link has an invalid depth (“51”): it must be a whole number from 1 to 50. Using 6.",
    "The link has an invalid norm (“group”): it must be one of batch, layer, none. Using none.",
  ]) {
    await experiment.panel.getByText(sentence, { exact: true }).waitFor();
  }
  const clip = control(experiment, "Clip gradient norm at");
  assert.equal(await clip.inputValue(), "1");
  await clip.press("End");
  await clip.press("e");
  await clip.press("Tab");
  await experiment.panel.getByText("Clip gradient norm at must be none or a number from 1e-9 to 1e9; kept at 1.", { exact: true }).waitFor();
  assert.equal(await clip.inputValue(), "1");
});
