// What the page says when the browser lacks something, when its program is slow to come, and when the program has failed.

import assert from "node:assert/strict";
import { Experiment, nativeFingerprints } from "./experiment.mjs";
import { isPlain, isReadable, reading, STILL } from "./reader.mjs";
import { serve } from "./site.mjs";

const NATIVE = await nativeFingerprints();
const DEFAULT = [NATIVE.sigmoid, NATIVE.ReLU, NATIVE["leaky 0.01"]];
const EMBED = "embed/gradient-first.html";
const WASM = "**/*_bg.wasm";

/** The features that a browser may lack, each by how to take it away. */
const FEATURES = {
  WebAssembly: () => { delete self.WebAssembly; },
  "WebAssembly SIMD": () => { WebAssembly.validate = () => false; },
  "Web Workers": () => { delete self.Worker; },
  DecompressionStream: () => { delete self.DecompressionStream; },
  IntersectionObserver: () => { delete self.IntersectionObserver; },
  ResizeObserver: () => { delete self.ResizeObserver; },
  "drawing on a canvas": () => { HTMLCanvasElement.prototype.getContext = () => null; },
};

for (const [feature, remove] of Object.entries(FEATURES)) {
  for (const search of [".", EMBED]) {
    const place = search === EMBED ? "an embed" : "the article";
    reading(`without ${feature}, ${place} says so and keeps its recorded figures`, { search, prepare: (page) => page.addInitScript(remove) }, async (page) => {
      const guard = page.locator("#guard");
      await guard.getByText(`Training cannot run here: this browser lacks ${feature}. You can read on; the figures show the recorded run. Current versions of Firefox, Chrome, Edge and Safari have it.`, { exact: true }).waitFor();
      if (search === EMBED) {
        await page.locator(".plate img").first().evaluate((img) => img.decode());
        assert.ok(await page.getByRole("button", { name: "Run" }).isDisabled());
      } else {
        await isReadable(page);
      }
      await isPlain(page);
      assert.equal(page.workers().length, 0);
    });
  }
}

const withoutStorage = (page) => page.addInitScript(() => {
  for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) {
    Object.defineProperty(self, name, { get: () => { throw new DOMException("denied by a test", "SecurityError"); } });
  }
});

reading("where storage throws, the page trains and the theme can be switched", { ...STILL, prepare: withoutStorage }, async (page) => {
  assert.deepEqual(await new Experiment(page).train(), DEFAULT);
  await page.locator("[data-theme-switch]").first().click();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "light");
});

const sandboxed = (url) => `<!doctype html><title>A host</title><iframe sandbox="allow-scripts" src="${url}" width="1000" height="900"></iframe>`;

for (const allows of [true, false]) {
  const what = allows ? "trains" : "says that the sandbox keeps its program out";
  const open = () => serve(undefined, allows ? undefined : {});
  reading(`in a sandbox without an origin, from a server that ${allows ? "allows" : "forbids"} it, the article ${what}`, { ...STILL, open, host: sandboxed, expected: /CORS|ERR_FAILED|null|sandboxed/ }, async (page) => {
    const frame = page.frames()[1];
    if (allows) {
      assert.deepEqual(await new Experiment(frame).train(), DEFAULT);
    } else {
      await frame.getByText(/^Training could not start: a sandbox around this page keeps its program out\. .* Open the page in a tab of its own\./).waitFor();
      await isReadable(frame);
    }
    await isPlain(frame);
  });
}

/** A program that does not come until `release` is called. */
async function late(page) {
  let release;
  const released = new Promise((resolve) => { release = resolve; });
  await page.route(WASM, async (route) => {
    await released;
    await route.fallback();
  });
  return release;
}

for (const search of [".", EMBED]) {
  reading(`while its program is loading, ${search === EMBED ? "an embed" : "the article"} says so`, { ...STILL, search, prepare: late }, async (page, t, release) => {
    const guard = page.locator("#guard");
    await guard.getByText("The program that trains networks is still loading. You can read on; the figures show the recorded run.").waitFor();
    await guard.getByRole("button", { name: "Try again" }).waitFor();
    release();
    await guard.waitFor({ state: "hidden" });
    assert.equal(await guard.textContent(), "");
  });
}

/** A script that does not come until `release` is called. */
async function withoutScript(page) {
  let release;
  const released = new Promise((resolve) => { release = resolve; });
  await page.route("**/cards-*.js", async (route) => {
    await released;
    await route.fallback();
  });
  // The page is not complete before the script is there.
  const open = page.goto.bind(page);
  page.goto = (url, options) => open(url, { ...options, waitUntil: "commit" });
  return release;
}

reading("while another script is late, the page says that its program is loading", { ...STILL, prepare: withoutScript }, async (page, t, release) => {
  const guard = page.locator("#guard");
  await guard.getByRole("button", { name: "Try again" }).waitFor();
  await guard.getByText("The program that trains networks is still loading.").waitFor();
  release();
  await guard.waitFor({ state: "hidden" });
});

// (func (export "f") unreachable) and (func (export "f") call 0).
const TRAP = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11];
const RECURSION = [...TRAP.slice(0, 25), 10, 6, 1, 4, 0, 16, 0, 11];
const CRASHES = {
  "a trap": TRAP,
  "an exhausted stack": RECURSION,
};

for (const [crash, bytes] of Object.entries(CRASHES)) {
  for (const how of ["in an event", "in a promise"]) {
    reading(`after ${crash} ${how} the page says so wherever the reader is, and a button starts it again`, { ...STILL, search: "?seed=7&depth=3", expected: /unreachable|call stack/ }, async (page) => {
      const experiment = new Experiment(page);
      await experiment.reach("ready");
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      await page.evaluate(() => {
        self.nChanges = 0;
        new MutationObserver((changes) => { self.nChanges += changes.length; }).observe(document.getElementById("guard"), { childList: true });
      });
      await page.evaluate(([bytes, isPromise]) => {
        const crash = () => new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports.f();
        const act = () => (isPromise ? Promise.resolve().then(crash) : setTimeout(crash));
        act();
        act();
        self.crashAgain = act;
      }, [bytes, how === "in a promise"]);
      const guard = page.locator("#guard");
      await guard.getByText("Training stopped: the page’s program failed. Your settings are in the address.").waitFor();
      await isPlain(page);
      const box = await guard.boundingBox();
      const height = await page.evaluate(() => innerHeight);
      assert.ok(box.y >= 0 && box.y + box.height <= height, "it is on the screen");
      assert.equal(await page.locator("main :is(button, input, select, textarea):enabled:not([data-theme-switch])").count(), 0);
      // What still runs of the program may enable a control; the reader cannot use it.
      const run = experiment.button("Run");
      await run.evaluate((button) => { button.disabled = false; button.focus(); });
      assert.notEqual(await page.evaluate(() => document.activeElement.textContent), "Run");
      assert.deepEqual(await guard.getByRole("button").allInnerTexts(), ["Reload"]);
      // What is called later fails again, and there is a new version: the message and its button stay as they are.
      await page.evaluate(() => dispatchEvent(new Event("vanishing-gradients:version")));
      await page.evaluate(() => new Promise((resolve) => {
        addEventListener("error", () => setTimeout(resolve), { once: true });
        addEventListener("unhandledrejection", () => setTimeout(resolve), { once: true });
        self.crashAgain();
      }));
      assert.equal(await page.evaluate(() => self.nChanges), 1);
      await Promise.all([page.waitForEvent("load"), guard.getByRole("button", { name: "Reload" }).click()]);
      await experiment.reach("ready");
      assert.equal(await experiment.seed.first().inputValue(), "7");
    });
  }
}

const foreign = (page) => page.addInitScript(() => {
  const fail = () => {
    setTimeout(() => { throw new Error("of another script"); });
    setTimeout(() => { const recurse = () => recurse() + 1; recurse(); });
    Promise.reject(new TypeError("of another script"));
    Promise.reject(undefined);
    setTimeout(() => { throw undefined; });
  };
  fail();
  addEventListener("DOMContentLoaded", fail);
  addEventListener("TrunkApplicationStarted", fail);
});

/** What extensions do to a page: their files are not in the published one, and may be refused. */
const extended = (page) => page.route((url) => url.pathname.endsWith("/"), async (route) => {
  const answer = await route.fetch();
  const files = '<script src="extension.js"></script><script type="module" src="extension-module.js"></script><link rel="stylesheet" href="extension.css">';
  await route.fulfill({ response: answer, body: (await answer.text()).replace("</head>", `${files}</head>`) });
}, { times: 1 });

reading("files of other scripts that cannot be loaded are no alarm and reload nothing", { ...STILL, prepare: extended, expected: /extension/ }, async (page) => {
  assert.deepEqual(await new Experiment(page).train(), DEFAULT);
  // The question whether the page is old has been answered by now: a lost file asks it, too.
  const answer = page.waitForResponse((response) => response.url() === page.url());
  await page.evaluate(() => dispatchEvent(new Event("vanishing-gradients:lost")));
  await (await answer).finished();
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  assert.equal(await page.locator("#guard").textContent(), "");
  assert.equal(await page.evaluate(() => performance.getEntriesByType("navigation")[0].type), "navigate");
});

reading("errors and rejections of other scripts are no alarm", { ...STILL, prepare: foreign, expected: /another script|undefined|call stack/ }, async (page) => {
  assert.deepEqual(await new Experiment(page).train(), DEFAULT);
  assert.equal(await page.locator("#guard").textContent(), "");
});
