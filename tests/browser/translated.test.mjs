// A browser that translates a page replaces its texts while the page runs.

import assert from "node:assert/strict";
import { Experiment, nativeFingerprints, RUNS } from "./experiment.mjs";
import { reading, STILL } from "./reader.mjs";

const NATIVE = await nativeFingerprints();

/** Puts every text that may be translated into elements of its own, in capitals and between other signs, and does so again when texts change. */
function translate() {
  const isOurs = (node) => node.parentElement?.closest("font, script, style, [translate=no]") !== null;
  const replace = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts.filter((text) => text.data.trim() && !isOurs(text))) {
      const outer = document.createElement("font");
      const inner = document.createElement("font");
      inner.textContent = `«${text.data.toUpperCase()}»`;
      outer.append(inner);
      text.replaceWith(outer);
    }
  };
  replace();
  new MutationObserver(replace).observe(document.body, { subtree: true, childList: true, characterData: true });
}

reading("a translated page shows the status, the steps, the buttons and the results of what it trains", STILL, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  await experiment.hurry();
  const panel = await page.locator("[data-panel]").first().elementHandle();
  await page.evaluate(translate);
  const main = page.locator("[data-panel] button.primary").first();
  await page.waitForFunction((panel) => panel.querySelector("button.primary").textContent === "«RUN»", panel);
  const text = (selector) => page.locator(`[data-panel] ${selector}`).allInnerTexts();
  assert.deepEqual(await text(".run .status"), RUNS.map(() => "«READY»"));
  await main.click();
  await page.waitForFunction((panel) => [...panel.querySelectorAll(".run .status")].every((status) => status.textContent === "«DONE»"), panel);
  assert.equal(await main.textContent(), "«RUN AGAIN»");
  const values = await page.locator("[data-panel] .run dl > div").evaluateAll((rows) => rows.map((row) => row.querySelector("dd").textContent));
  for (const expected of [NATIVE.sigmoid, NATIVE.ReLU, NATIVE["leaky 0.01"]]) assert.ok(values.includes(expected), `${expected} of ${values}`);
  assert.equal(values.filter((value) => value === "2,500 of 2,500").length, 3);
  assert.equal(await page.locator("math font, [data-finding] font").count(), 0, "formulas and measured numbers are not words");
  assert.ok(await page.locator("main p font").count() > 50, "prose may be translated");
});
