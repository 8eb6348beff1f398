// Times the built page at the speed “as fast as possible”: from opening it to the end of the default experiment with nothing cached,
// and the same experiment again from the click. Several builds take turns, so that other load on the machine affects all.
//
// Usage: node page.mjs plan.json. `cargo xtask bench --page` writes the plan.

import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { serve } from "../../tests/browser/site.mjs";

/** How often the experiment is repeated in each page. */
const REPEATS = 5;
/** The pause before anything is timed, for work that browser and page still do. */
const IDLE_MILLISECONDS = 700;

const plan = JSON.parse(await readFile(process.argv[2], "utf8"));
const sites = await Promise.all(plan.dists.map(serve));
const found = sites.map(() => ({ cold: [], warm: [] }));
try {
  for (let load = 0; load < plan.loads; load++) {
    for (let i = 0; i < sites.length; i++) {
      const site = (load + i) % sites.length;
      const { cold, warm } = await visit(sites[site].url);
      found[site].cold.push(cold);
      found[site].warm.push(...warm);
      const line = [cold, ...warm].map(seconds).join(" ");
      console.log(`load ${load + 1} of ${plan.loads}${sites.length > 1 ? `, ${plan.dists[site]}` : ""}: ${line}`);
    }
  }
  found.forEach(({ cold, warm }, site) => {
    console.log(`\n${plan.dists[site]}`);
    console.log(`  opening to end of experiment, nothing cached: ${spread(cold)}`);
    console.log(`  click on Run again to end of experiment:     ${spread(warm)}`);
  });
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
} finally {
  for (const site of sites) await site.stop();
}

/** Opens the page in a new browser and scrolls to the experiment at once. Returns the milliseconds of all runs. */
async function visit(url) {
  const browser = await chromium.launch({ executablePath: plan.chrome, args: plan.flags });
  try {
    const page = await browser.newPage();
    await page.addInitScript(watch);
    await sleep(IDLE_MILLISECONDS);
    await page.goto(`${url}?speed=fast`, { waitUntil: "commit" });
    const cold = await page.evaluate(() => window.finished);
    const warm = [];
    for (let i = 0; i < REPEATS; i++) {
      await sleep(IDLE_MILLISECONDS);
      warm.push(await page.evaluate(() => window.runAgain()));
    }
    return { cold, warm };
  } finally {
    await browser.close();
  }
}

/** Runs in the page: `finished` is the time of the end of the first experiment, `runAgain` times another one. */
function watch() {
  const TIMEOUT_MILLISECONDS = 60_000;
  const parsed = new Promise((resolve) => addEventListener("DOMContentLoaded", resolve));
  const panel = () => document.querySelector("#panel-experiment");
  const statuses = () => [...panel().querySelectorAll(".run .status")].map(({ textContent }) => textContent);
  const isDone = () => statuses().length > 0 && statuses().every((status) => status === "done");
  const until = (condition) =>
    new Promise((resolve, reject) => {
      const observer = new MutationObserver(() => {
        if (!condition()) return;
        observer.disconnect();
        resolve(performance.now());
      });
      observer.observe(panel(), { childList: true, characterData: true, subtree: true });
      setTimeout(() => reject(new Error(`the runs did not end: ${statuses()}`)), TIMEOUT_MILLISECONDS);
    });
  window.finished = parsed.then(() => {
    panel().scrollIntoView();
    return until(isDone);
  });
  window.runAgain = async () => {
    const start = performance.now();
    const begun = until(() => !isDone());
    panel().querySelector(".primary").click();
    await begun;
    return (await until(isDone)) - start;
  };
}

function seconds(milliseconds) {
  return (milliseconds / 1e3).toFixed(2);
}

/** Median and range. */
function spread(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
  return `${seconds(middle)} s [${seconds(sorted[0])}, ${seconds(sorted.at(-1))}], ${times.length} times`;
}
