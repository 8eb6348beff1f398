// What goes wrong is said in a plain sentence, and the rest of the page stays.

import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { readFile } from "node:fs/promises";
import { Experiment, nativeFingerprints, RUNS } from "./experiment.mjs";
import { isPlain, isReadable, reading, STILL } from "./reader.mjs";

const NATIVE = await nativeFingerprints();
const DEFAULT = [NATIVE.sigmoid, NATIVE.ReLU, NATIVE["leaky 0.01"]];

const IMAGES = "**/mnist/train-images-idx3-ubyte.gz";
const images = await readFile(new URL("../../static/mnist/train-images-idx3-ubyte.gz", import.meta.url));

/** Answers to the request for the digits, and what the page must say about each. */
const ANSWERS = {
  "nothing (404)": [{ status: 404, body: "not found" }, /train-images-idx3-ubyte\.gz could not be loaded: the server answered 404/],
  "half of the file": [{ body: images.subarray(0, images.length / 2) }, /The digits are not here: they cannot be read: train-images-idx3-ubyte is no whole gzip file\./],
  "some other page": [{ body: "<!doctype html><title>Sign in</title>" }, /digits.*the file begins with 0x3c21646f, but IDX images begin with 0x00000803/],
  "an image too few": [{ body: gzipSync(gunzipSync(images).subarray(0, -784), { level: 1 }) }, /digits.*the header promises 7056000 bytes of data, but 7055216 follow it/],
};

for (const [answer, [response, sentence]] of Object.entries(ANSWERS)) {
  const prepare = (page) => page.route(IMAGES, (route) => route.fulfill(response));
  reading(`digits: to ${answer} the page says what went wrong, and tries again`, { ...STILL, prepare, expected: /404/ }, async (page) => {
    const experiment = new Experiment(page);
    await experiment.panel.getByText(sentence).first().waitFor();
    await isPlain(page);
    assert.equal(await page.locator("figure[data-figure='accuracy'] .tag").innerText(), "recorded");
    await page.unroute(IMAGES);
    await experiment.button("Try again").click();
    await experiment.reach("ready");
    await experiment.button("Step").click();
    await experiment.stand([1, 1, 1]);
  });
}

/** The first request is not answered until `fail` is called. */
async function stalled(page) {
  let fail;
  await page.route(IMAGES, (route) => { fail = () => route.abort(); }, { times: 1 });
  return () => fail();
}

for (const button of ["Try again", "Reset"]) {
  reading(`digits that do not come are reported, and ${button} fetches them again`, { ...STILL, prepare: stalled, expected: /ERR_FAILED/ }, async (page, t, fail) => {
    const experiment = new Experiment(page);
    await experiment.panel.getByText("The digits are not here: nothing has come for some seconds.").waitFor();
    await experiment.button(button).click();
    await experiment.reach("ready");
    // The first attempt fails at last, which is no news.
    const failed = page.waitForEvent("requestfailed");
    await fail();
    await failed;
    await experiment.button("Step").click();
    await experiment.stand([1, 1, 1]);
    assert.equal(await experiment.panel.getByText("The digits are not here").count(), 0);
  });
}

reading("a bad address is reported, and the defaults stand in", { ...STILL, search: "?seed=-3&slope=7&utm=x" }, async (page) => {
  const experiment = new Experiment(page);
  await experiment.notices.getByText("The link has an invalid seed (“-3”): it must be a whole number from 0 to 4294967295. Using 1.").waitFor();
  await experiment.notices.getByText("The link has an invalid slope (“7”): it must be a number from 0 to 1. Using 0.01.").waitFor();
  assert.equal(await experiment.seed.inputValue(), "1");
  assert.ok(await experiment.slope("0.01").isChecked());
  await experiment.reach("ready");
});

const lost = (pattern) => (page) => page.context().route(pattern, (route) => route.fulfill({ status: 404, body: "not found" }));

reading("without the page's wasm the article stays, and a sentence says so", { prepare: lost("**/vanishing-gradients-*_bg.wasm"), expected: /404|wasm/i }, async (page) => {
  await page.getByText(/^Training could not start/).waitFor();
  await isReadable(page);
});

reading("without the page's script the article stays, and a sentence says so", { prepare: lost("**/vanishing-gradients-*.js"), expected: /404|vanishing-gradients-/ }, async (page) => {
  await page.getByText(/^Training could not start/).waitFor();
  await isReadable(page);
});

/** The page's script is loaded once by the page, and once more by each worker. */
async function lostToWorkers(page) {
  let n = 0;
  await page.context().route("**/vanishing-gradients-*.js", (route) => (n++ === 0 ? route.fallback() : route.fulfill({ status: 404, body: "not found" })));
}

reading("without a script for the workers the status says so, and the page stays usable", { ...STILL, prepare: lostToWorkers, expected: /404|vanishing-gradients-/ }, async (page) => {
  const experiment = new Experiment(page);
  for (const label of RUNS) {
    await experiment.run(label).getByText(/^Stopped: its trainer could not be kept alive \(.*vanishing-gradients-.*\)\. Run it again, or reload the page\.$/).waitFor();
  }
  await isPlain(page);
  await experiment.notices.getByText("None of the runs could be finished.").waitFor();
  await isReadable(page);
  const probe = page.getByRole("figure", { name: /Sigmoid and its derivative/ }).getByRole("slider");
  await probe.press("ArrowRight");
  assert.match(await probe.getAttribute("aria-valuetext"), /^z 0\.10/);
});

const ENDS = {
  "dies while it trains": async (page, experiment) => {
    await experiment.slow();
    await experiment.button("Run").click();
    await experiment.log.getByText("iteration    0").first().waitFor({ state: "attached" });
    await page.workers()[0].evaluate(() => setTimeout(() => { throw new Error("killed by a test"); }));
  },
  "dies without a reason": async (page, experiment) => {
    await experiment.button("Run").click();
    await page.workers()[0].evaluate(() => setTimeout(() => { throw undefined; }));
  },
  "falls silent before it trains": async (page, experiment) => {
    await page.workers()[0].evaluate(() => { postMessage = () => {}; });
    await experiment.button("Run").click();
  },
};

for (const [end, bring] of Object.entries(ENDS)) {
  reading(`a trainer that ${end} is replaced, and its run comes to the same end`, STILL, async (page) => {
    const experiment = new Experiment(page);
    await experiment.reach("ready");
    await bring(page, experiment);
    await experiment.notices.getByText(/^A trainer stopped \(.*\)\. A new one starts its runs? over\.$/).waitFor();
    await isPlain(page);
    assert.deepEqual(await experiment.finish(), DEFAULT);
  });
}
