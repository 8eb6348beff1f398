// Run, pause, step, reset, new seed: each by button and by key.

import assert from "node:assert/strict";
import { Experiment } from "./experiment.mjs";
import { reading, STILL } from "./reader.mjs";

const WAYS = [(button) => button.click(), (button) => button.press("Space")];

reading("a step is one step of each network", STILL, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  for (const [i, press] of WAYS.entries()) {
    await press(experiment.button("Step"));
    await experiment.stand(Array(3).fill(i + 1));
  }
  await experiment.reach("paused");
  assert.equal(await experiment.log.locator("> *").count(), 3, "step 0 of each network is logged");
});

reading("a pause stops the networks, and Run goes on", STILL, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  const quicken = await experiment.slow();
  for (const press of WAYS) {
    await press(experiment.button("Run"));
    // Before its first step, a paused run is ready.
    await experiment.log.getByText("iteration    0").first().waitFor({ state: "attached" });
    await press(experiment.button("Pause"));
    await experiment.reach("paused");
    // One step more proves that nothing else has been trained meanwhile.
    const next = (await experiment.steps()).map((step) => step + 1);
    await press(experiment.button("Step"));
    await experiment.stand(next);
  }
  await quicken();
  await experiment.button("Run").click();
  await experiment.finish();
  assert.deepEqual(await experiment.steps(), [2500, 2500, 2500]);
});

reading("Pause shows in the next frame, whatever the trainers do", STILL, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  await experiment.slow();
  await experiment.button("Run").click();
  await experiment.button("Pause").waitFor();
  const [label, statuses] = await experiment.button("Pause").evaluate(async (button) => {
    button.click();
    await new Promise(requestAnimationFrame);
    return [button.textContent, [...document.querySelectorAll(".run .status")].map((status) => status.textContent)];
  });
  assert.equal(label, "Run");
  assert.ok(statuses.every((status) => ["pausing", "paused", "ready"].includes(status)), statuses.join());
});

reading("a pause stops a network that has not answered yet", STILL, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  await experiment.slow();
  const busy = page.workers()[0].evaluate(() => {
    for (const start = performance.now(); performance.now() - start < 1500; );
  });
  await experiment.button("Run").click();
  await experiment.button("Pause").click();
  await busy;
  // The pause may reach it before its first step.
  await experiment.reach(/^(ready|paused)$/);
  const next = (await experiment.steps()).map((step) => step + 1);
  await experiment.button("Step").click();
  await experiment.stand(next);
});

reading("a reset goes back to step 0 of the same seed", { ...STILL, search: "?seed=5" }, async (page) => {
  const experiment = new Experiment(page);
  for (const press of WAYS) {
    await experiment.reach("ready");
    await press(experiment.button("Run"));
    await experiment.log.getByText("iteration  200").first().waitFor({ state: "attached" });
    await press(experiment.button("Reset"));
    await experiment.reach("ready");
    assert.deepEqual(await experiment.steps(), [0, 0, 0]);
    assert.equal(await experiment.log.locator("> *").count(), 0);
    assert.equal(await experiment.seed.inputValue(), "5");
  }
});

reading("a new seed is another one, in the address too", STILL, async (page) => {
  const experiment = new Experiment(page);
  const seeds = new Set(["1"]);
  for (const press of WAYS) {
    await press(experiment.button("New seed"));
    await page.waitForURL((url) => ![null, ...seeds].includes(url.searchParams.get("seed")));
    seeds.add(await experiment.seed.inputValue());
    assert.equal(new URL(page.url()).searchParams.get("seed"), await experiment.seed.inputValue());
  }
  assert.equal(seeds.size, 3);
  await experiment.reach("ready");
});

reading("late events of an older run are never painted", STILL, async (page) => {
  const experiment = new Experiment(page);
  const runs = async () => (await experiment.panel.locator(".runs").innerText()).replaceAll(/\s+/g, " ");
  await experiment.reach("ready");
  const fresh = await runs();
  for (let i = 0; i < 5; i++) {
    await experiment.button("Run").click();
    await experiment.button("Reset").click();
  }
  await experiment.reach("ready");
  assert.equal(await runs(), fresh);
  // A trainer answers in order: once it has taken the newest run's step, nothing of an older run can come.
  await experiment.button("Step").click();
  await experiment.stand([1, 1, 1]);
  await experiment.reach("paused");
  assert.equal(await experiment.log.locator("> *").count(), 3);
});

reading("a seed that is no seed is not taken", STILL, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  for (const text of ["-3", "4294967296", "1.5"]) {
    await experiment.seed.fill(text);
    await experiment.seed.press("Enter");
    assert.equal(await experiment.seed.inputValue(), "1", text);
  }
  assert.equal(new URL(page.url()).search, "");
});
