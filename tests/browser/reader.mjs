// A reader of the page: a real Chromium, and a watch over everything that must not happen while one reads.
//
// `cargo xtask test` names the browser by the environment variable CHROME.

import { chromium } from "playwright-core";
import { serve } from "./site.mjs";

/**
 * Opens the built page. `options` are Playwright's for a browser context: viewport, colorScheme, javaScriptEnabled …
 * `search` is the address's query with its question mark.
 * Returns the page; `trouble`, which collects console errors, uncaught errors, failed requests and requests to another
 * origin, each as a sentence; and `close`.
 */
export async function open({ search = "", ...options } = {}) {
  const site = await serve();
  const browser = await chromium.launch({ executablePath: process.env.CHROME ?? "/usr/bin/chromium" });
  const close = async () => {
    await browser.close();
    await site.stop();
  };
  try {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const trouble = watch(context, new URL(site.url).origin);
    await page.goto(site.url + search, { waitUntil: "load" });
    return { page, trouble, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Collects what must not happen, from pages and workers alike. */
function watch(context, origin) {
  const trouble = [];
  context.on("console", (message) => {
    if (message.type() === "error") trouble.push(`console error: ${message.text()}`);
  });
  context.on("weberror", (error) => trouble.push(`uncaught error: ${error.error()}`));
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== origin) trouble.push(`request to another origin: ${url}`);
  });
  context.on("response", (response) => {
    if (response.status() >= 400) trouble.push(`${response.status()} for ${response.url()}`);
  });
  return trouble;
}
