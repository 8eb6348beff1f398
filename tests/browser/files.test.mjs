// Files: what the page saves is what the terminal program writes, and own images replace the digits.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { serveCopy } from "./build.mjs";
import { Experiment, nativeFingerprints } from "./experiment.mjs";
import { bitmaps, idxPair, zipOfFolders } from "./images.mjs";
import { reading, STILL } from "./reader.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const NATIVE = await nativeFingerprints();
const DEFAULT = [NATIVE.sigmoid, NATIVE.ReLU, NATIVE["leaky 0.01"]];

const FORMATS = {
  "TensorBoard logs": "vanishing-gradients-tensorboard.zip",
  "CSV tables": "vanishing-gradients-csv.zip",
  "JSON document": "vanishing-gradients.json",
  Weights: "vanishing-gradients-weights.zip",
  "Python scripts": "vanishing-gradients-scripts.zip",
};
const KEYS = ["tensorboard", "csv", "json", "weights", "scripts"];
/** A figure over steps, one of layers, one of histograms and one of a function. */
const FIGURES = ["accuracy", "gradient-layers", "histograms", "sigmoid"];
const EXPERIMENTS = {
  "the default experiment": "?seed=1",
  "two seeds and a view": "?seed=7&steps=400&seeds=2&run=relu&run=tanh,norm:batch,label:=1%2B1&layer=2&focus=2&at=100",
};

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "vanishing-gradients-files-"));
  for (const [i, link] of Object.values(EXPERIMENTS).entries()) {
    const files = [...KEYS.flatMap((key) => ["--export", key]), ...FIGURES.flatMap((key) => ["--figure", key])];
    const program = ["run", "--release", "--quiet", "-p", "headless", "--", "--link", link, ...files, "--out", join(folder, `${i}`)];
    execFileSync("cargo", program, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  }
});
after(() => rm(folder, { recursive: true, force: true }));

for (const [i, [name, search]] of Object.entries(EXPERIMENTS).entries()) {
  reading(`every export and figure of ${name} has the bytes that the terminal program writes`, { ...STILL, search, colorScheme: "light" }, async (page) => {
    const written = (file) => readFile(join(folder, `${i}`, file));
    const saves = await openSaves(page);
    for (const [label, file] of Object.entries(FORMATS)) {
      const saved = await saving(page, () => saves.getByRole("button", { name: label, exact: true }).click());
      assert.equal(saved.name, file);
      assert.ok(saved.bytes.equals(await written(file)), `${file} differs`);
      await saves.getByText(`Saved ${file}.`, { exact: true }).waitFor();
    }
    for (const key of FIGURES) {
      const menu = await openMenu(page, key);
      for (const [label, file] of [["SVG", `${key}.svg`], ["CSV", `${key}.csv`]]) {
        const saved = await saving(page, () => menu.getByRole("button", { name: label, exact: true }).click());
        assert.equal(saved.name, file);
        assert.equal(saved.bytes.toString(), (await written(file)).toString(), file);
      }
    }
  });
}

reading("a drawing in pixels has the size of the drawing, or three times as much, and says where it comes from", { ...STILL, search: "?seed=1&steps=50" }, async (page) => {
  const menu = await openMenu(page, "loss");
  const saved = async (label) => saving(page, () => menu.getByRole("button", { name: label, exact: true }).click());
  const svg = (await saved("SVG")).bytes.toString();
  const size = svg.match(/ width="([\d.]+)" height="([\d.]+)"/).slice(1).map((length) => Math.round(Number(length)));
  for (const [label, name, scale] of [["PNG", "loss.png", 1], ["PNG 3×", "loss-3x.png", 3]]) {
    const png = await saved(label);
    assert.equal(png.name, name);
    const found = [16, 20].map((offset) => png.bytes.readUInt32BE(offset));
    for (const [side, pixels] of found.entries()) assert.ok(Math.abs(pixels - size[side] * scale) <= scale, `${found} instead of ${size} × ${scale}`);
    const text = textOf(png.bytes);
    assert.match(text, /^Vanishing Gradients, version .*\nSettings: \?seed=1&steps=50&fingerprint=\d+-[0-9a-f]{16}\nSeed: 1\nData: the 10,000 digits .*, 9,000 \+ 1,000 images\nFingerprints: sigmoid [0-9a-f]{16}, ReLU/);
    const colors = await page.evaluate(colorsOf, png.bytes.toString("base64"));
    assert.ok(colors > 10, `${colors} colors`);
  }
});

reading("links and code can be copied, and the link has the fingerprint of finished results", { ...STILL, search: "?seed=1&steps=50", permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
  const menu = await openMenu(page, "loss");
  const copied = async (label) => {
    await menu.getByRole("button", { name: label, exact: true }).click();
    await menu.getByText("Copied.", { exact: true }).waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const folder = new URL(".", page.url()).href;
  assert.equal(await copied("Copy link"), `${folder}?seed=1&steps=50#figure-loss`);
  const experiment = new Experiment(page);
  await experiment.button("Run").click();
  await experiment.reach("done");
  const link = await copied("Copy link");
  assert.match(link, /\?seed=1&steps=50&fingerprint=1-[0-9a-f]{16}#figure-loss$/);
  const [, query] = link.match(/\?(.*)#/);
  const element = await copied("Copy embed code");
  assert.ok(element.startsWith(`<script src="${folder}embed.js" async></script>\n<vanishing-gradients figure="loss" query="${query.replaceAll("&", "&amp;")}"><a href="`), element);
  const frame = await copied("Copy iframe");
  assert.ok(frame.startsWith(`<iframe src="${folder}embed/loss.html?${query.replaceAll("&", "&amp;")}" title="`), frame);
  assert.match(frame, / height="\d+" loading="lazy" allow="fullscreen; clipboard-write" sandbox="allow-scripts allow-same-origin allow-downloads allow-popups"/);
  await page.goto(link);
  await experiment.reach("ready");
  await experiment.button("Run").click();
  await experiment.notices.getByText(/^These are the link’s results, to the last bit/).waitFor();
});

const refuseClipboard = (page) => page.addInitScript(() => {
  navigator.clipboard.writeText = () => Promise.reject(new Error("refused by a test"));
});

reading("a text that cannot be copied is shown, selected", { ...STILL, prepare: refuseClipboard }, async (page) => {
  const menu = await openMenu(page, "sigmoid");
  await menu.getByRole("button", { name: "Copy link", exact: true }).press("Enter");
  const field = menu.getByRole("textbox", { name: "Text to copy" });
  await field.waitFor();
  assert.equal(await field.inputValue(), `${new URL(".", page.url()).href}?seed=1#figure-sigmoid`);
  assert.equal(await field.evaluate((field) => field.selectionEnd - field.selectionStart), (await field.inputValue()).length);
});

reading("a job shows its progress and can be canceled", { ...STILL, search: "?seed=1&steps=30000" }, async (page) => {
  const saves = await openSaves(page);
  await saves.getByRole("button", { name: "CSV tables", exact: true }).click();
  await saves.getByText(/^Training again: [\d,]+ of 90,000 steps$/).waitFor();
  await saves.getByRole("button", { name: "Cancel", exact: true }).click();
  await saves.getByText("Canceled.", { exact: true }).waitFor();
  assert.equal(await saves.getByRole("button", { name: "Cancel", exact: true }).count(), 0);
  const experiment = new Experiment(page);
  await experiment.reach("ready");
});

const SMALL = "?seed=1&steps=60&batch=10";

reading("own IDX files replace the digits, and the digits come back", { ...STILL, search: `${SMALL}&fingerprint=1-0123456789abcdef` }, async (page) => {
  const experiment = new Experiment(page);
  const digits = await experiment.train();
  await experiment.notices.getByText(/^These are not the link’s results/).waitFor();
  await choose(page, idxPair());
  const own = experiment.panel.locator(".in-use");
  await own.getByText("Your data: stripes, 54 + 6 images, 2 classes", { exact: true }).waitFor();
  await own.getByText(/There is no held-out set, so a tenth of each class is held out: 6 of 60 images/).waitFor();
  const stripes = await experiment.finish();
  await experiment.notices.getByText("The link’s results are of other data than yours, so they are not compared.").waitFor();
  assert.notDeepEqual(stripes, digits);
  await page.locator("#figure-loss .tag").getByText(/^your run, seed 1, .*your data$/).waitFor();
  const saves = await openSaves(page);
  const saved = await saving(page, () => saves.getByRole("button", { name: "JSON document", exact: true }).click());
  const document = JSON.parse(saved.bytes.toString());
  assert.deepEqual([document.data.name, document.data.train, document.data.held_out, document.data.classes], ["stripes", 54, 6, 2]);
  assert.deepEqual(document.runs.map((run) => run.fingerprint), stripes);
  await own.getByRole("button", { name: "Back to the bundled digits" }).click();
  await own.getByText(/Your data/).waitFor({ state: "detached" });
  assert.deepEqual(await experiment.finish(), digits);
});

/** Until it is released, no digits come. */
function withhold(page) {
  return page.route("**/mnist/*.gz", (route) => route.fulfill({ status: 404, body: "not found" }));
}

reading("the digits come back where they never came before, at one press", { ...STILL, search: SMALL, prepare: withhold, expected: /404/ }, async (page) => {
  const experiment = new Experiment(page);
  const missing = experiment.notices.getByText(/^The digits are not here: .*the server answered 404/);
  await missing.waitFor();
  await choose(page, idxPair());
  const stripes = await experiment.finish();
  const back = experiment.panel.locator(".in-use").getByRole("button", { name: "Back to the bundled digits" });
  await back.click();
  await missing.waitFor();
  await experiment.reach("starting");
  await page.unroute("**/mnist/*.gz");
  await choose(page, idxPair());
  assert.deepEqual(await experiment.finish(), stripes);
  await back.click();
  await experiment.reach("done");
  assert.notDeepEqual(await experiment.values("fingerprint"), stripes);
  assert.equal(await experiment.panel.locator(".in-use").innerText(), "");
});

reading("a zip with a folder for each class becomes data", { ...STILL, search: SMALL }, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  await choose(page, [zipOfFolders()]);
  await experiment.panel.locator(".in-use").getByText("Your data: stripes, 54 + 6 images, 2 classes", { exact: true }).waitFor();
  await experiment.finish();
});

reading("files that are dropped onto the panel are read, too", { ...STILL, search: SMALL }, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  const files = idxPair().map(({ name, buffer }) => [name, buffer.toString("base64")]);
  const transfer = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const [name, text] of files) transfer.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
    return transfer;
  }, files);
  await experiment.panel.dispatchEvent("drop", { dataTransfer: transfer });
  await experiment.panel.locator(".in-use").getByText(/^Your data: stripes, /).waitFor();
  await experiment.finish();
});

/** Writes a folder of images, deeper than one level, and with more files than a browser lists at a time. */
async function folderOfImages(name) {
  const root = join(folder, name);
  for (const [path, bytes] of bitmaps(110)) {
    await mkdir(join(root, "images", path, ".."), { recursive: true });
    await writeFile(join(root, "images", path), bytes);
  }
  await mkdir(join(root, "empty"));
  return root;
}
const OF_FOLDER = "Your data: stripes, 198 + 22 images, 2 classes";

/** Drops files or folders of this machine onto the panel, as a reader does. */
async function drop(page, ...files) {
  const experiment = new Experiment(page);
  const heading = experiment.panel.getByText("Use your own images", { exact: true });
  await heading.scrollIntoViewIfNeeded();
  const { x, y } = await heading.boundingBox();
  const devtools = await page.context().newCDPSession(page);
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await devtools.send("Input.dispatchDragEvent", { type, x: x + 5, y: y + 5, data: { items: [], files, dragOperationsMask: 1 } });
  }
}

reading("a chosen folder with a folder for each class becomes data", { ...STILL, search: SMALL }, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  const place = experiment.panel.locator("[data-slot=images]");
  await place.locator("summary").click();
  await place.getByLabel("A folder").setInputFiles(await folderOfImages("chosen/stripes"));
  await experiment.panel.locator(".in-use").getByText(OF_FOLDER, { exact: true }).waitFor();
});

for (const [place, search] of Object.entries({ "in the article": SMALL, "in an embed": `embed.html${SMALL}&figure=experiment`, "on the experiment's own page": `embed/experiment.html${SMALL}` })) {
  reading(`a dropped folder with a folder for each class becomes the same data as when it is chosen, ${place}`, { ...STILL, search }, async (page, t) => {
    const experiment = new Experiment(page);
    await experiment.reach("ready");
    const root = await folderOfImages(`${t.name}/stripes`);
    await drop(page, root);
    await experiment.panel.locator(".in-use").getByText(OF_FOLDER, { exact: true }).waitFor();
    const dropped = await experiment.finish();
    await experiment.panel.locator(".in-use").getByRole("button", { name: "Back to the bundled digits" }).click();
    await experiment.panel.getByLabel("A folder").setInputFiles(root);
    await experiment.panel.locator(".in-use").getByText(OF_FOLDER, { exact: true }).waitFor();
    assert.deepEqual(await experiment.finish(), dropped);
  });
}

reading("an empty folder that is dropped gets a sentence, and a dropped zip is read", { ...STILL, search: SMALL }, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  const root = await folderOfImages("mixed/stripes");
  const place = experiment.panel.locator("[data-slot=images]");
  await drop(page, join(root, "empty"));
  await place.getByText("These files cannot be used: there are none in the folder.", { exact: true }).waitFor();
  const zip = zipOfFolders();
  await writeFile(join(folder, zip.name), zip.buffer);
  await drop(page, join(folder, zip.name));
  await experiment.panel.locator(".in-use").getByText("Your data: stripes, 54 + 6 images, 2 classes", { exact: true }).waitFor();
});

reading("files that hold no images get a sentence, and the digits stay", STILL, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  const [images, labels] = idxPair();
  await choose(page, [{ ...images, buffer: images.buffer.subarray(0, 5000) }, labels]);
  const place = experiment.panel.locator("[data-slot=images]");
  await place.getByText("These files cannot be used: stripes-images-idx3-ubyte: byte 4: the header promises 60 × 28 × 28 bytes of data, but 4984 follow it.", { exact: true }).waitFor();
  assert.equal(await experiment.panel.locator(".in-use").innerText(), "");
  assert.deepEqual(await experiment.train(), DEFAULT);
});

/** A page that has a figure in a sandboxed frame without an origin. Playwright's own blocking of service workers throws there. */
async function withHost() {
  const site = await serveCopy();
  await writeFile(join(site.folder, "host.html"), HOST);
  return site;
}
const HOST = `<!doctype html><link rel="icon" href="data:,"><iframe width="800" height="900" sandbox="allow-scripts allow-downloads" src="embed.html?figure=loss&start=manual&seed=1&steps=50"></iframe>`;

reading("figures are saved in a sandboxed frame without an origin, too", { ...STILL, search: "host.html", open: withHost, serviceWorkers: "allow", expected: /Clipboard API has been blocked/ }, async (page) => {
  const frame = page.frameLocator("iframe");
  await frame.getByRole("button", { name: "Run", exact: true }).click();
  await frame.getByText("150 of 150 steps", { exact: true }).waitFor();
  const menu = await openMenu(frame, "loss");
  for (const [label, start] of [["SVG", "<svg "], ["PNG", "\x89PNG"], ["CSV", "step"]]) {
    const saved = await saving(page, () => menu.getByRole("button", { name: label, exact: true }).click());
    assert.equal(saved.bytes.subarray(0, start.length).toString("latin1"), start);
  }
  await menu.getByRole("button", { name: "Copy link", exact: true }).click();
  const field = menu.getByRole("textbox", { name: "Text to copy" });
  await field.waitFor();
  assert.match(await field.inputValue(), /^http.*\/some\/path\/\?seed=1&steps=50(&fingerprint=1-[0-9a-f]{16})?#figure-loss$/);
});

/** Waits until the page is live and the digits are there. Before that the panel grows: what is clicked on may have moved. */
const hasDigits = (page) => page.locator("button[data-format=csv]:not([disabled])").waitFor({ state: "attached" });

/** Opens “Save results”, when the digits are there. */
async function openSaves(page) {
  await hasDigits(page);
  const saves = new Experiment(page).panel.locator("[data-slot=saves]");
  await saves.locator("summary").click();
  return saves;
}

/** Opens the menu of a figure, when the digits are there. */
async function openMenu(page, key) {
  const menu = page.locator(`#figure-${key} .menu`);
  if (await page.locator("[data-slot=saves]").count()) await hasDigits(page);
  await menu.locator("summary").click();
  await menu.getByRole("button", { name: "Copy link", exact: true }).waitFor();
  return menu;
}

/** Chooses files of the reader's own. */
async function choose(page, files) {
  const place = new Experiment(page).panel.locator("[data-slot=images]");
  await place.locator("summary").click();
  await place.getByLabel("Files or a zip").setInputFiles(files);
}

/** Does something that saves a file: its name and its bytes. */
async function saving(page, act) {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** The text of a PNG file's only `iTXt` chunk. */
function textOf(png) {
  const start = png.indexOf("iTXt");
  const chunk = png.subarray(start + 4, start + 4 + png.readUInt32BE(start - 4));
  const keyword = "Source\0\0\0\0\0";
  assert.equal(chunk.subarray(0, keyword.length).toString(), keyword);
  return chunk.subarray(keyword.length).toString("utf8");
}

/** How many colors an image has, by the browser's own decoder. */
async function colorsOf(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  return new Set(new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer)).size;
}
