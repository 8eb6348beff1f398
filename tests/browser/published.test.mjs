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

/** The headers that hosts send with a file by `_headers`; Netlify and Cloudflare Pages join the values of a header that two rules set. */
const RULES = (await read("_headers")).toString().split(/^(?=\/)/m).map((rule) => {
  const [path, ...lines] = rule.trim().split("\n");
  return [path, lines.map((line) => [line.slice(2, line.indexOf(":")), line.slice(line.indexOf(":") + 2)])];
});
const headersOf = (path) => RULES.filter(([rule]) => (rule.endsWith("*") ? path.startsWith(rule.slice(0, -1)) : path === rule)).flatMap(([, headers]) => headers);

test("a host that reads _headers sends each file once the right ones", async () => {
  // The limits of Cloudflare Pages.
  assert.ok(RULES.length <= 100 && RULES.flat(2).flat().every((line) => line.length <= 2_000));
  for (const name of FILES.filter((name) => name !== "_headers")) {
    const short = name.replace(/(^|\/)index\.html$/, "$1").replace(/\.html$/, "");
    for (const path of new Set([`/${name}`, name.endsWith(".html") ? `/${short}` : `/${name}`])) {
      const headers = Object.fromEntries(headersOf(path));
      assert.equal(Object.keys(headers).length, headersOf(path).length, `${path} has a header twice`);
      const isNamed = /-[0-9a-f]{8,16}(_bg)?\.\w+$/.test(name);
      assert.equal(headers["Cache-Control"], isNamed ? "public, max-age=31536000, immutable" : "no-cache", path);
      assert.equal(headers["Cross-Origin-Resource-Policy"], "cross-origin", path);
      assert.equal(headers["X-Content-Type-Options"], "nosniff", path);
      const policy = name.endsWith(".html") ? (await read(name)).toString().match(/http-equiv="Content-Security-Policy" content="([^"]*)"/)[1]
        : name === "service-worker.js" ? "default-src 'none'; connect-src 'self'" : undefined;
      if (policy) {
        assert.match(policy, /^default-src 'none'; /);
        assert.equal(headers["Content-Security-Policy"], policy, path);
      }
    }
  }
});

test("every page has its guard inside, and no other inline script runs", async () => {
  for (const name of FILES.filter((name) => name.endsWith(".html"))) {
    const page = (await read(name)).toString();
    const inline = [...page.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text]) => `'${integrity(text)}'`);
    assert.equal(inline.length, 1, name);
    assert.deepEqual(page.match(/'sha256-[^']+'/g), inline, name);
    assert.ok(page.indexOf("<script>") < page.search(/rel="?stylesheet/), `${name}: the guard is first`);
  }
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
