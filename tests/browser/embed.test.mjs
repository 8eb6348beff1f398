// Every figure in a page of another origin, the page of each figure, the gallery, and what they cost to load.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { brotliCompressSync, constants } from "node:zlib";
import { Embed, element, fingerprints, hosting, KEYS, SPACE } from "./host.mjs";
import { nativeFingerprints } from "./experiment.mjs";
import { reading, STILL } from "./reader.mjs";
import { DIST } from "./site.mjs";

const NATIVE = await nativeFingerprints();
const DEFAULT = [NATIVE.sigmoid, NATIVE.ReLU, NATIVE["leaky 0.01"]];
const axe = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

test("the keys of these tests are those of the embed page", async () => {
  const page = await readFile(join(DIST, "embed.html"), "utf8");
  assert.deepEqual(/<meta name="figures" content="([^"]+)"/.exec(page)[1].split(" "), KEYS);
});

/** How wrong the kept height may be in pixels, of figures that wrap their values below 330 px or their controls below 900 px. */
const MAX_MISTAKE = { chain: 140, "gradient-last": 90, "gradient-first": 90, "gradient-layers": 170, "gradient-map": 170, experiment: 410 };

const ALL = SPACE + KEYS.map((figure) => element({ figure, speed: "fast" }) + SPACE).join("");

for (const width of [320, 1200]) {
  reading(`at ${width} px every figure is a drawing, then live, and comes to the results of the native tests`, { viewport: { width, height: 700 }, host: hosting(ALL) }, async (page, t) => {
    assert.equal(await page.locator("iframe").count(), 0, "nothing is live before it is seen");
    for (const key of KEYS) {
      const embed = new Embed(page, `[figure="${key}"]`);
      if (key !== "experiment") await embed.poster.waitFor({ state: "attached" });
      const expected = await embed.place.evaluate((element) => element.getBoundingClientRect().height);
      await embed.place.scrollIntoViewIfNeeded();
      await embed.event("ready");
      assert.equal(await embed.poster.count(), 0);
      // A function needs no run; one can be asked for.
      await embed.call("run");
      assert.deepEqual(fingerprints(await embed.event("done")), DEFAULT, key);
      await embed.fits();
      const { height } = await embed.frames.boundingBox();
      t.diagnostic(`${key}: ${expected} px kept for ${height}`);
      assert.ok(Math.abs(expected - height) <= (MAX_MISTAKE[key] ?? 70), `${key}: ${expected} px kept for ${height}`);
      assert.ok(page.workers().length <= 2, `${page.workers().length} trainers`);
    }
  });
}

reading("the line above a figure keeps its height when it has more to say", { ...STILL, search: "embed/loss.html?steps=100&start=manual" }, async (page) => {
  const height = async () => (await page.locator(".bar").boundingBox()).height;
  const before = await height();
  await page.getByRole("button", { name: "Run" }).click();
  await page.locator(".bar").getByText("Training finished", { exact: false }).waitFor();
  assert.equal(await height(), before);
});

reading("a drawing is loaded in the size for its place", { ...STILL, host: hosting(element({ figure: "loss", reveal: "manual" }, "width: 320px") + element({ figure: "accuracy", reveal: "manual" })) }, async (page) => {
  for (const [key, name] of [["loss", "loss-narrow.svg"], ["accuracy", "accuracy.svg"]]) {
    const { poster } = new Embed(page, `[figure="${key}"]`);
    await poster.evaluate((img) => img.decode());
    assert.ok((await poster.getAttribute("src")).endsWith(`/figures/${name}`));
  }
});

/** A frame without the element: what its program posts is kept in the body's attributes. */
const bare = (attributes) => (url) => `<!doctype html><title>A host</title><body><script>
  addEventListener("message", ({ data, origin }) => {
    if (typeof data === "string") return;
    document.body.setAttribute("data-" + data.type.split(":")[1], JSON.stringify({ origin, ...data.detail }));
  });
  </script><iframe title="A figure" style="width: 100%; height: 900px" src="${url}embed.html?figure=loss" ${attributes}></iframe>`;

/** What a frame may not use: each name with whether asking for it throws. */
function storage() {
  const throws = (ask) => {
    try {
      ask();
      return false;
    } catch {
      return true;
    }
  };
  return [throws(() => localStorage), throws(() => sessionStorage), throws(() => document.cookie)];
}

// Playwright's own blocking of service workers throws there.
reading("a sandbox without an origin trains, though it has no storage", { serviceWorkers: "allow", host: bare(`sandbox="allow-scripts"`) }, async (page) => {
  const done = await page.locator("body[data-done]").getAttribute("data-done");
  const { origin, ...detail } = JSON.parse(done);
  assert.equal(origin, "null");
  assert.deepEqual(fingerprints(detail), DEFAULT);
  assert.deepEqual(await page.frames()[1].evaluate(storage), [true, true, true]);
});

reading("a frame whose storage is blocked trains", { host: bare(""), prepare: (page) => page.context().addInitScript(block) }, async (page) => {
  const done = await page.locator("body[data-done]").getAttribute("data-done");
  assert.deepEqual(fingerprints(JSON.parse(done)), DEFAULT);
  assert.deepEqual(await page.frames()[1].evaluate(storage), [true, true, false]);
});

/** As browsers do that block what other sites store. */
function block() {
  const refuse = () => { throw new DOMException("The operation is insecure.", "SecurityError"); };
  for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) Object.defineProperty(window, name, { get: refuse });
}

for (const key of KEYS) {
  reading(`the page of ${key} is complete without JavaScript`, { javaScriptEnabled: false, search: `embed/${key}.html` }, async (page) => {
    if (key === "experiment") {
      assert.equal(await page.getByText("2,500 of 2,500", { exact: true }).count(), 3);
    } else {
      await page.getByRole("figure").getByRole("img").evaluate((img) => img.decode());
      assert.ok((await page.locator(".summary").textContent()).length > 40);
      await page.getByText("The numbers", { exact: true }).click();
      assert.ok((await page.getByRole("table").getByRole("cell").count()) >= 13);
      assert.match(await page.locator("noscript").innerText(), /With JavaScript/);
    }
    assert.equal(await page.locator("button:visible").count(), 0, "no button that does nothing");
    assert.match(await page.title(), /: The vanishing gradient problem$/);
  });
}

reading("the page of each figure is live, by itself and at the size that it asks hosts for", { search: "embed/sigmoid.html", viewport: { width: 720, height: 800 } }, async (page, t, _, site) => {
  for (const key of KEYS) {
    await page.goto(`${site.url}embed/${key}.html`);
    const isCurve = (await page.locator("[data-bar], .panel").count()) === 0;
    if (isCurve) await page.locator("canvas").waitFor();
    else if (key === "experiment") await page.getByText("Training finished", { exact: false }).first().waitFor();
    else await page.locator(".bar").getByText("Training finished", { exact: false }).waitFor();
    const [width, height] = (await page.locator("meta[name=embed-size]").getAttribute("content")).split("x").map(Number);
    assert.equal(width, 720);
    const own = await page.evaluate(() => document.body.getBoundingClientRect().height);
    t.diagnostic(`${key}: ${own} of ${height} px`);
    assert.ok(own <= height && height - own <= 200, `${key}: ${own} of ${height} px`);
    const full = await page.locator("[data-full]").getAttribute("href");
    assert.equal(new URL(full, page.url()).href, `${site.url}#${key === "experiment" ? "panel" : "figure"}-${key}`);
  }
});

reading("the page of a figure takes an experiment, too", { search: "embed/loss.html?run=leaky,slope:0.2&theme=dark" }, async (page) => {
  await page.locator(".bar").getByText("Training finished", { exact: false }).waitFor();
  assert.ok(page.url().includes("embed/loss.html?"));
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  assert.match(await page.locator(".summary").textContent(), /leaky ReLU, slope 0\.2/);
});

for (const [way, options] of Object.entries({ "on a phone": { viewport: { width: 360, height: 740 } }, "on a large screen": { viewport: { width: 1280, height: 900 }, colorScheme: "dark" } })) {
  reading(`every embed of the gallery becomes live when it is seen, ${way}`, { ...options, search: "gallery.html" }, async (page) => {
    const places = page.locator("vanishing-gradients");
    const count = await places.count();
    assert.ok(count >= KEYS.length);
    for (let i = 0; i < count; i++) {
      // Of more than two on the screen, the third waits for a click.
      await places.nth(i).evaluate((element) => element.scrollIntoView({ block: "start" }));
      const isManual = (await places.nth(i).getAttribute("reveal")) === "manual";
      const isAtTheEnd = i >= count - 4;
      if (isManual) await places.nth(i).getByRole("button", { name: "Run this figure" }).click();
      // It may open by itself at any time, so the button is looked for and clicked at once.
      else if (isAtTheEnd) await places.nth(i).evaluate((element) => element.shadowRoot.querySelector("button")?.click());
      await places.nth(i).locator("iframe:not(.waiting)").waitFor();
      const inside = places.nth(i).locator("iframe").contentFrame();
      await inside.locator("canvas, .run, .bar .notices").first().waitFor({ state: "attached" });
      assert.deepEqual(await inside.locator("main > .notices p").allInnerTexts(), []);
    }
    const [scrolled, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.equal(scrolled, client, "nothing scrolls sideways");
  });
}

reading("the gallery's snippets are copied with whole addresses", { ...STILL, search: "gallery.html", permissions: ["clipboard-read", "clipboard-write"] }, async (page, t, _, site) => {
  const example = page.locator(".example").nth(2);
  await example.getByRole("button", { name: "Copy" }).click();
  await example.getByRole("button", { name: "Copied" }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  // A build for a known site has that site's address.
  const address = copied.match(/src="([^"]*)embed\.js"/)[1];
  assert.ok(address === site.url || address.startsWith("https://"), address);
  assert.equal(copied.replaceAll(address, "SITE/"), `<script src="SITE/embed.js" async></script>\n<vanishing-gradients figure="gradient-first" depth="12" steps="500" run="sigmoid; sigmoid,norm:batch" theme="light"><a href="SITE/?depth=12&steps=500&run=sigmoid&run=sigmoid,norm:batch#figure-gradient-first">Mean gradient, first layer</a></vanishing-gradients>`);
});

reading("without JavaScript the gallery's embeds are links into the article", { javaScriptEnabled: false, search: "gallery.html" }, async (page) => {
  assert.ok((await page.getByRole("link", { name: "Open this figure in the article" }).count()) >= KEYS.length);
  assert.equal(await page.locator("button:visible").count(), 0);
  await page.getByRole("link", { name: "Open this figure in the article" }).first().click();
  await page.waitForURL((url) => url.hash === "#figure-network");
});

const WAYS = { "in light": {}, "in the dark": { colorScheme: "dark" }, "on a phone": { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true } };

for (const [way, options] of Object.entries(WAYS)) {
  reading(`axe finds nothing in the gallery and in an embed, ${way}`, { ...STILL, ...options, search: "gallery.html" }, async (page) => {
    for (const figure of ["gradient-first", "experiment", "sigmoid"]) {
      const place = page.locator(`vanishing-gradients[figure="${figure}"]`).first();
      await place.evaluate((element) => element.scrollIntoView({ block: "start" }));
      await place.locator("iframe:not(.waiting)").waitFor();
      const inside = place.locator("iframe").contentFrame();
      await inside.locator("canvas, .run, .bar .notices").first().waitFor({ state: "attached" });
      await check(page);
    }
  });
}

/** Checks the page with its frames. Each document has a main landmark of its own, which that one rule takes for a repetition. */
async function check(page) {
  for (const frame of page.frames()) await frame.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run({ rules: { "landmark-unique": { enabled: false } } }));
  assert.deepEqual(violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.target).join(" ")}`), []);
}

const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;

test("a drawing with its script costs at most 15 KB", async (t) => {
  const script = brotli(await readFile(join(DIST, "embed.js")));
  assert.ok(script <= 5_000, `embed.js: ${script} bytes`);
  const drawings = await Promise.all(KEYS.filter((key) => key !== "experiment").flatMap((key) => [key, `${key}-narrow`]).map(async (name) => [name, script + brotli(await readFile(join(DIST, `figures/${name}.svg`)))]));
  drawings.sort(([, a], [, b]) => b - a);
  t.diagnostic(`embed.js ${script} bytes; with ${drawings[0][0]}.svg ${drawings[0][1]}`);
  assert.deepEqual(drawings.filter(([, bytes]) => bytes > 15_000), []);
});

/** Bytes after brotli. `embed.html`, which only sends to the page of a figure, is 0.9 KB more. */
const LIVE_LIMIT = 260_000;
const asked = (page) => {
  const paths = new Set();
  page.context().on("request", (request) => paths.add(request.url()));
  return paths;
};

reading("a live embed, its drawing included, costs at most 260 KB besides the digits", { prepare: asked, search: "embed/gradient-first.html" }, async (page, t, urls, site) => {
  await page.locator(".bar").getByText("Training finished", { exact: false }).waitFor();
  const names = [...urls].filter((url) => url.startsWith(site.url)).map((url) => new URL(url).pathname.slice(new URL(site.url).pathname.length)).filter((name) => !name.startsWith("mnist/"));
  const sizes = await Promise.all([...new Set(names)].map(async (name) => [name, brotli(await readFile(join(DIST, name)))]));
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  t.diagnostic(`${total} bytes: ${sizes.map(([name, bytes]) => `${name} ${bytes}`).join(", ")}`);
  assert.ok(total <= LIVE_LIMIT, `${total} bytes`);
});
