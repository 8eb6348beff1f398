// Copies of the built page, and further builds of it that differ in chosen files.

import { createHash } from "node:crypto";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DIST, serve } from "./site.mjs";

/** Serves a copy of dist/ with a page of its own: the site, with `folder` and `stop`. */
export async function serveCopy() {
  const folder = await mkdtemp(join(tmpdir(), "vanishing-gradients-"));
  await cp(DIST, folder, { recursive: true });
  const site = await serve(folder);
  const stop = async () => {
    await site.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...site, folder, stop, stopServer: site.stop };
}

/** Turns a copy into another build: `edits` changes the text of files by their names. */
export async function rebuild(folder, edits) {
  const { files } = await readList(folder);
  for (const [name, edit] of Object.entries(edits)) {
    const text = edit(await readFile(join(folder, name), "utf8"));
    await writeFile(join(folder, name), text);
    files[`./${name.replace(/index\.html$/, "")}`] = integrity(text);
  }
  await writeList(folder, files);
}

/** The name of a build and the files that its service worker stores. */
export async function readList(folder) {
  const script = await readFile(join(folder, "service-worker.js"), "utf8");
  const [, build, files] = script.match(/^const BUILD="([0-9a-f]{16})",FILES=(\{.*\});\n/);
  return { build, files: JSON.parse(files), code: script.slice(script.indexOf("\n") + 1) };
}

async function writeList(folder, files) {
  const { code } = await readList(folder);
  const list = JSON.stringify(files);
  const build = createHash("sha256").update(list + code).digest("hex").slice(0, 16);
  await writeFile(join(folder, "service-worker.js"), `const BUILD="${build}",FILES=${list};\n${code}`);
}

/** As an integrity attribute has it. */
export function integrity(bytes) {
  return `sha256-${createHash("sha256").update(bytes).digest("base64")}`;
}
