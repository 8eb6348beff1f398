// A new build is published while a page is being opened, while it is open, and while caches have an old page: every time the reader
// ends up with all files of one build, after at most one reload that they did not ask for. The server is the worst case of a host: it
// removes the old files at once, and lets browsers use stored pages for ten minutes.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, posix } from "node:path";
import { Experiment } from "./experiment.mjs";
import { reading, STILL } from "./reader.mjs";
import { DIST, SUB_PATH, TYPES } from "./site.mjs";

/** A short experiment. */
const QUERY = "?steps=20&seed=7";
/** The service worker would answer from its own copy: `offline.test.mjs`. */
const FIRST_VISIT = { ...STILL, search: "robots.txt", open: publish, expected: /404|Failed to fetch|MIME type|wasm|WebAssembly compilation aborted/ };

const HASHED = /-([0-9a-f]{16})(?=(?:_bg)?\.(?:js|css|wasm)$)/;

/**
 * Four builds, as files by path: the second has other names and marks. Of the third, only the script of embeds has another name; of the
 * fourth, only the program that makes files.
 */
const BUILDS = await (async () => {
  const entries = await readdir(DIST, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => posix.join((entry.parentPath ?? entry.path).slice(DIST.length), entry.name));
  const files = await Promise.all(paths.map(async (path) => [path, await readFile(join(DIST, path))]));
  const checksums = paths.map((path) => path.match(HASHED)?.[1]).filter(Boolean);
  assert.ok(checksums.length > 10);
  const rename = (checksums) => (text) => checksums.reduce((text, checksum) => text.replaceAll(checksum, [...checksum].reverse().join("")), text);
  const checksum = (name) => paths.find((path) => name.test(path)).match(HASHED)[1];
  const build = (mark, edit) => new Map(files.map(([path, bytes]) => {
    if (!/\.(html|js|css)$/.test(path)) return [edit(path), bytes];
    return [edit(path), Buffer.from(edit(bytes.toString()).replace("<html ", `<html data-build="${mark}" `))];
  }));
  return [build(1, (text) => text), build(2, rename(checksums)), build(3, rename([checksum(/embed-page-/)])), build(4, rename([checksum(/^files-.*wasm$/)]))];
})();

/**
 * Serves the first build until `site.swap(to)`, or until as many requests as `site.swapAfter` have come. `nPages` counts reloads, too.
 * `hold` may keep a request back, by what it is for: "document", "empty" (a fetch) and so on.
 */
async function publish() {
  const site = { build: 0, swapAfter: Infinity, unstored: /^$/, nPages: 0, nRequests: 0, hold: () => {} };
  site.swap = (to = 2) => { site.build = to - 1; };
  const server = createServer(async (request, response) => {
    const name = decodeURIComponent(new URL(request.url, "http://localhost").pathname.slice(SUB_PATH.length));
    const path = name === "" ? "index.html" : name;
    if (site.nRequests >= site.swapAfter) site.swap();
    const purpose = request.headers["sec-fetch-dest"];
    const isPage = purpose === "document";
    site.nPages += Number(isPage);
    // Not the icon of the page before.
    site.nRequests += Number(site.nPages > 0);
    await site.hold(purpose, path);
    const body = BUILDS[site.build].get(path);
    // As GitHub Pages.
    const stored = site.unstored.test(path) ? "no-store" : "max-age=600";
    response.writeHead(body ? 200 : 404, { "content-type": body ? TYPES[extname(path)] ?? "text/plain" : "text/html", "cache-control": body ? stored : "no-store" });
    response.end(body ?? "<!doctype html><title>Not found</title>");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  site.url = `http://127.0.0.1:${server.address().port}${SUB_PATH}`;
  site.stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return site;
}

/** Opens an address; the page may reload itself meanwhile. */
async function open(page, site, address, swapAfter = Infinity) {
  Object.assign(site, { nPages: 0, nRequests: 0, swapAfter });
  await page.goto(new URL(address, site.url).href).catch(() => {});
}

/**
 * The build of a page, a frame or a worker (NaN), with paths and statuses of the hashed files that it has fetched. A frame or a worker that
 * has none is being started and a frame that misses one reloads itself, which are waited for.
 */
async function state(place) {
  try {
    return await place.evaluate((HASHED) => new Promise((resolve) => {
      const look = () => {
        const files = performance.getEntriesByType("resource").map(({ name, responseStatus }) => [new URL(name).pathname, responseStatus]);
        return { build: Number(self.document?.documentElement.dataset.build), hashed: files.filter(([path]) => HASHED.test(path)) };
      };
      const isWhole = () => look().hashed.length > 0 && look().hashed.every(([, status]) => status === 200);
      if (self.document && self.parent === self || isWhole()) return resolve(look());
      new PerformanceObserver(() => isWhole() && resolve(look())).observe({ type: "resource" });
      setTimeout(() => resolve(look()), 20_000);
    }), HASHED);
  } catch (error) {
    if (!/Execution context was destroyed/.test(error)) throw error;
    return state(place);
  }
}

/** Requires that the page with its workers, and each of its frames, have files of one build, that it has its styles, and that nothing is blank: which build. */
async function consistent(page, site) {
  const seen = await page.evaluate(() => ({
    build: Number(document.documentElement.dataset.build),
    styles: [...document.querySelectorAll("link[rel=stylesheet]")].every(({ sheet }) => sheet?.cssRules.length > 0),
    text: document.body.innerText.length,
    blank: [...document.querySelectorAll("main img")].filter((image) => image.checkVisibility() && image.complete && image.naturalWidth === 0).map(({ src }) => src),
  }));
  const builds = new Set([seen.build]);
  for (const place of [...page.frames(), ...page.workers()]) {
    const { build, hashed } = await state(place);
    assert.ok(hashed.length > 0, place.url());
    for (const [path, status] of hashed) assert.equal(status, 200, path);
    // A frame is a page of its own: the cache may have it whole. A worker has the build of the page or of a frame.
    if (build) builds.add(build);
    const whole = build ? [build] : [...builds];
    const paths = hashed.map(([path]) => path.slice(SUB_PATH.length));
    assert.ok(whole.some((build) => paths.every((path) => BUILDS[build - 1].has(path))), `${paths} are of another build than ${whole}`);
  }
  assert.ok(seen.styles, "the page has its styles");
  assert.ok(seen.text > 100, "the page has its text");
  assert.deepEqual(seen.blank, []);
  return seen.build;
}

let undisturbed;
/** Trains the experiment: the results are those without a new build. */
async function trains(page) {
  const fingerprints = await new Experiment(page).train();
  undisturbed ??= fingerprints;
  assert.deepEqual(fingerprints, undisturbed);
}

async function runEmbed(page) {
  const bar = page.locator(".bar");
  await bar.getByRole("button", { name: "Run", exact: true }).click();
  await bar.getByText("Training finished").waitFor();
}

reading("without a new build the page needs no reload", FIRST_VISIT, async (page, t, _, site) => {
  await open(page, site, QUERY);
  await trains(page);
  assert.equal(await consistent(page, site), 1);
  assert.equal(site.nPages, 1);
  t.diagnostic(`${site.nRequests} requests`);
});

// While a page is being opened: 28 times. Later requests are for drawings and digits, which have the same names in all builds.
for (let n = 1; n <= 28; n++) {
  reading(`a new build after request ${n} of a page that is being opened`, FIRST_VISIT, async (page, t, _, site) => {
    await open(page, site, QUERY, n);
    await trains(page);
    const build = await consistent(page, site);
    assert.ok(site.nPages <= 2, `${site.nPages - 1} reloads`);
    assert.equal(site.nPages, build, "it is reloaded if the new build is shown");
  });
}

/** Stores the first build in the cache but what matches, and publishes another. The page is left when it has all files. */
async function publishOver(page, site, address, unstored, build = 2) {
  site.unstored = unstored;
  await open(page, site, address);
  if (address === QUERY) await new Experiment(page).reach("ready");
  else if (address.startsWith("embed")) await page.locator(".bar").getByRole("button", { name: "Run", exact: true }).waitFor();
  else await page.waitForLoadState("networkidle");
  await page.goto(new URL("robots.txt", site.url).href);
  site.swap(build);
}

// With an old page in the cache: 12 times. Each time other files of the old build are gone from the cache.
const STALE = {
  [QUERY]: [/\.css$/, /\.js$/, /\.wasm$/, /start-/, /page-/, /vanishing-gradients-.*\.js$/, HASHED],
  "gallery.html": [/gallery-/, HASHED],
  "teaching.html": [HASHED],
  "embed/loss.html": [/embed-page-/, HASHED],
};

for (const [address, gone] of Object.entries(STALE)) {
  for (const unstored of gone) {
    reading(`an old ${address} in the cache without ${unstored.source}`, FIRST_VISIT, async (page, t, _, site) => {
      await publishOver(page, site, address, unstored);
      await open(page, site, address);
      await page.locator("html[data-build='2']").waitFor({ state: "attached" });
      await page.waitForLoadState();
      if (address === QUERY) await trains(page);
      if (address.startsWith("embed")) await runEmbed(page);
      assert.equal(await consistent(page, site), 2);
      assert.equal(site.nPages, 1, "one reload, and the old page itself was not asked for");
    });
  }
}

/** A promise that a test fulfills with `open`; requests wait for it. */
function gate() {
  const gate = {};
  gate.isOpen = new Promise((resolve) => { gate.open = resolve; });
  return gate;
}

/** Lets the page wait for answers about itself without a limit. */
const waitForAnswers = (page) => page.addInitScript(() => { AbortSignal.timeout = undefined; });

reading("an old page without styles is reloaded, even if its program is faster than the server's answer", { ...FIRST_VISIT, prepare: waitForAnswers }, async (page, t, _, site) => {
  await publishOver(page, site, QUERY, /\.css$/);
  const answer = gate();
  site.hold = (purpose, path) => (purpose === "empty" && path === "index.html" ? answer.isOpen : undefined);
  await open(page, site, QUERY);
  await new Experiment(page).reach("ready");
  answer.open();
  await page.locator("html[data-build='2']").waitFor({ state: "attached" });
  await trains(page);
  assert.equal(await consistent(page, site), 2);
  assert.equal(site.nPages, 1);
});

/**
 * Counts how often the page reloads itself. When the page fetches itself, the first answer comes from the server. Later ones come after
 * the server has the request for the new page, for which it keeps "reloaded" back; the page asks for "answered" when it has
 * acted on one.
 */
const answerLate = (page) => page.addInitScript(() => {
  navigation.addEventListener("navigate", ({ navigationType }) => {
    if (navigationType === "reload") sessionStorage.nReloads = Number(sessionStorage.nReloads ?? 0) + 1;
  });
  const original = fetch;
  let first;
  window.fetch = async (...request) => {
    if (request[0] !== location) return original(...request);
    if (!first) return (first = original(...request)).then((answer) => answer.clone());
    const { ok } = await first;
    const text = await (await first).clone().text();
    await original("reloaded");
    const read = async () => {
      setTimeout(() => original("answered"));
      return text;
    };
    return { ok, text: read };
  };
});

reading("an old page without several files is reloaded once, even if one fails while the new page is on its way", { ...FIRST_VISIT, prepare: answerLate }, async (page, t, _, site) => {
  await publishOver(page, site, QUERY, HASHED);
  const [reloaded, answered] = [gate(), gate()];
  site.hold = (purpose, path) => {
    if (path === "reloaded") return reloaded.isOpen;
    if (path === "answered") answered.open();
    if (purpose !== "document") return;
    reloaded.open();
    return answered.isOpen;
  };
  await open(page, site, QUERY);
  await page.locator("html[data-build='2']").waitFor({ state: "attached" });
  await trains(page);
  assert.equal(await consistent(page, site), 2);
  assert.equal(await page.evaluate(() => sessionStorage.nReloads), "1");
});

reading("an old embed in the cache without its script, the only file that has changed", FIRST_VISIT, async (page, t, _, site) => {
  await publishOver(page, site, "embed/loss.html", /embed-page-/, 3);
  await open(page, site, "embed/loss.html");
  await page.locator("html[data-build='3']").waitFor({ state: "attached" });
  await page.waitForLoadState();
  await runEmbed(page);
  assert.equal(await consistent(page, site), 3);
  assert.equal(site.nPages, 1);
});

// Under an open page: 10 times. What it needs later is gone, from the cache too.
const menu = (page, button) => async () => {
  const place = page.locator("#figure-loss .menu");
  await place.locator("summary").click();
  await place.getByRole("button", { name: button, exact: true }).click();
};
const ACTS = {
  "saves a drawing": [QUERY, (page) => menu(page, "SVG")()],
  "saves pixels": [QUERY, (page) => menu(page, "PNG")()],
  "saves numbers": [QUERY, (page) => menu(page, "CSV")()],
  "saves results": [QUERY, async (page) => {
    await page.getByText("Save results", { exact: true }).click();
    await page.locator("[data-format]:not([disabled])").first().click();
  }],
  "uses own images": [QUERY, async (page) => {
    await page.getByText("Use your own images", { exact: true }).click();
    await page.getByLabel("Files or a zip").setInputFiles({ name: "images.zip", mimeType: "application/zip", buffer: Buffer.from("PK") });
  }],
  "saves a figure of an embed": ["embed/loss.html", (page) => menu(page, "SVG")()],
};

for (const [name, [address, act]] of Object.entries(ACTS)) {
  reading(`a reader ${name} on a page whose build is gone: the page says so, and a button leads to the new one`, FIRST_VISIT, async (page, t, _, site) => {
    site.unstored = HASHED;
    await open(page, site, address);
    if (address === QUERY) await trains(page);
    else await runEmbed(page);
    site.swap();
    await act(page);
    const guard = page.locator("#guard");
    await guard.getByText("A new version of this page is available.").waitFor();
    assert.equal(site.nPages, 1, "an open page does not reload by itself");
    await Promise.all([page.waitForEvent("load"), guard.getByRole("button", { name: "Reload" }).click()]);
    if (address === QUERY) await trains(page);
    assert.equal(await consistent(page, site), 2);
    for (const part of address.split(/[?&]/)) assert.ok(page.url().includes(part), `${page.url()} has the settings`);
  });
}

reading("a reader saves a drawing after only the program for it has changed: the page says so", FIRST_VISIT, async (page, t, _, site) => {
  site.unstored = HASHED;
  await open(page, site, QUERY);
  await trains(page);
  site.swap(4);
  await menu(page, "SVG")();
  const guard = page.locator("#guard");
  await guard.getByText("A new version of this page is available.").waitFor();
  await Promise.all([page.waitForEvent("load"), guard.getByRole("button", { name: "Reload" }).click()]);
  await trains(page);
  assert.equal(await consistent(page, site), 4);
});

const UNHURT = {
  "trains": trains,
  "trains another experiment": async (page) => {
    const experiment = new Experiment(page);
    await experiment.slope("0.2").check();
    await experiment.train();
  },
  "answers a question": async (page) => {
    const question = page.locator("[data-question='']").first();
    await question.locator(".controls button").first().click();
    await question.locator(".verdict").getByText(/\w/).first().waitFor();
  },
  "reads a term and the numbers of a figure": async (page) => {
    await page.locator("main a[href^='#term-']").first().focus();
    const numbers = page.locator("#figure-loss").getByText("The numbers", { exact: true });
    await numbers.click();
    await page.locator("#figure-loss table td").first().waitFor();
  },
};

for (const [name, act] of Object.entries(UNHURT)) {
  reading(`a reader ${name} on a page whose build is gone: the page has what it needs`, FIRST_VISIT, async (page, t, _, site) => {
    site.unstored = HASHED;
    await open(page, site, QUERY);
    await new Experiment(page).reach("ready");
    site.swap();
    await act(page);
    assert.equal(await page.locator("#guard").innerText(), "");
    assert.equal(await consistent(page, site), 1);
    assert.equal(site.nPages, 1);
  });
}

reading("a page whose host has lost a file for good reloads at most once, and says what is wrong", FIRST_VISIT, async (page, t, _, site) => {
  // The page names files that nobody has.
  const [index, old] = ["index.html", BUILDS[0].get("index.html")];
  BUILDS[0].set(index, Buffer.from(old.toString().replace(/start-[0-9a-f]{16}/, "start-0000000000000000")));
  try {
    await open(page, site, QUERY);
    await page.locator("#guard").getByText(/^Training could not start/).waitFor();
    assert.equal(site.nPages, 1);
    assert.ok(await page.getByRole("heading", { level: 1 }).isVisible());
  } finally {
    BUILDS[0].set(index, old);
  }
});
