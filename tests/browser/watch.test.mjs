// Training that one can watch, and what follows the reader's own networks.

import assert from "node:assert/strict";
import { Experiment, nativeFingerprints } from "./experiment.mjs";
import { reading, STILL } from "./reader.mjs";

const ARRIVAL = { search: "?depth=2&width=4&steps=60&run=sigmoid&run=tanh" };

reading("a run takes its time, stops where it stands, and comes to the same end at any speed", STILL, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  await experiment.button("Run").click();
  await experiment.reach("running");
  await experiment.log.getByText("iteration  200").first().waitFor({ state: "attached" });
  await experiment.button("Pause").click();
  await experiment.reach("paused");
  const steps = await experiment.steps();
  assert.ok(steps.every((n) => n === steps[0] && n >= 200 && n < 2_500), steps.join());
  await experiment.hurry();
  await experiment.button("Run").click();
  const native = await nativeFingerprints();
  assert.deepEqual(await experiment.finish(), [native.sigmoid, native.ReLU, native["leaky 0.01"]]);
});

reading("training begins when most of the panel is on the screen, and a click at that moment does not stop it", { viewport: { width: 1280, height: 900 } }, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  const scroll = (share) =>
    experiment.panel.evaluate((panel, share) => {
      const { top, height } = panel.getBoundingClientRect();
      window.scrollBy(0, top + share * height - window.innerHeight);
    }, share);
  await scroll(0.2);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await experiment.reach("ready");
  await scroll(0.9);
  await experiment.button("Pause").click();
  await experiment.reach("running");
  assert.ok(await experiment.button("Pause").isVisible());
});

reading("what the reader has paused stays paused when the panel comes onto the screen", { viewport: { width: 1280, height: 900 } }, async (page) => {
  const experiment = new Experiment(page);
  const bar = page.getByRole("region", { name: "Training" });
  await experiment.reach("ready");
  await bar.getByRole("button", { name: "Run" }).click();
  await bar.getByText(/^step [1-9]/).waitFor();
  await bar.getByRole("button", { name: "Pause" }).click();
  await experiment.reach("paused");
  const steps = await experiment.steps();
  await experiment.panel.evaluate((panel) => panel.scrollIntoView());
  await bar.waitFor({ state: "hidden" });
  await experiment.reach("paused");
  assert.deepEqual(await experiment.steps(), steps);
});

reading("the bar runs, pauses and moves the step of all figures, and is not there beside the panel", STILL, async (page) => {
  const bar = page.getByRole("region", { name: "Training" });
  await page.locator("#figure-loss").scrollIntoViewIfNeeded();
  await bar.getByText("recorded run").waitFor();
  await bar.getByRole("button", { name: "Run" }).click();
  await bar.getByText("your run so far, seed 1").waitFor();
  await bar.getByText(/^step [1-9]\d\d of 2,500/).waitFor();
  await bar.getByRole("button", { name: "Pause" }).click();
  await bar.getByRole("slider").fill("50");
  await page.waitForURL((url) => url.searchParams.get("at") === "50");
  await page.locator("#figure-loss .values").getByText("step 50").waitFor();
  await page.locator("#panel-experiment").evaluate((panel) => panel.scrollIntoView());
  await bar.waitFor({ state: "hidden" });
});

reading("a chain follows the mouse and the sliders, and another start begins anew", STILL, async (page) => {
  const figure = page.locator("#figure-chain");
  await figure.scrollIntoViewIfNeeded();
  const canvas = figure.locator("canvas");
  const value = (name) => figure.locator(".values > span").filter({ hasText: name }).first().locator("b").innerText();
  await figure.locator(".values").getByText("layer 4").waitFor();
  assert.equal(await value("δ"), "0.0156", "a quarter, three times: layers 4 to 6");
  const { x, y, width, height } = await canvas.boundingBox();
  await page.mouse.move(x + 0.5 * width, y + 0.15 * height);
  await page.mouse.down();
  await page.mouse.move(x + 0.5 * width, y + 0.1 * height, { steps: 3 });
  await page.mouse.up();
  assert.notEqual(await value("δ"), "0.0156");
  assert.ok(Number(await value("z")) > 2, "it was dragged upwards");
  await page.waitForURL((url) => url.searchParams.has("chain.z"));
  await figure.getByRole("spinbutton", { name: "w of this layer, as a number" }).fill("2");
  await figure.getByRole("spinbutton", { name: "w of this layer, as a number" }).press("Enter");
  assert.equal(await value("w"), "2.00");
  await figure.getByRole("radio", { name: "ReLU on" }).check();
  await figure.getByText("w of this layer").waitFor();
  assert.deepEqual([await value("z"), await value("w"), await value("δ")], ["1.00", "1.00", "1.00"]);
});

reading("a link of the prose starts its experiment where the reader is, with the reader's seed", { ...STILL, search: "?seed=4&speed=fast" }, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  await page.locator("#experiment").getByRole("link", { name: "batch normalization" }).click();
  await page.waitForURL((url) => url.searchParams.get("norm") === "batch" || url.searchParams.getAll("run").some((run) => run.includes("norm:batch")));
  assert.equal(new URL(page.url()).searchParams.get("seed"), "4");
  await page.locator("#panel-experiment .status", { hasText: "done" }).first().waitFor();
});

reading("a link to another experiment trains on arrival, and everything on the page follows it", ARRIVAL, async (page) => {
  const figure = page.locator("#figure-accuracy");
  await page.locator("#panel-experiment .status", { hasText: "done" }).nth(1).waitFor();
  await figure.scrollIntoViewIfNeeded();
  await figure.locator(".tag").getByText("your run, seed 1, sigmoid and tanh, depth 2").waitFor();
  const caption = figure.locator("figcaption");
  await caption.getByText(/^Accuracy on the training batch: sigmoid .*; tanh/).waitFor();
  assert.ok(!(await caption.innerText()).includes("slowly"), "the article's caption is about other networks");
  const table = page.locator("#table-ratios");
  await table.getByRole("rowheader", { name: "tanh" }).first().waitFor();
  assert.ok((await table.innerText()).includes("Gradient, layer 2 to layer 1"));
});

reading("the slope of leaky ReLU is one in its figure and in the experiment", STILL, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  const figure = page.locator("#figure-leaky");
  await experiment.slope("0.2").check({ force: true });
  const slope = figure.getByRole("spinbutton", { name: /as a number/ });
  await page.waitForFunction(() => document.querySelector("#figure-leaky input[type=number]").value === "0.2");
  await slope.fill("0.01");
  await slope.press("Enter");
  await page.waitForURL((url) => url.searchParams.get("slope") !== "0.2");
  assert.ok(await experiment.slope("0.01").isChecked());
});

reading("a number out of range is put back, and a sentence says what it must be", STILL, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  await experiment.seed.fill("-3");
  await experiment.seed.press("Enter");
  await experiment.panel.getByText("Seed must be a whole number from 0 to 4294967295; kept at 1.").waitFor();
  assert.equal(await experiment.seed.inputValue(), "1");
  await experiment.seed.fill("5");
  await experiment.seed.press("Enter");
  await experiment.panel.getByText("Seed must be").waitFor({ state: "detached" });
});

reading("changed settings are marked, and one press restores the tutorial's network", STILL, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  await experiment.panel.getByText("Network and training").click();
  const restore = experiment.button("Restore the tutorial’s network");
  assert.ok(await restore.isDisabled());
  const depth = experiment.panel.getByRole("spinbutton", { name: "Depth", exact: true });
  await depth.fill("3");
  await depth.press("Enter");
  await experiment.panel.locator("label.changed").getByText("Depth").waitFor();
  await restore.click();
  assert.equal(await depth.inputValue(), "6");
  assert.equal(await experiment.panel.locator("label.changed").count(), 0);
});
