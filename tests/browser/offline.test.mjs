// The page after the first visit: it needs no server, and all its files are of one build.

import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { serveCopy, readList, rebuild } from "./build.mjs";
import { Experiment, nativeFingerprints } from "./experiment.mjs";
import { reading, STILL } from "./reader.mjs";

const NATIVE = await nativeFingerprints();
const FIGURE = "figures/accuracy.svg";
const VISIT = { ...STILL, serviceWorkers: "allow", open: serveCopy };
/** What the browser itself says when it cannot ask whether there is a new service worker. */
const NO_SERVER = /ERR_CONNECTION_REFUSED/;

reading("after the first visit everything works with the server stopped", { ...VISIT, expected: NO_SERVER }, async (page, t, _, site) => {
  await stored(page);
  await site.stopServer();
  await page.reload();
  const experiment = new Experiment(page);
  assert.deepEqual(await experiment.train(), [NATIVE.sigmoid, NATIVE.ReLU, NATIVE["leaky 0.01"]]);

  await page.goto(new URL("?seed=7", site.url).href);
  await experiment.reach("ready");
  assert.equal(await experiment.seed.inputValue(), "7");
  await page.goto(new URL("?depth=12", site.url).href);
  await experiment.reach("ready");

  const { files } = await readList(site.folder);
  const failed = await page.evaluate(async (urls) => {
    const answers = await Promise.all(urls.map(async (url) => [url, (await fetch(url)).ok]));
    return answers.filter(([, ok]) => !ok);
  }, Object.keys(files));
  assert.deepEqual(failed, []);
  for (const address of Object.keys(files).filter((name) => /(\/|\.html)$/.test(name))) {
    // A program whose fetch is cut off by the next page would report that.
    const answer = await page.goto(new URL(address, site.url).href, { waitUntil: "networkidle" });
    assert.ok(answer.fromServiceWorker(), address);
  }
});

reading("a new version is announced, and open pages keep all files of their own", VISIT, async (page, t, _, site) => {
  await page.evaluate(() => Promise.all([caches.open("another site's"), caches.open(`vanishing-gradients ${location.href}lab/ 1`)]));
  await stored(page);
  await page.reload();
  const other = await page.context().newPage();
  await other.goto(site.url);
  await page.evaluate(() => scrollTo(0, 2000));
  const before = await page.evaluate(place);

  await rebuild(site.folder, { "index.html": (html) => html.replace("<title>", "<title>New: "), [FIGURE]: (svg) => `${svg}<!-- new -->` });
  await update(page);
  for (const open of [page, other]) {
    await open.getByRole("status").getByText("A new version of this page is available.").waitFor();
    assert.ok(!(await isNew(open)), "an open page keeps its version");
  }
  assert.deepEqual(await page.evaluate(place), before, "nothing moved");

  const reload = page.getByRole("button", { name: "Reload", exact: true });
  await page.getByRole("link", { name: "Skip to the experiment" }).focus();
  await page.keyboard.press("Tab");
  assert.ok(await reload.evaluate((button) => button === document.activeElement), "Tab leads from the links that skip to the notice");
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  assert.ok(await isNew(page));
  assert.ok(!(await isNew(other)), "the other page still has its version");
  assert.equal((await cacheNames(page)).length, 2);

  await other.getByRole("button", { name: "Later" }).click();
  assert.equal(await other.getByText("A new version").count(), 0);
  await other.close();
  await page.reload();
  await until(page, async () => (await caches.keys()).length === 4);
  const { build } = await readList(site.folder);
  const rest = (await page.evaluate(() => caches.keys())).sort();
  const own = `vanishing-gradients ${site.url} `;
  assert.deepEqual(rest, ["another site's", `${own}${build}`, `vanishing-gradients ${site.url}lab/ 1`, `${own}opened`].sort());
});

/** Ways in which a build is not whole on its host. */
const DAMAGES = {
  "lacks a file": (folder) => rm(join(folder, FIGURE)),
  "has a file of another build": (folder) => writeFile(join(folder, FIGURE), "<svg xmlns='http://www.w3.org/2000/svg'/>"),
};

for (const [damage, bring] of Object.entries(DAMAGES)) {
  reading(`a build that ${damage} is discarded, and the old one stays`, { ...VISIT, expected: /404/ }, async (page, t, _, site) => {
    await stored(page);
    await page.reload();
    const before = await cacheNames(page);
    await rebuild(site.folder, { "index.html": (html) => html.replace("<title>", "<title>New: ") });
    await bring(site.folder);
    await update(page);
    assert.deepEqual(await cacheNames(page), before);
    await page.reload();
    assert.ok(!(await isNew(page)));
    assert.equal(await page.getByText("A new version").count(), 0);
    await new Experiment(page).reach("ready");
  });
}

reading("where the store fails, the page opens from the network; where it is full, from the store", { ...VISIT, expected: NO_SERVER }, async (page, t, _, site) => {
  await stored(page);
  const [worker] = page.context().serviceWorkers();
  await worker.evaluate(() => {
    self.match = CacheStorage.prototype.match;
    CacheStorage.prototype.match = () => Promise.reject(new DOMException("broken by a test", "UnknownError"));
  });
  await page.reload();
  await new Experiment(page).reach("ready");
  await worker.evaluate(() => {
    CacheStorage.prototype.match = self.match;
    Cache.prototype.put = () => Promise.reject(new DOMException("filled by a test", "QuotaExceededError"));
  });
  await site.stopServer();
  await page.reload();
  await new Experiment(page).reach("ready");
});

const FRAMES = {
  "": "src='path/'",
  "sandboxed ": "src='path/' sandbox='allow-scripts'",
};

for (const [kind, attributes] of Object.entries(FRAMES)) {
  const prepare = (page) => page.route("**/wrapper.html", (route) =>
    route.fulfill({ body: `<!doctype html><title>A wrapper</title><iframe title='The page' ${attributes}></iframe>`, contentType: "text/html" }));
  // In a sandbox without an origin the page needs headers that this server does not send.
  reading(`a ${kind}frame of another page starts no service worker`, { ...VISIT, prepare, search: "../wrapper.html", expected: /CORS|ERR_FAILED|origin/ }, async (page) => {
    await page.frameLocator("iframe").getByRole("heading", { level: 1 }).waitFor();
    await page.frames()[1].waitForLoadState("load");
    // A page that is no frame starts it two seconds after that.
    await page.waitForTimeout(3000);
    assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
    assert.deepEqual(await page.evaluate(() => caches.keys()), []);
  });
}

/** Waits until the service worker has stored all files. */
async function stored(page) {
  await until(page, async () => (await navigator.serviceWorker.getRegistration())?.active?.state === "activated");
}

/** Asks the page until it says yes; Playwright's `waitForFunction` does not wait for promises. */
async function until(page, condition) {
  for (let i = 0; i < 200; i++) {
    if (await page.evaluate(condition)) return;
    await page.waitForTimeout(100);
  }
  assert.fail(`never true: ${condition}`);
}

/** Looks for a new build, and waits until it is stored or discarded. */
async function update(page) {
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const installed = await registration.update().catch(() => undefined);
    const worker = installed?.installing ?? installed?.waiting;
    if (!worker) return;
    await new Promise((resolve) => {
      const check = () => ["activated", "redundant"].includes(worker.state) && resolve();
      worker.addEventListener("statechange", check);
      check();
    });
  });
}

/** Whether page and figure are of the second build; that both agree is the point. */
async function isNew(page) {
  const [title, figure] = [await page.title(), await page.evaluate(async (url) => (await fetch(url)).text(), FIGURE)];
  assert.equal(title.startsWith("New: "), figure.includes("<!-- new -->"), `${title}: its figure is of another build`);
  return title.startsWith("New: ");
}

/** The caches of builds. */
async function cacheNames(page) {
  const names = await page.evaluate(() => caches.keys());
  return names.filter((name) => /^vanishing-gradients \S+\/ [0-9a-f]{16}$/.test(name)).sort();
}

function place() {
  return [scrollY, document.documentElement.scrollHeight, ...[...document.querySelectorAll("h2")].map((h2) => h2.getBoundingClientRect().top)];
}
