// Reading a figure at one place: by keys, by mouse, by touch.

import assert from "node:assert/strict";
import { Experiment } from "./experiment.mjs";
import { Figure } from "./figure.mjs";
import { reading, STILL } from "./reader.mjs";

const sigma = (z) => 1 / (1 + Math.exp(-z));
const sixDigits = (x) => Number(x.toPrecision(6));
const ORACLES = {
  "Sigmoid and its derivative": { f: sigma, df: (z) => sigma(z) * (1 - sigma(z)) },
  "ReLU and its derivative": { f: (z) => Math.max(0, z), df: (z) => (z > 0 ? 1 : 0) },
  "Leaky ReLU and its derivative": { f: (z) => Math.max(0.01 * z, z), df: (z) => (z > 0 ? 1 : 0.01) },
};

/** Requires that f and f′ beside z are right in all six digits; z. */
async function check(title, figure) {
  const { z, "f(z)": f, "f′(z)": df } = await figure.read();
  const oracle = ORACLES[title];
  assert.deepEqual([f, df], [sixDigits(oracle.f(z)), sixDigits(oracle.df(z))], `${title} at z = ${z}`);
  return z;
}

reading("the arrow keys read f and its derivative to six digits", STILL, async (page) => {
  for (const title of Object.keys(ORACLES)) {
    const figure = new Figure(page, title);
    assert.equal(await check(title, figure), 0);
    for (const [key, z] of [["ArrowRight", 0.1], ["ArrowRight", 0.2], ["ArrowLeft", 0.1], ["ArrowLeft", 0], ["ArrowLeft", -0.1]]) {
      await figure.redrawnBy(() => figure.probe.press(key));
      assert.equal(await check(title, figure), z);
    }
    await figure.probe.press("Home");
    const low = await check(title, figure);
    await figure.probe.press("End");
    assert.equal(await check(title, figure), -low);
  }
  const sigmoid = new Figure(page, "Sigmoid and its derivative");
  await sigmoid.probe.press("Home");
  assert.match(await sigmoid.place.locator(".values").innerText(), /z −8\.00\s*f\(z\) 3\.35350\s×\s10⁻⁴\s*f′\(z\) 3\.35238\s×\s10⁻⁴/);
});

for (const [way, options, point] of [
  ["mouse", {}, (canvas, position) => canvas.hover({ position })],
  ["touch", { hasTouch: true, isMobile: true, viewport: { width: 360, height: 740 } }, (canvas, position) => canvas.tap({ position })],
]) {
  reading(`by ${way} a place on the drawing is read`, { ...STILL, ...options }, async (page) => {
    for (const title of Object.keys(ORACLES)) {
      const figure = new Figure(page, title);
      await figure.drawn();
      const { width, height } = await figure.drawing.boundingBox();
      const zs = [];
      for (const place of [0.25, 0.5, 0.75]) {
        await figure.redrawnBy(() => point(figure.drawing, { x: place * width, y: height / 2 }));
        zs.push(await check(title, figure));
      }
      assert.ok(zs[0] < zs[1] && zs[1] < zs[2], `${title}: ${zs}`);
      assert.ok(zs[0] < 0 && zs[2] > 0, `${title}: ${zs}`);
    }
  });
}

reading("the slider's thumb stands under the crosshair", { ...STILL, viewport: { width: 1280, height: 800 } }, async (page) => {
  await new Experiment(page).train();
  for (const title of [...Object.keys(ORACLES), "Training loss", "Histograms over time"]) {
    const figure = new Figure(page, title);
    await figure.drawn();
    const canvas = await figure.drawing.boundingBox();
    for (const place of [0.25, 0.6]) {
      await figure.redrawnBy(() => figure.drawing.hover({ position: { x: place * canvas.width, y: canvas.height / 2 } }));
      const [thumb, step] = await figure.probe.evaluate((slider) => {
        const { left, width } = slider.getBoundingClientRect();
        const [size, range] = [parseFloat(getComputedStyle(slider).getPropertyValue("--thumb")), slider.max - slider.min];
        const length = (width - size) / range;
        return [left + size / 2 + (slider.value - slider.min) * length, slider.step * length];
      });
      const off = thumb - (canvas.x + place * canvas.width);
      assert.ok(Math.abs(off) < step / 2 + 1, `${title}: ${off} px beside the pointer, steps are ${step} px`);
    }
  }
});

reading("the keys read the three networks at a step", STILL, async (page) => {
  await new Experiment(page).train();
  const loss = new Figure(page, "Training loss");
  assert.equal((await loss.read()).step, 2490);
  await loss.probe.press("Home");
  const values = loss.place.locator(".values");
  await values.getByText("step 0", { exact: true }).waitFor();
  assert.match(await values.innerText(), /^step 0\s*sigmoid 2\.\d+\s*ReLU 2\.\d+\s*leaky ReLU 2\.\d+$/);
});

reading("on a phone the layers' values stand in columns under their networks", { ...STILL, viewport: { width: 360, height: 740 } }, async (page) => {
  await new Experiment(page).train();
  const layers = new Figure(page, "Mean gradient, all layers");
  await layers.drawn();
  const values = layers.place.locator(".values");
  assert.deepEqual(await values.locator(".heading").allInnerTexts(), ["sigmoid", "ReLU", "leaky ReLU"]);
  const places = await values.locator("b").evaluateAll((values) => values.map((value) => value.getBoundingClientRect()));
  const rows = places.slice(1).map(({ y }) => y);
  assert.deepEqual(rows.slice(6), [...rows.slice(0, 6), ...rows.slice(0, 6)], "a row for each layer");
  assert.ok(places.every(({ height }) => height === places[0].height), "each value on one line");
});
