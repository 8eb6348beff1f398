// The content security policy: what a page and its trainers cannot do.

import assert from "node:assert/strict";
import { escape, serveOther } from "./escapes.mjs";
import { Experiment } from "./experiment.mjs";
import { reading, STILL } from "./reader.mjs";
import { servePage } from "./site.mjs";

const BLOCKED = { ...STILL, expected: /Content Security Policy|Trusted(HTML|Script|Types)|Fetch API cannot load|Refused to|Failed to fetch|request to another origin/ };

const PAGES = {
  "the article": { search: ".", wait: (page) => new Experiment(page).reach("ready") },
  "an embed": { search: "embed/loss.html", wait: runEmbed },
};

async function runEmbed(page) {
  const bar = page.locator(".bar");
  await bar.getByRole("button", { name: "Run", exact: true }).click();
  await bar.getByText("Training finished").waitFor();
}

for (const [name, { search, wait }] of Object.entries(PAGES)) {
  reading(`${name} and its trainers reach no other origin and run no text as code`, { ...BLOCKED, search }, async (page) => {
    await wait(page);
    const other = await serveOther();
    try {
      const places = [page, ...page.workers()];
      assert.ok(places.length > 1);
      for (const place of places) assert.deepEqual(await place.evaluate(escape, other.url), []);
      assert.deepEqual(other.requests, []);
    } finally {
      await other.stop();
    }
  });
}

reading("without a policy all of that is possible", BLOCKED, async (page) => {
  const [other, host] = await Promise.all([serveOther(), servePage("<!doctype html><title>No policy</title>")]);
  try {
    await page.goto(host.url);
    const [worker] = await Promise.all([page.waitForEvent("worker"), page.evaluate(() => { new Worker(URL.createObjectURL(new Blob([""]))); })]);
    assert.deepEqual(await worker.evaluate(escape, other.url), ["fetch", "import", "importScripts", "WebSocket", "EventSource", "eval", "Function"]);
    assert.equal(other.requests.length, 5);
  } finally {
    await Promise.all([other.stop(), host.stop()]);
  }
});

reading("texts do not become HTML, and only blobs become workers", BLOCKED, async (page) => {
  const done = await page.evaluate(async () => {
    const acts = {
      innerHTML: () => { document.createElement("div").innerHTML = "<b></b>"; },
      insertAdjacentHTML: () => document.body.insertAdjacentHTML("beforeend", "<b></b>"),
      Worker: () => new Worker("page.js"),
      src: () => { document.createElement("script").src = "page.js"; },
    };
    return Object.keys(acts).filter((name) => {
      try {
        acts[name]();
        return true;
      } catch {
        return false;
      }
    });
  });
  assert.deepEqual(done, []);
});
