// Nothing scrolls sideways, and nothing moves when the page comes alive.

import assert from "node:assert/strict";
import { Experiment } from "./experiment.mjs";
import { Figure } from "./figure.mjs";
import { reading, STILL } from "./reader.mjs";

const VIEWPORTS = [{ width: 360, height: 740 }, { width: 768, height: 1024 }, { width: 1280, height: 800 }];

for (const viewport of VIEWPORTS) {
  reading(`at ${viewport.width} px nothing moves from the static page to the end of a run, and nothing scrolls sideways`, { ...STILL, viewport, prepare: hold }, async (page, t, release) => {
    await page.evaluate(watchShifts);
    const still = await tops(page);
    release();
    const experiment = new Experiment(page);
    await experiment.reach("ready");
    assert.deepEqual(moved(still, await tops(page)), [], "when the page came alive");
    await experiment.train();
    assert.deepEqual(moved(still, await tops(page)), [], "after a run");
    assert.deepEqual(await page.evaluate(() => window.shifts), [], "in between");
    await experiment.openLog();
    const cut = await page.getByRole("log").evaluate((log) => [log.clientHeight, log.scrollTop].map((pixels) => pixels % parseFloat(getComputedStyle(log).lineHeight)));
    assert.deepEqual(cut, [0, 0], "the log shows whole lines");

    await page.locator("details").evaluateAll((all) => all.forEach((details) => { details.open = true; }));
    await fits(page, "nothing scrolls sideways, even with all numbers open");
  });
}

const LONG_NAMES = "?run=sigmoid&run=relu,depth:12&run=tanh,norm:batch&run=leaky,slope:0.2&seeds=2";

reading("on a phone nothing scrolls sideways with runs of long names", { ...STILL, viewport: VIEWPORTS[0], search: LONG_NAMES }, async (page) => {
  const experiment = new Experiment(page);
  const labels = ["sigmoid", "ReLU, depth 12", "tanh, batch normalization", "leaky ReLU, slope 0.2"];
  await experiment.reach("ready", labels);
  await experiment.button("Run").click();
  await experiment.reach("done", labels);
  const figure = new Figure(page, "Mean gradient by layer and step");
  await figure.drawn();
  await fits(page, "nothing scrolls sideways");
});

async function fits(page, message) {
  const [scrolled, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.equal(scrolled, client, message);
}

for (const width of [360, 768, 1024, 1440]) {
  reading(`at ${width} px text and figures begin at one edge, and wide figures end at one`, { ...STILL, viewport: { width, height: 800 } }, async (page) => {
    const edges = (selector, side) => page.locator(selector).evaluateAll((blocks, side) => [...new Set(blocks.map((block) => Math.round(block.getBoundingClientRect()[side])))], side);
    assert.equal((await edges(".front > *, section > :not(.notes)", "left")).length, 1);
    assert.equal((await edges(".front > .figure, section > :is(.wide, .page, .pair)", "right")).length, 1);
  });
}

reading("no sentence comes before the first thing to touch, and on a phone the first screen shows it with its bars", { ...STILL, viewport: { width: 390, height: 844 } }, async (page) => {
  await new Experiment(page).reach("ready");
  assert.equal(await page.locator(".front > .head + .figure").count(), 1);
  const bar = await page.locator(".run-bar").boundingBox();
  const plate = await page.locator(".front .plate").boundingBox();
  assert.ok(plate.y + plate.height <= bar.y, `the drawing ends at ${plate.y + plate.height} px, below the run bar at ${bar.y} px`);
});

reading("at 1280 px notes stand beside their own block, or its formula", { ...STILL, viewport: VIEWPORTS[2] }, async (page) => {
  const lower = await page.locator("section > .notes").evaluateAll((places) =>
    places.map((notes) => [notes.textContent.trim().slice(0, 40), Math.round(notes.getBoundingClientRect().top - notes.previousElementSibling.getBoundingClientRect().top)]));
  assert.ok(lower.length > 10);
  assert.deepEqual(lower.filter(([, pixels]) => Math.abs(pixels) > 8), []);
});

/** Holds the page's wasm back until the returned function is called. */
async function hold(page) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await page.route("**/vanishing-gradients-*_bg.wasm", async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

/**
 * Collects what moves by the browser's own account, with its place before and after. Lines may move in the log, which keeps
 * them in order, and text in a box that stays: a number that is set flush right begins elsewhere with each digit.
 */
function watchShifts() {
  window.shifts = [];
  const isMoved = ({ node, previousRect: from, currentRect: to }) =>
    !node?.parentElement?.closest("[role=log]") && (from.x !== to.x || from.y !== to.y);
  const name = (node) => (node instanceof Text ? `“${node.data}”` : `${node?.nodeName} ${node?.className}`);
  const tell = ({ node, previousRect: from, currentRect: to }) => `${name(node)} from ${from.x}, ${from.y} to ${to.x}, ${to.y}`;
  const note = (list) => window.shifts.push(...list.getEntries().flatMap(({ sources }) => sources.filter(isMoved).map(tell)));
  new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
}

/** Where headings and figures begin, in pixels from the top of the page. */
async function tops(page) {
  return page.locator("main h2, main figure, main .panel").evaluateAll((places) =>
    Object.fromEntries(places.map((place) => [place.id, place.getBoundingClientRect().top + scrollY])));
}

function moved(before, after) {
  const by = Object.keys(before).map((id) => [id, after[id] - before[id]]);
  return by.filter(([, pixels]) => Math.abs(pixels) >= 1).map(([id, pixels]) => `${id} moved by ${pixels.toFixed(1)} px`);
}
