// What is published: every reference leads to a file, names with a checksum tell the truth, and the page can be installed.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join, posix } from "node:path";
import { test } from "node:test";
import { integrity, readList } from "./build.mjs";
import { reading, STILL } from "./reader.mjs";
import { DIST } from "./site.mjs";

const FILES = (await readdir(DIST, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map((entry) => posix.join((entry.parentPath ?? entry.path).slice(DIST.length).replaceAll("\\", "/"), entry.name));
const read = (name) => readFile(join(DIST, name));

test("every reference in every page leads to a file", async () => {
  const pages = FILES.filter((name) => name.endsWith(".html"));
  assert.ok(pages.includes("index.html"));
  for (const page of pages) {
    const html = (await read(page)).toString();
    const values = [...html.matchAll(/\s(?:href|src|srcset)="([^"#]*)[^"]*"/g)].map(([, value]) => value);
    const local = values.filter((value) => value && !/^[a-z]+:/.test(value)).map((value) => value.split("?")[0]);
    assert.ok(local.length > 0, page);
    for (const value of local) {
      const path = posix.join(posix.dirname(page), value);
      assert.ok(FILES.includes(path.endsWith("/") || path === "." ? posix.join(path, "index.html") : path), `${page} names ${value}`);
    }
  }
});

test("scripts, style sheets and programs are named by their content", async () => {
  const named = FILES.filter((name) => /\.(js|css|wasm|woff2)$/.test(name) && !/(^|\/)(service-worker|embed)\.js$/.test(name));
  assert.ok(named.length >= 7, named.join());
  for (const name of named) {
    const [, checksum] = name.match(/-([0-9a-f]{16})(_bg)?\.\w+$/) ?? assert.fail(`${name} has no checksum`);
    assert.equal(createHash("sha256").update(await read(name)).digest("hex").slice(0, 16), checksum, name);
  }
});

test("the service worker lists every file that a reader can open", async () => {
  const { files } = await readList(DIST);
  const machines = ["_headers", "service-worker.js", "robots.txt", "sitemap.xml", "card.png", "CITATION.cff"];
  const expected = FILES.filter((name) => !machines.includes(name) && !name.endsWith(".oembed.json"));
  assert.deepEqual(Object.keys(files).sort(), expected.map((name) => `./${name.replace(/(^|\/)index\.html$/, "$1")}`).sort());
  for (const name of expected) assert.equal(files[`./${name.replace(/(^|\/)index\.html$/, "$1")}`], integrity(await read(name)), name);
});

reading("the page can be installed", { ...STILL, serviceWorkers: "allow" }, async (page) => {
  const devtools = await page.context().newCDPSession(page);
  const { url, errors, data } = await devtools.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data);
  assert.equal(new URL(manifest.start_url, url).href, page.url());
  assert.ok(manifest.icons.some((icon) => icon.purpose === "maskable"));
  for (const { src, sizes } of manifest.icons) {
    const png = await read(src);
    assert.equal(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`, sizes, src);
  }
  // A window without a name in its private profile cannot install anything.
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito"), []);
});
