// Words of the prose that name marks of the figures, and formulas with numbers.

import assert from "node:assert/strict";
import { Experiment } from "./experiment.mjs";
import { Figure, number } from "./figure.mjs";
import { reading, STILL } from "./reader.mjs";

/** The words of a name in a section. */
const words = (page, section, name) => page.locator(`#${section} [data-mark="${name}"]`);

reading("a word highlights its line while it is pointed at, and keeps it when it is pressed", { ...STILL, viewport: { width: 1280, height: 1600 } }, async (page) => {
  const relu = words(page, "results", "relu");
  assert.equal(await relu.first().getAttribute("role"), null, "nothing has trained");
  await new Experiment(page).train();
  const figure = new Figure(page, "Training accuracy");
  const button = relu.first();
  await page.locator("#results .live").first().waitFor();
  assert.deepEqual(await relu.evaluateAll((words) => words.map((word) => word.getAttribute("role"))), ["button", null]);

  await figure.drawn();
  await figure.redrawnBy(() => button.hover());
  await page.locator('#scenarios [data-mark="relu"].lit').waitFor();
  assert.equal(await button.getAttribute("aria-pressed"), "false", "only for a while");
  await figure.redrawnBy(() => page.mouse.move(0, 0));
  assert.equal(await page.locator(".lit").count(), 0, "what was selected is given back: nothing");

  await button.focus();
  await page.locator('#results [data-mark="relu"].lit').first().waitFor();
  await button.press("Enter");
  await page.locator('#results [data-mark="relu"][aria-pressed="true"]').waitFor();
  await button.blur();
  assert.ok(await page.locator(".lit").count() > 3, "it stays");

  // Another word for a while gives it back.
  await words(page, "results", "sigmoid").first().hover();
  await page.locator('#results [data-mark="sigmoid"].lit').first().waitFor();
  await page.mouse.move(0, 0);
  await page.locator('#results [data-mark="relu"].lit').first().waitFor();
  assert.equal(await page.locator('[data-mark="sigmoid"].lit').count(), 0);
  await button.click();
  assert.equal(await button.getAttribute("aria-pressed"), "false");
});

reading("what is selected in a figure lights the words that name it", STILL, async (page) => {
  const experiment = new Experiment(page);
  await experiment.train();
  const histograms = new Figure(page, "Histograms over time");
  await histograms.drawn();
  await histograms.radio("Layer", "1").check();
  await words(page, "weights", "layer-1").first().and(page.locator(".lit")).waitFor();
  assert.equal(await page.locator('[data-mark="layer-6"].lit').count(), 0);
});

reading("words of networks that the reader does not train are plain text", { ...STILL, search: "?depth=2&steps=60&run=tanh&run=relu" }, async (page) => {
  await page.getByRole("button", { name: "Run", exact: true }).first().click();
  const sigmoid = words(page, "results", "sigmoid").first();
  await page.waitForFunction(() => document.querySelector("#results [data-mark=sigmoid]").className === "");
  assert.equal(await sigmoid.getAttribute("role"), null);
  assert.match(await words(page, "results", "relu").first().getAttribute("class"), /live series-1/);
  assert.equal(await words(page, "weights", "layer-4").first().getAttribute("class"), "");
});

reading("formulas show the recorded numbers, then the reader's at the step of the figures", STILL, async (page) => {
  const numbers = page.locator("[data-numbers=slopes]");
  await numbers.getByText("With numbers").click();
  const line = (network) => numbers.locator(`.${network} p`);
  const moment = numbers.locator("[data-slot=moment]");
  await moment.getByText("before training, recorded, seed 1").waitFor();
  const recorded = await line("series-0").innerText();
  const factors = recorded.split(" =")[0].split(/\s· /).map(Number);
  const product = number(recorded.split("=\u00a0")[1]);
  assert.equal(factors.length, 5);
  assert.ok(Math.abs(factors.reduce((a, b) => a * b) / product - 1) < 0.02, recorded);

  await new Experiment(page).train();
  await numbers.scrollIntoViewIfNeeded();
  await moment.getByText("at step 2,490, your run, seed 1").waitFor();
  assert.notEqual(await line("series-0").innerText(), recorded);
  const bar = page.getByRole("region", { name: "Training" });
  await bar.getByRole("slider").fill("0");
  await moment.getByText("before training, your run, seed 1").waitFor();
  assert.equal(await line("series-0").innerText(), recorded, "runs are deterministic");
});

reading("with several seeds a number in the prose has a mark for each, and one for the tutorial's", { ...STILL, search: "?seeds=3&speed=fast" }, async (page) => {
  await new Experiment(page).train();
  const number = page.locator('#results [data-finding="ratio.sigmoid.last.1.logs"]').first();
  const strip = number.locator(".strip");
  await strip.waitFor();
  const places = await strip.locator("i").evaluateAll((marks) => marks.map((mark) => [parseFloat(mark.style.left), mark.className]));
  assert.deepEqual(places.map(([, kind]) => kind), ["", "", "", "reported"]);
  const all = places.map(([left]) => left);
  assert.deepEqual([Math.min(...all), Math.max(...all)], [0, 100]);
  assert.equal(await strip.getAttribute("title"), "3 seeds, logarithmic; the tutorial reports 30");
  // Where the tutorial reports nothing, there is no mark for it.
  const before = page.locator('#results [data-finding="ratio.sigmoid.last.1.before"] .strip').first();
  assert.equal(await before.locator("i").count(), 3);
});
