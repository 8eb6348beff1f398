// Runs experiments for hours, one after the other, every other one with a new seed, and prints what the page needs: it must not grow.
//
// node soak.mjs HOURS

import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { serve } from "./site.mjs";

const HOURS = Number(process.argv[2]);
assert.ok(HOURS > 0, "usage: node soak.mjs HOURS");
const MINUTE = 60_000;
/** Runs until everything is in memory that ever will be. In the last of them, all messages of a run come at once. */
const WARM_UP = 100;
const LATE = 10;

/** Keeps the memories of all WebAssembly of the page, or of a worker. */
function keepMemories() {
  self.memories = [];
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...parts) => {
      const made = await original.apply(WebAssembly, parts);
      memories.push((made.instance ?? made).exports.memory);
      return made;
    };
  }
}
const pages = () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength / 65_536, 0);

/** Trains so many times, each to its end. With a `delay`, the page does nothing for so many milliseconds while its trainers work. */
async function train([n, delay]) {
  const panel = document.querySelector("[data-panel]");
  const button = (text) => [...panel.querySelectorAll("button")].find((button) => text.test(button.textContent));
  const isDone = () => [...panel.querySelectorAll(".run .status")].every((status) => status.textContent === "done");
  const until = (is) => new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (!is()) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(panel, { subtree: true, childList: true, characterData: true });
  });
  for (let i = 0; i < n; i++) {
    const begun = until(() => !isDone());
    button(i % 2 === 1 ? /^New seed$/ : /^Run/).click();
    await begun;
    for (const start = Date.now(); Date.now() - start < delay;);
    if (!isDone()) await until(isDone);
  }
}

const site = await serve();
const browser = await chromium.launch({ executablePath: process.env.CHROME ?? "/usr/bin/chromium" });
const context = await browser.newContext({ reducedMotion: "reduce", serviceWorkers: "block" });
const page = await context.newPage();
await page.addInitScript(keepMemories);
page.on("worker", (worker) => worker.evaluate(keepMemories));
page.on("console", (message) => { if (message.type() === "error") console.log(`error: ${message.text()}`); });
await page.goto(`${site.url}?speed=fast`);
await page.locator("[data-panel] .run .status", { hasText: "ready" }).first().waitFor();
const devtools = await context.newCDPSession(page);
await devtools.send("Performance.enable");

async function measure() {
  await devtools.send("HeapProfiler.collectGarbage");
  const { metrics } = await devtools.send("Performance.getMetrics");
  const metric = (name) => metrics.find((metric) => metric.name === name).value;
  const workers = await Promise.all(page.workers().map((worker) => worker.evaluate(pages)));
  return {
    "pages of WebAssembly, page": await page.evaluate(pages),
    "pages of WebAssembly, trainers": workers.reduce((sum, pages) => sum + pages, 0),
    "KB of JavaScript": Math.round(metric("JSHeapUsedSize") / 1e3),
    nodes: metric("Nodes"),
    listeners: metric("JSEventListeners"),
  };
}

let n = WARM_UP;
await page.evaluate(train, [WARM_UP - LATE, 0]);
await page.evaluate(train, [LATE, 3_000]);
const start = Date.now();
const first = await measure();
console.log(`${n} runs:`, first);
let last;
while (Date.now() - start < HOURS * 60 * MINUTE) {
  for (const since = Date.now(); Date.now() - since < 5 * MINUTE; n += 20) await page.evaluate(train, [20, 0]);
  last = await measure();
  console.log(`${n} runs, ${((Date.now() - start) / MINUTE).toFixed(0)} minutes:`, last);
}
const grown = (key) => last[key] - first[key];
console.log(`growth in ${HOURS} hours:`, Object.fromEntries(Object.keys(first).map((key) => [key, grown(key)])));
await browser.close();
await site.stop();
for (const key of Object.keys(first).filter((key) => !key.startsWith("KB"))) assert.ok(grown(key) <= 0, `${key}: ${grown(key)} more`);
assert.ok(grown("KB of JavaScript") <= 1_000 * HOURS, `${grown("KB of JavaScript")} KB of JavaScript more`);
