// axe finds nothing, by any of its rules, in any state of the page.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { Experiment } from "./experiment.mjs";
import { reading, STILL } from "./reader.mjs";

const axe = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

/** Requires that axe finds nothing on the page as it stands. */
async function check(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  const sentences = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.target).join(" ")}`);
  assert.deepEqual(sentences, []);
}

const NARROW = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const WAYS = { "in light": {}, "in the dark": { colorScheme: "dark" }, "on a phone": NARROW };

for (const [way, options] of Object.entries(WAYS)) {
  reading(`axe finds nothing ${way}, before a run and after it, with all numbers open`, { ...STILL, ...options }, async (page) => {
    const experiment = new Experiment(page);
    await experiment.reach("ready");
    await check(page);
    await experiment.train();
    await page.locator("details").evaluateAll((all) => all.forEach((details) => { details.open = true; }));
    await check(page);
  });
}

for (const [way, options] of Object.entries(WAYS)) {
  reading(`axe finds nothing in the guide to embedding, ${way}`, { ...STILL, ...options, search: "embedding.html" }, check);
  reading(`axe finds nothing in the notes for teachers, ${way}`, { ...STILL, ...options, search: "teaching.html" }, check);
}

reading("axe finds nothing without JavaScript's part of the page", { prepare: (page) => page.route("**/vanishing-gradients-*", (route) => route.abort()), expected: /./ }, async (page) => {
  await page.getByText(/^Training could not start/).waitFor();
  await check(page);
});
