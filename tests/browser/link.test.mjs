// A link is the experiment and the view: what is on the screen is in the address, Back and Forward follow, and a fingerprint is compared.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Experiment } from "./experiment.mjs";
import { Figure } from "./figure.mjs";
import { reading, STILL } from "./reader.mjs";
import { DIST } from "./site.mjs";

const query = (page) => decodeURIComponent(new URL(page.url()).search);

reading("a link's view and options are shown", { ...STILL, search: "?at=1200&layer=3&focus=2&gradient-first.layer=2&gradient-first.axis=linear&sigmoid.at=0.5" }, async (page) => {
  await new Experiment(page).train();
  const loss = new Figure(page, "Training loss");
  await loss.drawn();
  await loss.place.locator(".values").getByText("step 1,200", { exact: true }).waitFor();
  const first = new Figure(page, "Mean gradient, first layer");
  await first.drawn();
  assert.ok(await first.radio("Axis", "linear").isChecked());
  assert.match(await first.summary.textContent(), /gradient of layer 2/);
  assert.match(await new Figure(page, "Histograms over time").summary.textContent(), /layer 3, ReLU/);
  assert.equal((await new Figure(page, "Sigmoid and its derivative").read()).z, 0.5);
});

reading("what the reader chooses is in the address, and in the page that it opens", { ...STILL, search: "?depth=3" }, async (page) => {
  const experiment = new Experiment(page);
  await experiment.train();
  const accuracy = new Figure(page, "Training accuracy");
  await accuracy.drawn();
  await accuracy.probe.press("Home");
  const map = new Figure(page, "Mean gradient by layer and step");
  await map.drawn();
  await map.radio("Quantity", "error δ").check();
  await page.waitForURL((url) => url.searchParams.get("at") === "0" && url.searchParams.get("gradient-map.quantity") === "delta");
  assert.equal(query(page), "?seed=1&depth=3&at=0&gradient-map.quantity=delta&speed=fast");
  await page.reload();
  await experiment.reach("ready");
  assert.ok(await new Figure(page, "Mean gradient by layer and step").radio("Quantity", "error δ").isChecked());
});

reading("Back and Forward go through the experiments", { ...STILL, search: "?steps=200" }, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  const depth = experiment.panel.locator("fieldset [name=depth]");
  await experiment.panel.locator("summary").getByText("Network and training", { exact: true }).click().catch(() => {});
  const n = await page.evaluate(() => history.length);
  for (const value of ["3", "4"]) {
    await page.evaluate((value) => {
      const depth = document.querySelector("fieldset [name=depth]");
      depth.value = value;
      depth.dispatchEvent(new Event("change", { bubbles: true }));
    }, value);
    await page.waitForURL((url) => url.searchParams.get("depth") === value);
  }
  assert.equal(await page.evaluate(() => history.length), n + 2);
  const shows = (value) => page.waitForFunction((value) => document.querySelector("fieldset [name=depth]").value === value, value);
  await page.goBack();
  await shows("3");
  assert.match(query(page), /depth=3/);
  await page.goBack();
  await shows("6");
  await page.goForward();
  await shows("3");
  const first = await experiment.train();
  await page.goForward();
  await shows("4");
  // The results of the other network are gone, and its training begins at once.
  await experiment.reach("done");
  assert.notDeepEqual(await experiment.values("fingerprint"), first);
  assert.ok(await depth.inputValue() === "4");
});

/** The fingerprint of all runs, as links write it: FNV-1a of the runs' fingerprints. */
function combined(fingerprints) {
  let hash = 0xcbf29ce484222325n;
  for (const fingerprint of fingerprints) {
    const bits = BigInt(`0x${fingerprint}`);
    for (let byte = 0n; byte < 8n; byte++) hash = ((hash ^ ((bits >> (8n * byte)) & 0xffn)) * 0x100000001b3n) & 0xffffffffffffffffn;
  }
  return hash.toString(16).padStart(16, "0");
}

reading("a link with a fingerprint says whether the results are the same, and if not, why", { ...STILL, search: "?steps=200" }, async (page) => {
  const experiment = new Experiment(page);
  const bits = combined(await experiment.train());
  const cases = [
    [`1-${bits}`, `These are the link’s results, to the last bit (fingerprint 1-${bits}).`],
    [`1-${bits.replace(/.$/, (c) => (c === "0" ? "1" : "0"))}`, /^These are not the link’s results \(fingerprint 1-.* instead of 1-.*\): the link was changed by hand, or it was made with other data\.$/],
    ["0-0123456789abcdef", /^These are not the link’s results .*: it was made with version 0 of the trainer, and this page has version 1\.$/],
  ];
  for (const [fingerprint, sentence] of cases) {
    await page.goto(new URL(`?steps=200&fingerprint=${fingerprint}`, page.url()).href);
    assert.equal(await experiment.notices.getByText("the link’s results").count(), 0, "nothing is claimed before the end");
    await experiment.train();
    await experiment.notices.getByText(sentence).waitFor();
  }
  // Another experiment has nothing to do with it.
  await experiment.button("New seed").click();
  await experiment.reach("done");
  assert.equal(await experiment.notices.getByText("the link’s results").count(), 0);
  assert.equal(new URL(page.url()).searchParams.get("fingerprint"), null);
});

const INVALID = {
  "at=9999": "The link has an invalid at (“9999”): it must be a whole number from 0 to 2500. It is ignored.",
  "layer=x": "The link has an invalid layer (“x”): it must be a whole number from 1 to 6. It is ignored.",
  "v=2": "A part of the link is ignored: v is “2”, but this page reads links of version 1 only: a newer page has written it.",
  "colour=red&colour=blue": "A part of the link is ignored: this page has no setting colour.",
};

for (const [search, sentence] of Object.entries(INVALID)) {
  reading(`?${search} is reported once`, { ...STILL, search: `?${search}&utm_source=mail` }, async (page) => {
    const experiment = new Experiment(page);
    await experiment.reach("ready");
    assert.equal(await experiment.notices.getByText(sentence, { exact: true }).count(), 1);
    assert.equal(await experiment.notices.locator("p").filter({ hasText: /link/ }).count(), 1);
  });
}

const MARKUP = "<img src=x onerror=document.title='hacked'><b>bold</b>";

reading("nothing in a link is markup", { ...STILL, search: `?${["run=relu,label:", "seed=", "color=", "fingerprint=", "gradient-first.axis="].map((name) => name + encodeURIComponent(MARKUP)).join("&")}&${encodeURIComponent(MARKUP)}=1` }, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready", [MARKUP]);
  await experiment.button("Run").click();
  await experiment.reach("done", [MARKUP]);
  assert.equal(await page.locator("img[src=x], main b:text-is('bold'), .panel b:text-is('bold')").count(), 0);
  assert.notEqual(await page.title(), "hacked");
});

const MANY = `?${Array.from({ length: 350 }, (_, i) => `seed=x${i}&nothing${i}=1`).join("&")}`;

reading("of many invalid parts the first five are named, and they take little space", { ...STILL, search: MANY }, async (page) => {
  assert.ok(MANY.length > 7_000);
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  await experiment.notices.getByText("And 346 more.").waitFor();
  assert.equal(await experiment.notices.getByText("The link has an invalid seed").count(), 5);
  const { height } = await experiment.notices.boundingBox();
  assert.ok(height <= 100, `${height} px`);
});

reading("of many invalid parts of an embed's address the first five are named", { ...STILL, search: `embed/loss.html?hide=${Array.from({ length: 700 }, (_, i) => `x${i},x${i}`)}` }, async (page) => {
  const notices = page.locator("main > .notices p");
  assert.equal(await notices.count(), 6);
  assert.match(await notices.nth(4).innerText(), /^hide has “x4”/);
  assert.match(await notices.nth(5).innerText(), /^And 695 more\.$/);
});

/** A value whose 64th character has two parts, which must stay together. */
const LONG = `?seed=${"x".repeat(63)}${encodeURIComponent("é".normalize("NFD"))}${"y".repeat(1_000)}`;

reading("a long value is cut after 64 characters, and none of them is cut in two", { ...STILL, search: LONG }, async (page) => {
  await new Experiment(page).notices.getByText(`(“${"x".repeat(63)}…”)`).waitFor();
});

const LONGEST = `?${"seed=x&a=1&".repeat(95_000)}`;
/** No server takes so long an address. */
const answerAll = async (page) => {
  const html = await readFile(join(DIST, "index.html"), "utf8");
  await page.route((url) => url.search.length > 1e6, (route) => route.fulfill({ contentType: "text/html", body: html }));
};

reading("a page with an address of a megabyte opens with six messages", { ...STILL, search: LONGEST, prepare: answerAll }, async (page) => {
  const experiment = new Experiment(page);
  await experiment.notices.getByText(/^And [\d,]+ more\.$/).waitFor();
  assert.equal(await experiment.notices.locator("p").filter({ hasText: /^(The link|A part of the link|And) / }).count(), 6);
  assert.equal(await experiment.seed.inputValue(), "1");
});

reading("an address of a megabyte is read at once", STILL, async (page, t) => {
  await new Experiment(page).reach("ready");
  const milliseconds = await page.evaluate((longest) => {
    const read = (query) => {
      history.replaceState(null, "", query);
      const start = performance.now();
      dispatchEvent(new PopStateEvent("popstate"));
      return performance.now() - start;
    };
    read("?seed=2");
    return read(longest);
  }, LONGEST);
  t.diagnostic(`read in ${milliseconds.toFixed(0)} ms`);
  assert.equal(await new Experiment(page).seed.inputValue(), "1");
});
