// A reader of the page: a real Chromium, and a watch over everything that must not happen while one reads.
// The tests of one file share a site and a browser; each has a context of its own.
//
// `cargo xtask test` names the browser by the environment variable CHROME.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { serve, servePage } from "./site.mjs";

/** How long to wait for what must come; a run takes a second or two on an idle machine. */
const PATIENCE_MILLISECONDS = 20_000;

/** What `reading` starts for the tests of a file. */
let site;
let browser;
before(async () => {
  site = await serve();
  browser = await chromium.launch({ executablePath: process.env.CHROME ?? "/usr/bin/chromium" });
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

/**
 * A test named after the law that it holds: opens the built page, lets `act` read it and requires that nothing went wrong
 * meanwhile. `options` are Playwright's for a browser context (viewport, colorScheme, reducedMotion …) and
 *   search   what follows the page's address, a query with its question mark;
 *   prepare  what to do with the page before it opens;
 *   expected what may go wrong: a regular expression for its sentence;
 *   open     starts a site of the test's own, to read instead of the shared one;
 *   host     makes the HTML of a page of another origin from the site's address; that page is opened, and both origins may be asked;
 *   headers  those of the host's page.
 * Service workers are blocked unless a test allows them, since they would answer requests that other tests intercept.
 * `act` gets the page, the test's context, what `prepare` returned, and the site.
 */
export function reading(law, options, act) {
  test(law, async (t) => {
    const { search = ".", prepare, expected, open, host, headers, ...rest } = options;
    const context = await browser.newContext({ serviceWorkers: "block", ...rest });
    const place = open ? await open() : site;
    const other = host ? await servePage(host(place.url), headers) : undefined;
    try {
      context.setDefaultTimeout(PATIENCE_MILLISECONDS);
      const page = await context.newPage();
      const trouble = watch(context, [place, other].filter(Boolean).map(({ url }) => new URL(url).origin));
      const prepared = await prepare?.(page);
      await page.goto(other?.url ?? new URL(search, place.url).href, { waitUntil: "load" });
      await act(page, t, prepared, place);
      assert.deepEqual(trouble.filter((sentence) => !expected?.test(sentence)), []);
    } finally {
      await context.close();
      await other?.stop();
      if (open) await place.stop();
    }
  });
}

/** Nothing starts by itself for a reader who prefers stillness. */
export const STILL = { reducedMotion: "reduce" };

/** Collects what must not happen, from pages and workers alike: each as a sentence. */
function watch(context, origins) {
  const trouble = [];
  context.on("console", (message) => {
    if (message.type() === "error") trouble.push(`console error: ${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => {
    const sentence = `uncaught error: ${error.error()}`;
    // A page that is left before it has its program.
    if (!/Response body loading was aborted/.test(sentence)) trouble.push(sentence);
  });
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && !origins.includes(url.origin)) trouble.push(`request to another origin: ${url}`);
  });
  context.on("response", (response) => {
    if (response.status() >= 400) trouble.push(`${response.status()} for ${response.url()}`);
  });
  return trouble;
}

/** The static article: its sections and its recorded figures. */
export async function isReadable(page) {
  assert.equal(await page.locator("main h2 .number").count(), 11);
  const drawing = page.getByRole("img", { name: "Training accuracy" });
  await drawing.scrollIntoViewIfNeeded();
  await drawing.evaluate((img) => img.decode());
}

/** No text of the page is for programmers. */
export async function isPlain(page) {
  const text = await page.locator("body").innerText();
  assert.doesNotMatch(text, /JsValue\(|\bundefined\b|\bNaN\b|\[object |^\s+at \S+ \(/m);
}
