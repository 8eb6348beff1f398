// The guide to embedding: all of docs/embedding.md, readable on every screen, with the site's own address.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { readList } from "./build.mjs";
import { reading, STILL } from "./reader.mjs";
import { DIST } from "./site.mjs";

const SOURCE = await readFile(new URL("../../docs/embedding.md", import.meta.url), "utf8");
const EXAMPLE = "https://example.org/vanishing-gradients/";
/** The text of each code block; a longer fence has shorter ones inside. */
const BLOCKS = [...SOURCE.matchAll(/^(`{3,})\w*(?:-\w+)*\n(.*?)\n\1$/gms)].map(([, , code]) => code);
const GUIDE = { ...STILL, search: "embedding.html" };

reading("the guide has every section and every code block of its source, with the site's address", GUIDE, async (page, t, _, site) => {
  assert.ok(BLOCKS.length > 12, `${BLOCKS.length} blocks`);
  const code = await page.locator("pre").allTextContents();
  assert.deepEqual(code.map((text) => text.trimEnd()), BLOCKS.map((block) => block.replaceAll(EXAMPLE, site.url).trimEnd()));
  const outside = SOURCE.replace(/^(`{3,}).*?\n\1$/gms, "");
  const titles = [...outside.matchAll(/^##+ (.*)$/gm)].map(([, title]) => title);
  assert.deepEqual(await page.locator("main :is(h2, h3)").allInnerTexts(), titles);
  assert.deepEqual(await page.getByRole("navigation", { name: "Contents" }).getByRole("link").allInnerTexts(), titles);
  assert.ok(!(await page.locator("body").innerText()).includes("example.org"));
});

reading("every link of the guide leads to a section or to a page", GUIDE, async (page) => {
  const missing = await page.locator("a").evaluateAll((links) => links.map((link) => link.getAttribute("href")).filter((href) => (href.startsWith("#") ? !document.getElementById(href.slice(1)) : !/^(\.\/|gallery\.html|https:\/\/[^/]+\/.*)$/.test(href))));
  assert.deepEqual(missing, []);
});

reading("on a phone code and tables of the guide scroll in their own boxes, by keys too", { ...GUIDE, viewport: { width: 360, height: 740 } }, async (page) => {
  const [scrolled, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.equal(scrolled, client, "the page does not scroll sideways");
  const code = page.locator("pre").first();
  assert.equal(await code.evaluate((pre) => getComputedStyle(pre).whiteSpace), "pre", "lines of code are not broken");
  assert.ok(await code.evaluate((pre) => pre.scrollWidth > pre.clientWidth && pre.clientWidth >= 320));
  await code.focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.querySelector("pre").scrollLeft > 0);
  const small = await page.locator("main :is(p, code, td, li)").evaluateAll((texts) => texts.filter((text) => parseFloat(getComputedStyle(text).fontSize) < 12).length);
  assert.equal(small, 0, "no text is smaller than 12 px");
});

reading("the article and the gallery lead to the guides, and they are there without a network", { ...STILL, javaScriptEnabled: false }, async (page, t, _, site) => {
  for (const search of [".", "gallery.html"]) {
    await page.goto(new URL(search, site.url).href);
    await page.locator("footer a[href='embedding.html']").click();
    await page.getByRole("heading", { name: "Embed figures in other pages", level: 1 }).waitFor();
  }
  await page.goto(site.url);
  await page.locator("footer a[href='teaching.html']").click();
  await page.getByRole("heading", { name: "Notes for teachers", level: 1 }).waitFor();
  const { files } = await readList(DIST);
  assert.ok("./embedding.html" in files && "./teaching.html" in files);
});
