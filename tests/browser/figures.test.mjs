// The figures come alive: their points, their sharpness, their controls.

import assert from "node:assert/strict";
import { Experiment } from "./experiment.mjs";
import { Figure, number } from "./figure.mjs";
import { reading, STILL } from "./reader.mjs";

const CURVES = ["Sigmoid and its derivative", "ReLU and its derivative", "Leaky ReLU and its derivative"];
const OVER_STEPS = ["Training accuracy", "Training loss", "Mean gradient, output layer", "Mean gradient, first layer"];
const MEASURED = [...OVER_STEPS, "Mean gradient, all layers", "Mean gradient by layer and step", "Histograms over time"];

const LOGGED = Array.from({ length: 13 }, (_, i) => 200 * i);

reading("before any run the measured figures are the recorded ones, and say so", STILL, async (page) => {
  await new Experiment(page).reach("ready");
  for (const title of MEASURED) {
    const figure = new Figure(page, title);
    assert.equal(await figure.tag.innerText(), "recorded", title);
    assert.ok(await figure.place.getByRole("img", { name: title }).isVisible(), title);
    assert.equal(await figure.drawing.count(), 0, title);
  }
});

reading("after a run every figure is drawn from it, as sharp as the screen", { ...STILL, deviceScaleFactor: 2 }, async (page) => {
  await new Experiment(page).train();
  for (const title of [...CURVES, ...MEASURED]) {
    const figure = new Figure(page, title);
    const { width, height, cssWidth, cssHeight, nColours } = await figure.drawn();
    assert.deepEqual([width, height], [2 * cssWidth, 2 * cssHeight], title);
    assert.ok(nColours > 10, `${title}: ${nColours} colours`);
    assert.deepEqual(await figure.tag.allInnerTexts(), CURVES.includes(title) ? [] : ["your run, seed 1"], title);
  }
  for (const title of OVER_STEPS) {
    const rows = await new Figure(page, title).numbers();
    assert.deepEqual(rows.map(([step]) => number(step)), LOGGED, title);
    for (const values of rows.map((row) => row.slice(1).map(number))) {
      assert.ok(values.length === 3 && values.every(Number.isFinite), `${title}: ${values}`);
    }
  }
});

reading("a control of a recorded figure trains, so that its choice shows", STILL, async (page) => {
  await new Experiment(page).reach("ready");
  const figure = new Figure(page, "Mean gradient, all layers");
  await figure.radio("Quantity", "error δ").press("Space");
  await figure.place.getByText(/^your run so far, seed 1$/).waitFor();
  await figure.drawn();
  await figure.place.getByText(/^Mean \|δ\|/).first().waitFor({ state: "attached" });
  assert.equal(await new Figure(page, "How much a seed changes").tag.innerText(), "recorded");
});

reading("a caption of the article gives way to the summary of another view", STILL, async (page) => {
  await new Experiment(page).train();
  const layers = new Figure(page, "Mean gradient, all layers");
  const caption = layers.place.locator("figcaption");
  const takeaway = caption.getByText(/^Under ReLU and leaky ReLU/);
  await takeaway.waitFor();
  await layers.radio("Quantity", "error δ").press("Space");
  await caption.getByText(/^Mean \|δ\| of the last layer/).first().waitFor();
  assert.ok(!(await takeaway.isVisible()), "a takeaway about gradients");
  await layers.radio("Quantity", "gradient ∂C/∂W").press("Space");
  await takeaway.waitFor();
});

reading("a figure's controls change its drawing and its words", STILL, async (page) => {
  await new Experiment(page).train();

  const last = new Figure(page, "Mean gradient, output layer");
  assert.match(await last.summary.textContent(), /layer 6/);
  await retold(last, () => last.radio("Layer", "3").press("Space"), /layer 3/);
  await last.redrawnBy(() => last.radio("Axis", "linear").press("Space"));

  const layers = new Figure(page, "Mean gradient, all layers");
  await layers.redrawnBy(() => layers.radio("Axis", "linear").press("Space"));

  const histograms = new Figure(page, "Histograms over time");
  assert.match(await histograms.summary.textContent(), /gradients of layer 4, leaky ReLU/);
  await retold(histograms, () => histograms.radio("Values", "weights").press("Space"), /weights of layer 4, leaky ReLU/);
  await retold(histograms, () => histograms.radio("Layer", "1").press("Space"), /weights of layer 1, leaky ReLU/);
  await retold(histograms, () => histograms.radio("Network", "sigmoid").press("Space"), /weights of layer 1, sigmoid/);
  await histograms.redrawnBy(() => histograms.radio("Drawn as", "overlay").press("Space"));
});

reading("the leaky curve's slope and height can be changed before anything is trained", STILL, async (page) => {
  const leaky = new Figure(page, "Leaky ReLU and its derivative");
  await retold(leaky, () => leaky.radio("Leaky slope as in", "script, 0.2").press("Space"), /Its derivative is 0\.2 at/);
  await leaky.redrawnBy(() => leaky.switch("Zoom in vertically").check());
  const slope = leaky.place.getByRole("slider", { name: "Leaky slope", exact: true });
  await retold(leaky, () => slope.press("ArrowRight"), /Its derivative is 0\.21 at/);
  const typed = leaky.place.getByRole("spinbutton", { name: "Leaky slope, as a number" });
  await retold(leaky, () => typed.fill("0.5").then(() => typed.press("Enter")), /Its derivative is 0\.5 at/);
});

/** Does something that must change both the drawing and, in this way, the summary. */
async function retold(figure, act, words) {
  await figure.redrawnBy(act);
  await figure.summary.getByText(words).or(figure.summary.and(figure.page.getByText(words))).first().waitFor({ state: "attached" });
}

reading("a print shows every figure as it stands, on white, whether it was on the screen or not", { ...STILL, colorScheme: "dark" }, async (page) => {
  await new Experiment(page).train();
  await page.emulateMedia({ media: "print" });
  await page.waitForFunction(() => {
    const canvases = [...document.querySelectorAll(".plate.live canvas")];
    return canvases.length === document.querySelectorAll("figure[data-figure]:not(#figure-seeds)").length && canvases.every((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const colours = new Uint32Array(data.buffer);
      return colours[0] === 0xffffffff && new Set(colours).size > 2;
    });
  });
});

reading("the list of contents marks the section that is read", { ...STILL, viewport: { width: 1280, height: 800 } }, async (page) => {
  for (const id of ["results", "sigmoid", "weights"]) {
    const link = page.locator(`.contents .toc a[href="#${id}"]`);
    await link.click();
    await page.locator(`.contents .toc a[aria-current="true"][href="#${id}"]`).waitFor();
    assert.equal(await page.locator(".contents [aria-current]").count(), 1);
  }
});
