// The contestants in the browser. Each has its own context, so that no two share a process or a heap.

import { join } from "node:path";
import { chromium } from "playwright-core";

const ORIGIN = "http://localhost";
const TIMEOUT_MILLISECONDS = 30_000;

/** Starts the browser of a plan. */
export async function openBrowser({ chrome, flags, bench, ours, digits }) {
  const browser = await chromium.launch({ executablePath: chrome, args: flags });
  const open = async (name, task) => {
    const context = await browser.newContext();
    context.setDefaultTimeout(TIMEOUT_MILLISECONDS);
    await serve(context, { ours, task, mnist: digits, "": join(bench, "browser") });
    const page = await context.newPage();
    await page.goto(`${ORIGIN}/page.html`);
    await page.waitForFunction(() => globalThis.open.length === 1);
    const { label, note } = await page.evaluate((name) => globalThis.open(name), name);
    const run = async (steps) => {
      await page.bringToFront();
      return page.evaluate((steps) => globalThis.contestant.run(steps), steps);
    };
    return { label, note, run, close: () => context.close() };
  };
  return { version: `Chromium ${browser.version()}`, open, close: () => browser.close() };
}

/** Answers a context's requests from files: the first part of a path is a key of `folders`; "" is for all other paths. */
function serve(context, folders) {
  return context.route(`${ORIGIN}/**`, (route) => {
    const path = new URL(route.request().url()).pathname.slice(1);
    const first = path.split("/")[0];
    const file = first in folders ? join(folders[first], path.slice(first.length)) : join(folders[""], path);
    return route.fulfill({ path: file });
  });
}
