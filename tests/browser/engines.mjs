// The built page and an embed in one browser engine, over WebDriver: both train the default experiment to the bits of the native tests,
// no figure is blank, and the content security policy binds a worker that starts as trainers do, from a blob of the page.
//
// `cargo xtask engines` runs it for each engine: the environment has DRIVER, a command, and CAPABILITIES, as JSON.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { escape, serveOther } from "./escapes.mjs";
import { nativeFingerprints } from "./experiment.mjs";
import { serve, servePage } from "./site.mjs";

const SCRIPT_MILLISECONDS = 120_000;
const NATIVE = await nativeFingerprints();
const DEFAULT = [NATIVE.sigmoid, NATIVE.ReLU, NATIVE["leaky 0.01"]];

/** A session of WebDriver (w3.org/TR/webdriver2). */
class Session {
  static async start(driver, capabilities) {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    const process = spawn(driver, [`--port=${port}`], { stdio: "ignore" });
    const session = new Session(`http://127.0.0.1:${port}`, process);
    while (!(await fetch(`${session.url}/status`).then((answer) => answer.ok, () => false))) {
      assert.equal(process.exitCode, null, `${driver} has stopped`);
    }
    const { sessionId, capabilities: { browserName, browserVersion } } = await session.post("/session", { capabilities: { alwaysMatch: capabilities } });
    session.url += `/session/${sessionId}`;
    session.name = `${browserName} ${browserVersion}`;
    await session.post("/timeouts", { script: SCRIPT_MILLISECONDS });
    return session;
  }

  constructor(url, process) {
    Object.assign(this, { url, process });
  }

  async post(path, body) {
    const answer = await fetch(this.url + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const { value } = await answer.json();
    assert.ok(answer.ok, `${path}: ${value?.message}`);
    return value;
  }

  /** Calls an asynchronous function inside the page. It uses nothing from outside. */
  async evaluate(act, ...args) {
    const script = `const [args, done] = [[...arguments].slice(0, -1), arguments[arguments.length - 1]];
      (${act})(...args).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await this.post("/execute/async", { script, args });
    assert.equal(error ?? undefined, undefined);
    return value;
  }

  async stop() {
    await fetch(this.url, { method: "DELETE" }).catch(() => {});
    this.process.kill();
  }
}

/** Trains the experiment of the article to its end: the fingerprints. */
async function train() {
  const find = (selector, text) => [...document.querySelectorAll(`[data-panel] ${selector}`)].find((element) => element.textContent.trim() === text);
  const until = async (answer) => {
    for (;;) {
      const value = answer();
      if (value) return value;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const statuses = () => [...document.querySelectorAll("[data-panel] .run .status")].map(({ textContent }) => textContent);
  await until(() => statuses().every((status) => /^(ready|running|done)$/.test(status)));
  (await until(() => find("label", "as fast as possible"))).click();
  if (statuses().includes("ready")) (await until(() => find("button", "Run"))).click();
  await until(() => statuses().every((status) => status === "done"));
  return [...document.querySelectorAll("[data-panel] .run dl > div")].filter((row) => row.querySelector("dt").textContent === "fingerprint").map((row) => row.querySelector("dd").textContent);
}

/** How many colors each figure has, by its key. */
async function colors() {
  const count = (canvas) => new Set(new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size;
  const found = {};
  for (const figure of document.querySelectorAll("[data-figure]")) {
    figure.scrollIntoView({ behavior: "instant", block: "center" });
    const isShown = (element) => element.getClientRects().length > 0;
    // Live drawings are painted when they are on the screen.
    for (let i = 0; i < 200 && !(found[figure.dataset.figure] > 2); i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const canvas = [...figure.querySelectorAll("canvas")].find(isShown);
      const image = [...figure.querySelectorAll("img")].find((image) => isShown(image) && image.naturalWidth > 0);
      if (canvas) {
        found[figure.dataset.figure] = count(canvas);
      } else if (image) {
        const copy = Object.assign(document.createElement("canvas"), { width: image.naturalWidth, height: image.naturalHeight });
        copy.getContext("2d").drawImage(image, 0, 0);
        found[figure.dataset.figure] = count(copy);
      } else {
        found[figure.dataset.figure] = 0;
      }
    }
  }
  return found;
}

/** Tries everything that the policy blocks, inside a worker from a blob: the names of what was not blocked. */
async function escapeFromWorker(act, other) {
  const worker = new Worker(URL.createObjectURL(new Blob([`(${act})(${JSON.stringify(other)}).then(postMessage)`])));
  const { data } = await new Promise((resolve, reject) => Object.assign(worker, { onmessage: resolve, onerror: reject }));
  worker.terminate();
  return data;
}

async function toldByEmbed() {
  while (!document.title.startsWith("{")) await new Promise((resolve) => setTimeout(resolve, 50));
  return document.title;
}

/** A page around an embed. Its title becomes what the embed says when it is done. */
const hosting = (url) => `<!doctype html><title>A host</title><script>
  addEventListener("message", ({ data }) => { if (data.type === "vanishing-gradients:done") document.title = JSON.stringify(data.detail); });
  </script><iframe title="A figure" width="720" height="700" sandbox="allow-scripts allow-same-origin" src="${url}embed/gradient-first.html"></iframe>`;

function requireDrawn(found, atLeast) {
  const blank = Object.entries(found).filter(([, n]) => n <= 2).map(([key]) => key);
  assert.deepEqual(blank, [], "blank figures");
  assert.ok(Object.keys(found).length >= atLeast, Object.keys(found).join());
}

const [site, other, empty] = await Promise.all([serve(), serveOther(), servePage("<!doctype html><title>No policy</title>")]);
const host = await servePage(hosting(site.url));
const session = await Session.start(process.env.DRIVER, JSON.parse(process.env.CAPABILITIES));
try {
  console.log(session.name);

  await session.post("/url", { url: empty.url });
  const possible = await session.evaluate(escapeFromWorker, String(escape), other.url);
  assert.equal(possible.length, 7, `without a policy all is possible: ${possible}`);
  other.requests.length = 0;

  await session.post("/url", { url: site.url });
  assert.deepEqual(await session.evaluate(train), DEFAULT, "fingerprints of the article");
  const drawn = await session.evaluate(colors);
  requireDrawn(drawn, 15);
  assert.deepEqual(await session.evaluate(escapeFromWorker, String(escape), other.url), [], "what the policy blocks");
  assert.deepEqual(other.requests, []);

  await session.post("/url", { url: host.url });
  const { runs } = JSON.parse(await session.evaluate(toldByEmbed));
  assert.deepEqual(runs.map(({ fingerprint }) => fingerprint), DEFAULT, "fingerprints of the embed");
  await session.post("/frame", { id: 0 });
  requireDrawn(await session.evaluate(colors), 1);
  assert.deepEqual(await session.evaluate(escapeFromWorker, String(escape), other.url), [], "what the policy of the embed blocks");
  assert.deepEqual(other.requests, []);

  console.log(`article and embed: the native fingerprints; ${Object.keys(drawn).length} figures drawn; blocked in a worker: ${possible.join(", ")}`);
} finally {
  await session.stop();
  await Promise.all([site, other, empty, host].map(({ stop }) => stop()));
}
