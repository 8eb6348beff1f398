// The element in pages of other origins: hostile ones, strict ones, ones with many figures; its attributes, its calls and its messages.

import assert from "node:assert/strict";
import fc from "fast-check";
import { Embed, element, fingerprints, hosting, KEYS, SPACE, until } from "./host.mjs";
import { nativeFingerprints } from "./experiment.mjs";
import { reading, STILL } from "./reader.mjs";

const NATIVE = await nativeFingerprints();
const DEFAULT = [NATIVE.sigmoid, NATIVE.ReLU, NATIVE["leaky 0.01"]];
const MIN_HEIGHT = 40;
const MAX_HEIGHT = 20_000;

const LOSS = element({ figure: "loss" });
const MOUNT = `<div id="place"></div>`;

const HOSTILE = `<style>
  body > *, body > * * { all: revert !important; display: none !important; visibility: hidden !important; position: fixed !important; width: 0 !important; transform: scale(0) !important; }
  body > div { display: block !important; visibility: visible !important; position: static !important; width: auto !important; transform: none !important; }
  iframe, img, button { display: none !important; }
</style><script>
  // What a page of another age may do: methods that throw, and a property that every loop over an array or an object meets.
  var refuse = function () { throw new Error("This host has replaced a method."); };
  ["map", "forEach", "push", "filter", "find", "some", "every", "includes", "join", "slice", "splice", "entries", "keys", "values"].forEach(function (name) { Array.prototype[name] = refuse; });
  Array.prototype[Symbol.iterator] = refuse;
  Array.prototype.intruder = "intruder";
  Object.prototype.stranger = "stranger";
</script>`;
// It records with what its own loops leave it.
const RECORD_BY_HAND = `<script>
  addEventListener("ready", function (event) { if (event.detail) event.target.setAttribute("data-ready", JSON.stringify(event.detail)); });
  addEventListener("done", function (event) { if (event.detail) event.target.setAttribute("data-done", JSON.stringify(event.detail)); });
</script>`;

reading("a host whose styles hide everything and whose arrays are broken has a live figure", { host: hosting(LOSS, { head: RECORD_BY_HAND + HOSTILE, isRecording: false }) }, async (page) => {
  const embed = new Embed(page);
  assert.deepEqual(fingerprints(await embed.event("done")), DEFAULT);
  const { width, height } = await embed.frames.boundingBox();
  assert.ok(width > 300 && height > 300, `${width} × ${height}`);
  assert.ok(await embed.inside.locator("canvas").isVisible());
});

reading("a host with a strict content security policy has a live figure", {
  host: (url) => `<!doctype html><title>A host</title><script src="${url}embed.js" async></script>${LOSS.replaceAll("SITE/", url).replace(/ style="[^"]*"/, "")}`,
  headers: { "content-security-policy": "default-src 'none'; script-src http://127.0.0.1:*/some/path/; style-src 'none'; img-src http://127.0.0.1:*; frame-src http://127.0.0.1:*" },
}, async (page) => {
  const embed = new Embed(page);
  await embed.inside.locator(".bar").getByText("Training finished", { exact: false }).waitFor();
  const { width, height } = await embed.frames.boundingBox();
  assert.ok(width > 300 && height > 300, `${width} × ${height}`);
});

reading("attributes are the settings of the experiment and the look", { viewport: { width: 900, height: 900 }, host: hosting(
  element({ figure: "gradient-first", depth: "3", steps: "100", run: "tanh; relu,init:he-normal ;leaky,slope:0.2", theme: "dark", hide: "caption, summary,table ", class: "x", "data-note": "x", onclick: "void 0" })) }, async (page) => {
  const embed = new Embed(page);
  const { runs, query } = await embed.event("done");
  assert.deepEqual(runs.map(({ label, of }) => [label, of]), [["tanh", 100], ["ReLU, He normal", 100], ["leaky ReLU, slope 0.2", 100]]);
  assert.equal(new URLSearchParams(query).get("depth"), "3");
  assert.equal(await embed.inside.locator("html").getAttribute("data-theme"), "dark");
  for (const part of ["figcaption", ".summary", ".numbers"]) assert.ok(!(await embed.inside.locator(part).isVisible()), part);
  assert.deepEqual(await embed.inside.locator("main > .notices p, .bar .notices p").allInnerTexts().then((texts) => texts.filter((text) => /ignored|invalid|must be/.test(text))), []);
  await embed.fits();
});

reading("a fixed height stays, even where nothing starts by itself, and so does the wish for a click", { ...STILL, host: hosting(
  element({ figure: "loss", height: "333", start: "manual" }) + element({ figure: "accuracy", reveal: "manual" }) + element({ figure: "relu", reveal: "manual", poster: "none" })) }, async (page) => {
  const loss = new Embed(page, `[figure="loss"]`);
  await loss.place.locator("iframe:not(.waiting)").waitFor();
  assert.equal((await loss.frames.boundingBox()).height, 333);
  const accuracy = new Embed(page, `[figure="accuracy"]`);
  await accuracy.poster.waitFor();
  assert.equal(await accuracy.frames.count(), 0);
  const relu = new Embed(page, `[figure="relu"]`);
  assert.equal(await relu.poster.count(), 0, "poster=none");
  await relu.place.getByRole("button", { name: "Run this figure" }).focus();
  await page.keyboard.press("Enter");
  await relu.event("ready");
  assert.equal(await accuracy.frames.count(), 0);
});

reading("a figure trains when any part of it is seen, even without its controls", { viewport: { width: 800, height: 500 }, host: hosting(element({ figure: "loss", steps: "100", hide: "controls" }) + SPACE + element({ figure: "accuracy", steps: "100" }) + SPACE) }, async (page) => {
  await new Embed(page, `[figure="loss"]`).event("done");
  // Its last lines, its button above the screen.
  const accuracy = new Embed(page, `[figure="accuracy"]`);
  await accuracy.place.evaluate((element) => scrollTo(0, element.getBoundingClientRect().bottom + scrollY - 100));
  await accuracy.event("done");
});

const BAD = {
  "a bad theme": [{ figure: "loss", theme: "<b>mauve</b>" }, /theme is “<b>mauve<\/b>”, but must be one of auto, light, dark\./],
  "a bad part to hide": [{ figure: "loss", hide: "everything" }, /hide has “everything”, but its parts must be caption, /],
  "a bad field": [{ figure: "loss", depth: "many" }, /invalid depth \(“many”\): it must be a whole number from 1 to 50. Using 6./],
  "an unknown setting": [{ figure: "loss", layers: "3" }, /layers/],
  "an option that a function does not have": [{ figure: "relu", "relu.foo": "1" }, /foo/],
  "a bad run": [{ figure: "loss", run: "relu,;;sigmoid,slope" }, /run|slope/],
};
for (const [what, [attributes, sentence]] of Object.entries(BAD)) {
  reading(`${what} is told in a sentence`, { ...STILL, host: hosting(element(attributes)) }, async (page) => {
    await new Embed(page).inside.getByText(sentence).first().waitFor();
  });
}

reading("what is no figure is told without asking the site", { ...STILL, host: hosting(["../x?y", "nonsense", "constructor", ""].map((figure) => element({ figure })).join("") + element({ id: "none" })) }, async (page, t, _, site) => {
  for (const figure of ["../x?y", "nonsense", "constructor"]) await page.getByText(`“${figure}” is no figure.`).waitFor();
  assert.equal(await page.getByText("“” is no figure.").count(), 2);
  assert.equal(await page.getByRole("link", { name: "See all figures" }).first().getAttribute("href"), `${site.url}gallery.html`);
  await page.locator("vanishing-gradients").first().evaluate((element) => element.run());
  assert.equal(await page.locator("iframe").count(), 0);
});

reading("what is no figure is an error event, and bad words are warnings, once", { ...STILL, prepare: collectWarnings, host: hosting(element({ figure: "nonsense" }) + element({ id: "bad", figure: "loss", reveal: "click", height: "80%" }) + MOUNT) }, async (page, t, warnings) => {
  const embed = new Embed(page, `[figure="nonsense"]`);
  const detail = { message: "“nonsense” is no figure." };
  assert.deepEqual(await embed.event("error"), detail);
  assert.deepEqual(await embed.call("getState"), detail);
  // Who mounts an element listens after that.
  const message = await page.evaluate(() => new Promise((resolve) => {
    const { element } = VanishingGradients.mount(document.querySelector("#place"), { figure: "los" });
    element.addEventListener("error", ({ detail }) => resolve(detail.message));
  }));
  assert.equal(message, "“los” is no figure.");
  await page.locator("#bad").evaluate((element) => element.setState({ depth: 3 }));
  assert.deepEqual(warnings, ["<vanishing-gradients>: reveal is “click”, but must be auto or manual.", "<vanishing-gradients>: height is “80%”, but must be a number of pixels, without a unit."]);
});

function collectWarnings(page) {
  const warnings = [];
  page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  return warnings;
}

for (const [name, bad, good] of [["figure", "los", "loss"], ["reveal", "manual", "auto"]]) {
  reading(`a corrected attribute (${name}) opens the figure`, { ...STILL, host: hosting(element({ id: "corrected", figure: "loss", [name]: bad })) }, async (page) => {
    const embed = new Embed(page, "#corrected");
    await seen(page, "#corrected", true);
    assert.equal(await embed.frames.count(), 0);
    await embed.place.evaluate((element, [name, good]) => element.setAttribute(name, good), [name, good]);
    await embed.event("ready");
  });
}

reading("a run that is empty is none", { ...STILL, host: hosting(element({ figure: "loss", steps: "100", run: "sigmoid; ;" })) }, async (page) => {
  const { runs } = await new Embed(page).event("ready");
  assert.deepEqual(runs.map(({ label }) => label), ["sigmoid"]);
});

/** Waits until the page's observers have told whether an element is on the screen. */
async function seen(page, selector, isVisible) {
  await page.waitForFunction(() => window.VanishingGradients);
  await page.evaluate(([selector, isVisible]) => new Promise((resolve) => {
    const observer = new IntersectionObserver(([entry]) => {
      if (entry.isIntersecting !== isVisible) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(document.querySelector(selector));
  }), [selector, isVisible]);
}

reading("a figure that its host has closed stays closed until it is asked to run", { ...STILL, host: hosting(element({ figure: "loss", steps: "100" }) + SPACE) }, async (page) => {
  const embed = new Embed(page);
  await embed.event("ready");
  await embed.call("destroy");
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await seen(page, "vanishing-gradients", false);
  await page.evaluate(() => scrollTo(0, 0));
  await seen(page, "vanishing-gradients", true);
  assert.equal(await embed.frames.count(), 0);
  await embed.call("run");
  await embed.event("done");
});

reading("a frame of what is no figure says so", { ...STILL, search: "embed.html?figure=nonsense" }, async (page) => {
  await page.getByText(/^figure is “nonsense”, but must be one of sigmoid, relu, .*, experiment\.$/).waitFor();
});

// Attributes of HTML, of tools that are common in host pages, and of the element itself.
const NO_SETTINGS = ["accesskey", "autocapitalize", "autocorrect", "autofocus", "class", "contenteditable", "dir", "draggable", "enterkeyhint", "exportparts", "id", "inert", "inputmode", "is", "itemid", "itemprop", "itemref", "itemscope", "itemtype", "lang", "nonce", "part", "popover", "role", "slot", "spellcheck", "style", "tabindex", "title", "translate", "writingsuggestions", "xmlns",
  "onclick", "onfocus", "aria-label", "data-x", "v-if", "v-model.lazy", "x-data", "x-on.click", ":x", "@x", "_ngcontent-abc-1", "wire:key", "hx-get", "other.axis",
  "base", "height", "loading", "poster", "reveal"];

reading("attributes of HTML and of the host's tools are no settings", { ...STILL, host: hosting(element({ figure: "loss", reveal: "manual", ...Object.fromEntries(NO_SETTINGS.map((name) => [name, ""])) })) }, async (page) => {
  const { place, frames } = new Embed(page);
  assert.equal(await place.locator("p").count(), 0, "no line below the drawing");
  await place.evaluate((element) => element.open());
  assert.equal(new URL(await frames.getAttribute("src")).search, "");
});

reading("attributes of settings, of the view and of figures are parameters of the frame", { ...STILL, host: hosting(element({ figure: "loss", reveal: "manual", query: "depth=3&seed=1&run=elu", depth: "4", at: "100", layer: "2", focus: "1", beta1: "0.8", "gradient-first.axis": "linear", run: "tanh; relu", theme: "dark", hide: "table" })) }, async (page) => {
  const { place, frames } = new Embed(page);
  await place.evaluate((element) => element.open());
  const parameters = [...new URL(await frames.getAttribute("src")).searchParams].map((pair) => pair.join("=")).sort();
  assert.deepEqual(parameters, ["at=100", "beta1=0.8", "depth=4", "focus=1", "gradient-first.axis=linear", "hide=table", "layer=2", "run=relu", "run=tanh", "seed=1", "theme=dark"]);
});

const NOTE = "The drawing shows the default settings. Run the figure to see its own.";
const NOTED = [{ figure: "loss", depth: "3" }, { figure: "loss", seed: "2" }, { figure: "accuracy", query: "seed=1&at=100" }, { figure: "accuracy", "accuracy.set": "train" }, { figure: "leaky", "leaky.slope": "0.2" }];
const UNNOTED = [{ figure: "loss" }, { figure: "loss", seed: "1", query: "v=1&fingerprint=1-0123456789abcdef", theme: "dark", hide: "table" }, { figure: "loss", "sigmoid.at": "1" }, { figure: "sigmoid", depth: "3" },
  { figure: "loss", depth: "3", poster: "none" }, { figure: "experiment", depth: "3" }];

reading("a drawing whose figure has other settings says so, and no other drawing does", { ...STILL, host: hosting([...NOTED, ...UNNOTED, { figure: "loss", depth: "3", poster: "SITE/icons/icon-192.png" }].map((attributes) => element({ ...attributes, reveal: "manual" })).join("")) }, async (page) => {
  const places = page.locator("vanishing-gradients");
  const notes = await places.evaluateAll((places) => places.map((place) => place.shadowRoot.querySelector("p")?.textContent ?? ""));
  assert.deepEqual(notes, [...NOTED.map(() => NOTE), ...UNNOTED.map(() => ""), ""]);
  const note = places.first().getByText(NOTE);
  assert.ok((await note.boundingBox()).y >= (await places.first().locator("img").boundingBox()).y + 100, "it is below the drawing");
  await places.first().evaluate((element) => element.setState(""));
  await note.waitFor({ state: "detached" });
  await places.first().evaluate((element) => element.setAttribute("depth", "5"));
  await note.waitFor();
});

reading("a drawing has its height before it has loaded", { ...STILL, viewport: { width: 700, height: 900 }, prepare: holdDrawings, host: hosting(
  ["loss", "gradient-layers", "sigmoid"].map((figure) => element({ figure, reveal: "manual" })).join("") + element({ figure: "histograms", reveal: "manual" }, "width: 320px")) }, async (page, t, release) => {
  const sizes = () => page.locator("vanishing-gradients").evaluateAll((places) => places.map((place) => [place.clientWidth, Math.round(place.getBoundingClientRect().height)]));
  await page.locator("vanishing-gradients img").nth(3).waitFor({ state: "attached" });
  const expected = [[700, 350], [700, Math.round(700 * 440 / 960)], [700, Math.round(700 * 360 / 640)], [320, Math.round(320 * 400 / 328)]];
  assert.deepEqual(await sizes(), expected);
  release();
  for (const image of await page.locator("vanishing-gradients img").all()) await image.evaluate((image) => image.decode());
  assert.deepEqual(await sizes(), expected);
});

reading("the drawing that is scaled least is shown", { ...STILL, host: hosting([320, 540, 580].map((width) => element({ figure: "loss", reveal: "manual" }, `width: ${width}px`)).join("")) }, async (page) => {
  const names = await page.locator("vanishing-gradients").evaluateAll((places) => places.map((place) => place.shadowRoot.querySelector("img").src.split("/").pop()));
  assert.deepEqual(names, ["loss-narrow.svg", "loss-narrow.svg", "loss.svg"]);
});

/** Drawings and embed pages do not arrive. */
async function withoutTheSite(page) {
  await page.clock.install();
  await page.route(/\/(figures|embed)\//, (route) => route.abort());
}

reading("a drawing that does not arrive is replaced by the host's link", { ...STILL, prepare: withoutTheSite, expected: /ERR_FAILED/, host: hosting(LOSS) }, async (page) => {
  const embed = new Embed(page);
  const link = page.getByRole("link", { name: "The figure" });
  const isShown = async () => (await link.boundingBox())?.height > 0;
  await until(isShown, "the link is shown");
  await page.clock.fastForward(31_000);
  await embed.place.getByText("This figure could not be loaded.").waitFor();
  await until(isShown, "the link is shown");
});

reading("a picture of the host's that does not arrive is replaced by the drawing", { ...STILL, expected: /404/, host: hosting(element({ figure: "loss", depth: "3", reveal: "manual", poster: "SITE/none.png" })) }, async (page) => {
  const { place, poster } = new Embed(page);
  await page.waitForFunction(() => document.querySelector("vanishing-gradients").shadowRoot?.querySelector("img")?.src.endsWith("/figures/loss.svg"));
  await poster.evaluate((image) => image.decode());
  await place.getByText(NOTE).waitFor();
});

for (const [search, isNoted] of [["gradient-first.html?depth=3&steps=100&start=manual&hide=caption,menu,readout,summary,table,tag", true], ["gradient-first.html?seed=1&theme=dark&loss.at=3&start=manual", false], ["leaky.html?leaky.slope=0.2&start=manual", true]]) {
  reading(`a frame whose drawing has other settings says so until it is live: ${search}`, { ...STILL, search: `embed/${search}` }, async (page) => {
    const note = page.getByText(NOTE);
    assert.equal(await note.isVisible(), isNoted);
    if (!search.includes("steps")) return;
    const before = await page.locator(".figure").boundingBox();
    await page.getByRole("button", { name: "Run" }).click();
    await page.locator(".bar").getByText("Training finished", { exact: false }).waitFor();
    await page.locator(".plate.live").waitFor();
    assert.ok(!(await note.isVisible()));
    assert.deepEqual(await page.locator(".figure").boundingBox(), before, "nothing has moved");
  });
}

reading("a frame that gets other settings before it is live says so", { ...STILL, host: hosting(element({ figure: "loss", start: "manual" })) }, async (page) => {
  const embed = new Embed(page);
  await page.locator("vanishing-gradients iframe:not(.waiting)").waitFor();
  const note = embed.inside.getByText(NOTE);
  assert.ok(!(await note.isVisible()));
  await embed.call("setState", { depth: 3 });
  await note.waitFor();
});

reading("the text below a figure stays where it is when the figure opens and when it is closed for others", { viewport: { width: 800, height: 700 }, host: hosting(SPACE + ["loss", "accuracy", "gradient-last"].map((figure) => element({ figure, steps: "100" }) + `<p class="below">Text</p>` + SPACE).join("")) }, async (page) => {
  const places = () => page.locator(".below").evaluateAll((texts) => texts.map((text) => Math.round(text.getBoundingClientRect().top + scrollY)));
  await page.locator("vanishing-gradients img").nth(2).waitFor({ state: "attached" });
  const before = await places();
  const evicted = new Embed(page, `[figure="loss"]`);
  for (const figure of ["loss", "accuracy", "gradient-last"]) {
    const embed = new Embed(page, `[figure="${figure}"]`);
    await embed.place.evaluate((element) => element.scrollIntoView());
    await embed.event("done");
    await embed.fits();
    assert.deepEqual(await places(), before, figure);
  }
  await evicted.poster.waitFor({ state: "attached" });
  // What the reader has made higher stays so.
  const opened = new Embed(page, `[figure="accuracy"]`);
  await opened.inside.getByText("The numbers").click();
  await until(async () => (await places())[1] > before[1], "the table is open");
  await opened.fits();
  const higher = await places();
  await opened.place.evaluate((element) => element.close());
  assert.deepEqual(await places(), higher);
});

/** Holds all drawings back until the returned function is called. */
async function holdDrawings(page) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await page.route("**/figures/*.svg", async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

/** Waits until the last state has these runs and steps. */
const shows = (embed, labels, of) => embed.until(({ runs }) => runs.every((run) => run.of === of) && runs.map(({ label }) => label).join() === labels);

reading("a change of a setting's attribute shows the new experiment in the same frame", { ...STILL, host: hosting(element({ figure: "loss", steps: "100", run: "tanh" })) }, async (page) => {
  const embed = new Embed(page);
  await embed.event("ready");
  await embed.place.evaluate((element) => { element.frameBefore = element.shadowRoot.querySelector("iframe"); });
  await embed.place.evaluate((element) => { element.setAttribute("steps", "150"); element.setAttribute("run", "elu;relu"); });
  await shows(embed, "ELU,ReLU", 150);
  await embed.place.evaluate((element) => { element.removeAttribute("run"); element.setAttribute("query", "run=selu"); });
  await shows(embed, "SELU", 150);
  const frame = await embed.frame();
  await frame.evaluate(() => {
    window.received = [];
    addEventListener("message", ({ data }) => window.received.push(data.type));
  });
  await embed.place.evaluate((element) => { element.setAttribute("depth", "3"); element.setAttribute("at", "50"); element.run(); });
  const { query } = await embed.event("done");
  assert.deepEqual(["depth", "at"].map((name) => new URLSearchParams(query).get(name)), ["3", "50"]);
  assert.deepEqual(await frame.evaluate(() => window.received), ["vanishing-gradients:set", "vanishing-gradients:run"], "one change, before the training that follows it");
  assert.ok(await embed.place.evaluate((element) => element.frameBefore === element.shadowRoot.querySelector("iframe")));
  // What is no setting changes nothing.
  await embed.place.evaluate((element) => { element.setAttribute("data-x", "1"); element.setAttribute("translate", "no"); });
  assert.ok(await embed.place.evaluate((element) => element.frameBefore === element.shadowRoot.querySelector("iframe")));
  await embed.place.evaluate((element) => element.setAttribute("theme", "dark"));
  await embed.inside.locator("html[data-theme=dark]").waitFor({ state: "attached" });
});

reading("a state that is set replaces what attributes say, until they change", { ...STILL, host: hosting(element({ figure: "loss", steps: "100", run: "tanh", reveal: "manual" })) }, async (page) => {
  const embed = new Embed(page);
  // The drawing only.
  await embed.place.evaluate((element) => { element.setState({ steps: 200 }); element.run(); });
  await embed.event("done");
  await shows(embed, "tanh", 200);
  await embed.call("setState", { run: "elu; relu", depth: 3 });
  await shows(embed, "ELU,ReLU", 200);
  await embed.call("setState", { steps: null });
  await shows(embed, "ELU,ReLU", 2500);
  const { query } = await embed.until(() => true);
  assert.equal(new URLSearchParams(query).get("depth"), "3");
  // A query is a whole link.
  await embed.call("setState", "steps=300&run=selu");
  await shows(embed, "SELU", 300);
  assert.ok(!(await embed.until(({ runs }) => runs[0].of === 300)).query.includes("depth"));
  await embed.place.evaluate((element) => { element.destroy(); element.run(); });
  await shows(embed, "SELU", 300);
  await embed.place.evaluate((element) => element.setState(element.getState().query));
  await embed.place.evaluate((element) => element.setAttribute("steps", "120"));
  await shows(embed, "tanh", 120);
  assert.equal(await embed.place.getAttribute("query"), null, "attributes are the host's");
});

reading("a state that is set before the element is in the page is the state, and a figure that becomes none closes its frame", { ...STILL, host: hosting(MOUNT) }, async (page) => {
  await page.waitForFunction(() => window.VanishingGradients);
  await page.evaluate(() => {
    const element = document.createElement("vanishing-gradients");
    element.setAttribute("figure", "loss");
    element.setAttribute("steps", "100");
    element.setAttribute("run", "tanh");
    element.setState({ steps: 200 });
    document.querySelector("#place").append(element);
    element.run();
  });
  const embed = new Embed(page);
  await embed.event("done");
  await shows(embed, "tanh", 200);
  await embed.place.evaluate((element) => element.setAttribute("figure", "nonsense"));
  await embed.place.getByText("“nonsense” is no figure.").waitFor();
  assert.equal(await embed.frames.count(), 0);
});

reading("a figure that is asked to run off the screen has not failed; it trains when it is seen", { ...STILL, viewport: { width: 800, height: 600 }, prepare: (page) => page.clock.install(), host: hosting(SPACE + SPACE + element({ figure: "loss", steps: "100", reveal: "manual" })) }, async (page) => {
  const embed = new Embed(page);
  await page.waitForFunction(() => window.VanishingGradients);
  await embed.call("run");
  // Browsers do not draw such a frame, so it cannot report.
  await page.clock.fastForward(31_000);
  assert.equal(await page.getByText("This figure could not be loaded.").count(), 0);
  await embed.place.evaluate((element) => element.scrollIntoView());
  await embed.event("done");
});

/** Embed pages do not arrive, and half a minute can be skipped. */
async function withoutFrames(page) {
  await page.clock.install();
  await page.route("**/embed/loss.html*", (route) => route.abort());
}

reading("a frame on the screen that does not arrive is told with a link to it", { ...STILL, prepare: withoutFrames, expected: /ERR_FAILED/, host: hosting(LOSS) }, async (page, t, _, site) => {
  const embed = new Embed(page);
  const { place, frames, poster } = embed;
  await frames.waitFor({ state: "attached" });
  await page.clock.fastForward(31_000);
  await place.getByText("This figure could not be loaded.").waitFor();
  assert.deepEqual(await embed.event("error"), { message: "This figure could not be loaded." });
  assert.equal(await place.getByRole("link", { name: "Open it in a page of its own" }).getAttribute("href"), `${site.url}embed/loss.html`);
  await poster.waitFor();
});

/** The browser lacks something that only frames miss. */
const withoutCanvas = (page) => page.addInitScript(() => { if (window !== top) HTMLCanvasElement.prototype.getContext = () => null; });

reading("a figure that cannot run in this browser is an error event", { ...STILL, prepare: withoutCanvas, host: hosting(LOSS) }, async (page) => {
  assert.deepEqual(await new Embed(page).event("error"), { message: "The figure cannot be run: this browser lacks drawing on a canvas." });
});

reading("a figure whose program fails says so, and is an error event", { ...STILL, expected: /unreachable/, host: hosting(element({ figure: "loss", steps: "100" })) }, async (page) => {
  const embed = new Embed(page);
  await embed.event("ready");
  await embed.inside.locator("body").evaluate(() => {
    // (func (export "f") unreachable)
    const trap = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11]));
    setTimeout(() => new WebAssembly.Instance(trap).exports.f());
  });
  assert.deepEqual(await embed.event("error"), { message: "The program of the figure failed." });
  await embed.inside.locator("#guard").getByText(/^Training stopped: the page’s program failed\.\s*Reload$/).waitFor();
});

reading("an experiment that costs too much is told, and the last one stays", { ...STILL, host: hosting(element({ figure: "loss", steps: "100" })) }, async (page) => {
  const embed = new Embed(page);
  await embed.event("ready");
  await embed.place.evaluate((element) => element.setState("depth=50&width=512&seeds=100"));
  await embed.inside.getByText(/^The link’s experiment cannot run here: .*\. The last one is shown instead\.$/).waitFor();
  assert.match(await embed.place.evaluate((element) => element.getState().query), /steps=100/);
});

reading("a framework that sets properties sets the attributes", { ...STILL, host: hosting(MOUNT) }, async (page) => {
  await page.waitForFunction(() => window.VanishingGradients);
  // As React 19 and Vue 3 do.
  const missing = await page.evaluate(() => {
    const element = document.createElement("vanishing-gradients");
    const attributes = { figure: "loss", query: "depth=3", run: "elu;tanh", seeds: "1", steps: "100", theme: "dark", hide: "table", start: "manual", reveal: "manual", height: "500", poster: "none", loading: "eager", title: "A figure", base: "" };
    for (const [name, value] of Object.entries(attributes)) {
      if (name in element) element[name] = value;
      else element.setAttribute(name, value);
    }
    document.querySelector("#place").append(element);
    return Object.entries(attributes).filter(([name, value]) => element.getAttribute(name) !== value);
  });
  assert.deepEqual(missing, []);
  const embed = new Embed(page);
  await embed.place.getByRole("button", { name: "Run this figure" }).click();
  const { runs } = await embed.event("done");
  assert.deepEqual(runs.map(({ label, of }) => [label, of]), [["ELU", 100], ["tanh", 100]]);
  await embed.place.evaluate((element) => { element.run = null; });
  assert.equal(await embed.place.getAttribute("run"), null);
});

for (const [name, value] of [["base", "http://"], ["base", "data:,x"], ["poster", "http://"]]) {
  reading(`an address that is none (${name}=${value}) is no exception`, { ...STILL, host: hosting(element({ figure: "loss", [name]: value })) }, async (page) => {
    await new Embed(page).event("ready");
  });
}

reading("a script mounts a figure, runs it, changes it, and takes it away", { ...STILL, host: hosting(MOUNT) }, async (page) => {
  await page.waitForFunction(() => window.VanishingGradients);
  await page.evaluate(() => { window.figure = VanishingGradients.mount(document.querySelector("#place"), { figure: "loss", steps: 200, run: "relu", missing: undefined, none: null }); });
  const embed = new Embed(page);
  assert.equal(await page.evaluate(() => window.figure.getState()), null);
  // At once: the frame is not there yet.
  await page.evaluate(() => window.figure.run());
  const first = await embed.event("done");
  assert.deepEqual(await page.evaluate(() => window.figure.getState()), first);
  assert.deepEqual(first.runs.map(({ label, steps }) => [label, steps]), [["ReLU", 200]]);

  await embed.forget();
  await page.evaluate(() => window.figure.setState({ steps: 300, seed: 2, run: "sigmoid" }));
  const state = await embed.until(({ runs }) => runs[0].of === 300 || runs[0].of === 200);
  assert.ok(state);
  await page.evaluate(() => window.figure.run());
  const second = await embed.event("done");
  assert.equal(second.runs[0].seed, 2);

  await page.evaluate(() => window.figure.destroy());
  assert.equal(await page.locator("vanishing-gradients").count(), 0);
  await until(() => page.workers().length === 0, "the trainer is gone");
  assert.equal(await page.evaluate(() => { try { VanishingGradients.mount("#place", {}); } catch (error) { return error.message; } }), "mount: the first argument is #place, but must be an element");
});

reading("a state that is set while the frame is loading is the state", { ...STILL, host: hosting(MOUNT) }, async (page) => {
  await page.waitForFunction(() => window.VanishingGradients);
  await page.evaluate(() => {
    window.figure = VanishingGradients.mount(document.querySelector("#place"), { figure: "loss" });
    window.figure.run();
    window.figure.setState({ steps: 150, run: "tanh" });
  });
  const { runs } = await new Embed(page).event("done");
  assert.deepEqual(runs.map(({ label, of }) => [label, of]), [["tanh", 150]]);
});

const LONG = { figure: "loss", seeds: "60" };

reading("pause pauses and run goes on", { ...STILL, host: hosting(element(LONG)) }, async (page) => {
  const embed = new Embed(page);
  await embed.event("ready");
  await embed.call("run");
  await embed.until(({ status }) => status === "running");
  await embed.call("pause");
  const paused = await embed.until(({ status }) => status === "paused");
  await embed.call("run");
  await embed.until(({ status, runs }) => status === "running" && sum(runs) > 0);
  assert.ok(sum((await embed.until(({ runs }) => sum(runs) > 0)).runs) >= sum(paused.runs));
});

reading("an embed that leaves the screen pauses, and goes on when it is back", { viewport: { width: 800, height: 600 }, host: hosting(element(LONG) + SPACE + SPACE) }, async (page) => {
  const embed = new Embed(page);
  await embed.until(({ status }) => status === "running");
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await embed.until(({ status }) => status === "paused");
  assert.equal(await page.locator("iframe").count(), 1, "it is not closed while nobody needs its place");
  const { runs } = await embed.until(({ status }) => status === "paused");
  await page.evaluate(() => scrollTo(0, 0));
  await embed.until(({ status }) => status === "running");
  await embed.until((detail) => sum(detail.runs) > sum(runs) && detail.status === "running");
});

reading("a figure that its host pauses off the screen stays so when it is back", { viewport: { width: 800, height: 600 }, host: hosting(element(LONG) + SPACE + SPACE) }, async (page) => {
  const embed = new Embed(page);
  await embed.until(({ status }) => status === "running");
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await embed.until(({ status }) => status === "paused");
  await embed.call("pause");
  await page.evaluate(() => scrollTo(0, 0));
  await visibleInside(embed);
  assert.ok(await embed.inside.getByRole("button", { name: "Run", exact: true }).isVisible());
  await embed.call("run");
  await embed.until(({ status }) => status === "running");
});

/** Waits until the frame's observers know that the figure is on the screen. */
async function visibleInside(embed) {
  const frame = await embed.frame();
  await frame.evaluate(() => new Promise((resolve) => {
    const observer = new IntersectionObserver(([{ isIntersecting }]) => {
      if (!isIntersecting) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(document.querySelector("main"));
  }));
}

reading("a run that is asked for off the screen waits until the figure is seen", { ...STILL, viewport: { width: 800, height: 600 }, host: hosting(element(LONG) + SPACE + SPACE) }, async (page) => {
  const embed = new Embed(page);
  await embed.event("ready");
  await embed.call("run");
  await embed.until(({ status }) => status === "running");
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await embed.until(({ status }) => status === "paused");
  await embed.call("pause");
  await embed.place.evaluate((element) => { element.run(); element.setState({ seeds: 60, at: 7 }); });
  const { status } = await embed.until(({ query }) => query.includes("at=7"));
  assert.equal(status, "paused");
  await page.evaluate(() => scrollTo(0, 0));
  await embed.until(({ status }) => status === "running");
});

const sum = (runs) => runs.reduce((sum, { steps }) => sum + steps, 0);

/** A frame of the embed page itself, and a record of what it posts. */
const BARE = (url) => `<!doctype html><title>A host</title><script>
  window.posted = [];
  addEventListener("message", ({ data }) => posted.push(data));
  </script><iframe title="A figure" style="width: 100%; height: 900px" src="${url}embed.html?figure=loss&start=manual&seeds=60"></iframe><iframe title="Another" srcdoc="<p>Another frame</p>"></iframe>`;

reading("heights are told in all three conventions, and slides start and stop the training", { ...STILL, host: BARE }, async (page) => {
  await page.waitForFunction(() => window.posted.length >= 3);
  const [own, embedly, canvas] = await page.evaluate(() => window.posted.slice(0, 3));
  assert.deepEqual([own.type, own.v, Number.isInteger(own.height)], ["vanishing-gradients:resize", 1, true]);
  const { context, src, height } = JSON.parse(embedly);
  assert.deepEqual([context, height, new URL(src).searchParams.get("figure")], ["iframe.resize", own.height, "loss"]);
  assert.deepEqual(JSON.parse(canvas), { subject: "lti.frameResize", height: own.height });

  // What comes from elsewhere does not count: not another frame's, not an unknown one's.
  await page.frames()[2].evaluate(() => parent.frames[0].postMessage("slide:start", "*"));
  await page.evaluate(() => {
    for (const data of ["slide:begin", null, 7, {}, { type: "vanishing-gradients:run" }, { type: "vanishing-gradients:run", v: 2 }, { type: "vanishing-gradients:destroy", v: 1 }, { type: "vanishing-gradients:set", v: 1, query: 7 }, { type: "vanishing-gradients:run:x", v: 1 }, { type: "other:run", v: 1 }]) frames[0].postMessage(data, "*");
  });
  // Messages are taken in their order, so all of those are done when this one is.
  await page.evaluate(() => frames[0].postMessage({ type: "vanishing-gradients:pause", v: 1 }, "*"));
  assert.equal(await page.locator("iframe").first().contentFrame().locator("link[rel=x-script]").count(), 0, "the program is not even loaded");

  const status = async (status) => page.waitForFunction((status) => window.posted.findLast(({ detail }) => detail)?.detail.status === status, status);
  await page.evaluate(() => frames[0].postMessage("slide:start", "*"));
  await status("running");
  await page.evaluate(() => frames[0].postMessage("slide:stop", "*"));
  await status("paused");
  await page.evaluate(() => frames[0].postMessage("slide:start", "*"));
  await status("running");
});

reading("only the element's own frame sets its height, and only to what a height can be", { ...STILL, host: hosting(LOSS + `<iframe title="Another" srcdoc="<p>Another frame</p>"></iframe>`) }, async (page) => {
  const embed = new Embed(page);
  await embed.event("ready");
  await embed.fits();
  const height = async () => (await embed.frames.boundingBox()).height;
  const before = await height();
  const from = (frame, heights) => frame.evaluate((heights) => {
    const target = parent === self ? self : parent;
    for (const height of heights) target.postMessage({ type: "vanishing-gradients:resize", v: 1, height }, "*");
  }, heights);
  await from(page.frames().find((frame) => frame.url() === "about:srcdoc"), [5000]);
  await from(page.mainFrame(), [5000]);
  const own = await embed.frame();
  await from(own, [NaN, Infinity, -Infinity, "5000", null, undefined, [5000], { height: 5000 }]);
  await own.evaluate(() => {
    for (const data of [null, "x", { type: "vanishing-gradients:resize", height: 5000 }, { type: "resize", v: 1, height: 5000 }, { type: "vanishing-gradients:resize:x", v: 1, height: 5000 }, { type: "vanishing-gradients:done", v: 1 }, { type: "vanishing-gradients:done", v: 1, detail: 7 }]) parent.postMessage(data, "*");
    parent.postMessage({ type: "vanishing-gradients:progress", v: 1, detail: { isLast: true } }, "*");
  });
  await embed.until(({ isLast }) => isLast);
  assert.equal(await height(), before);
  await from(own, [1e9]);
  await until(async () => (await height()) === MAX_HEIGHT, "clamped above");
  await from(own, [-5]);
  await until(async () => (await height()) === MIN_HEIGHT, "clamped below");
  assert.equal(await embed.place.getAttribute("data-done"), null);
});

reading("a message of another origin does not count, even from the element's frame", { ...STILL, host: hosting(LOSS, { head: `<script>window.posted = []; addEventListener("message", ({ data }) => posted.push(data));</script>` }) }, async (page) => {
  const embed = new Embed(page);
  await embed.event("ready");
  await embed.forget();
  const before = (await embed.frames.boundingBox()).height;
  // The frame goes to a page of the host's own origin.
  const frame = await embed.frame();
  await frame.goto(`${page.url()}elsewhere`);
  await frame.evaluate(() => {
    parent.postMessage({ type: "vanishing-gradients:resize", v: 1, height: 5000 }, "*");
    parent.postMessage({ type: "vanishing-gradients:done", v: 1, detail: {} }, "*");
    parent.postMessage("last", "*");
  });
  await page.waitForFunction(() => window.posted?.includes("last"));
  assert.equal((await embed.frames.boundingBox()).height, before);
  assert.equal(await embed.place.getAttribute("data-done"), null);
});

const TWENTY = Array.from({ length: 20 }, (_, i) => element({ figure: KEYS[11 + (i % 10)], id: `embed-${i}`, steps: "100", speed: "fast", seed: i }) + `<p style="height: 200px">Text</p>`).join("");

reading("of twenty embeds on a page at most two are live, with two trainers, and each is as high as its contents", { viewport: { width: 800, height: 900 }, host: hosting(TWENTY) }, async (page) => {
  const counts = [];
  for (let i = 0; i < 20; i++) {
    const embed = new Embed(page, `#embed-${i}`);
    await embed.place.evaluate((element) => element.scrollIntoView({ block: "center" }));
    await embed.event("done");
    await embed.fits();
    counts.push(await page.locator("iframe").count());
    await until(() => page.workers().length <= 2, "at most two trainers");
  }
  assert.ok(Math.max(...counts) <= 2, counts.join());
});

const FUZZ = { seed: 20261128, numRuns: 300 };
const ATTRIBUTES = ["figure", "query", "base", "poster", "theme", "hide", "height", "reveal", "loading", "title", "run", "depth", "seed", "steps", "slope", "x", "style", "hidden", "start"];
const VALUES = fc.oneof(fc.constantFrom("", "loss", "relu", "0", "-1", "NaN", "1e999", "none", "manual", "dark", "http://", "//", "data:,x", "javascript:0", "%", "&&==;;", "sigmoid;;relu", "\u0000", "‮"), fc.string({ unit: "binary", maxLength: 40 }), fc.string({ maxLength: 40 }));
/** What the host asks of places that an attribute has named is refused by the test. */
const ELSEWHERE = /another origin|ERR_|\b404\b/;

reading("whatever the attributes are, nothing is thrown and heights are heights", { ...STILL, host: hosting(element({ id: "fuzzed", figure: "loss", reveal: "manual" }) + element({ id: "other", figure: "loss" })), expected: ELSEWHERE, prepare: refuseElsewhere }, async (page) => {
  const [fuzzed, other] = [new Embed(page, "#fuzzed"), new Embed(page, "#other")];
  await other.event("ready");
  const cases = fc.sample(fc.array(fc.tuple(fc.constantFrom(...ATTRIBUTES), VALUES), { minLength: 1, maxLength: 6 }), FUZZ);
  const heights = await fuzzed.place.evaluate((element, cases) => cases.map((attributes) => {
    for (const name of element.getAttributeNames()) if (name !== "id") element.removeAttribute(name);
    for (const [name, value] of attributes) element.setAttribute(name, value);
    if (cases.indexOf(attributes) % 30 === 0) element.open();
    const height = element.shadowRoot.querySelector("iframe")?.offsetHeight;
    element.destroy();
    return height;
  }), cases);
  assert.ok(heights.every((height) => height === undefined || height === 0 || (height >= MIN_HEIGHT && height <= MAX_HEIGHT)), heights.join());
  await other.call("run");
  assert.deepEqual(fingerprints(await other.event("done")), DEFAULT, "the page works");
});

/** Requests beyond this machine are answered here. */
async function refuseElsewhere(page) {
  await page.context().route((url) => url.hostname !== "127.0.0.1", (route) => route.abort());
}

const KINDS = ["run", "pause", "set", "resize", "ready", "progress", "done", "error", "x", ""];
const HEIGHTS = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(NaN, Infinity, -Infinity, 1e308), fc.string({ maxLength: 8 }));
const QUERIES = fc.oneof(fc.string({ maxLength: 60 }), fc.webQueryParameters(), fc.tuple(fc.constantFrom("depth", "seed", "run", "steps", "layer", "at", "loss.at", "v", "fingerprint"), fc.string({ maxLength: 12 })).map(([name, value]) => `${name}=${value}&steps=50`));
const MESSAGES = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom(...KINDS).map((kind) => `vanishing-gradients:${kind}`), v: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, fc.integer()), height: HEIGHTS, query: QUERIES, detail: fc.oneof(fc.jsonValue(), fc.constant({ runs: [] })) }, { requiredKeys: ["type", "v"] }) },
  { weight: 1, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
);

reading("whatever the messages are, in both directions, nothing is thrown and the height is a height", { ...STILL, host: hosting(LOSS), expected: /^$/ }, async (page) => {
  const embed = new Embed(page);
  await embed.event("ready");
  const frame = await embed.frame();
  const [toHost, toFrame] = [fc.sample(MESSAGES, FUZZ), fc.sample(MESSAGES, { ...FUZZ, seed: FUZZ.seed + 1 })];
  // After each message; this listener comes after the element's.
  await page.evaluate(() => {
    window.heights = [];
    addEventListener("message", () => window.heights.push(document.querySelector("vanishing-gradients").shadowRoot.querySelector("iframe").offsetHeight));
  });
  await frame.evaluate((messages) => messages.forEach((message) => parent.postMessage(message, "*")), toHost);
  await page.evaluate((messages) => messages.forEach((message) => window.postMessage(message, "*")), toHost);
  await embed.place.evaluate((element, messages) => messages.forEach((message) => element.shadowRoot.querySelector("iframe").contentWindow.postMessage(message, "*")), toFrame);
  await page.waitForFunction((count) => window.heights.length >= count, 2 * toHost.length);
  const heights = await page.evaluate(() => window.heights);
  assert.deepEqual(heights.filter((height) => !(height >= MIN_HEIGHT && height <= MAX_HEIGHT)), []);
  await embed.call("setState", { run: "relu", steps: "120" });
  await embed.call("run");
  const again = await until(async () => {
    for (const kind of ["progress", "done"]) {
      const detail = JSON.parse((await embed.place.getAttribute(`data-${kind}`)) ?? "null");
      if (detail?.status === "done" && detail.runs?.[0]?.of === 120) return detail;
    }
  }, "the figure shows and finishes what was asked for last");
  assert.deepEqual(again.runs.map(({ label, steps }) => [label, steps]), [["ReLU", 120]]);
});
