// Serves the built page, dist/ or another folder, on this machine under a sub-path, as a static host would.
// It knows files and their types, nothing else: no fallback page, no listing, no cache.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
export const SUB_PATH = "/some/path/";

export const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".gz": "application/gzip",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** Starts serving a folder on a free port: the page's address, and a function that stops it. */
export async function serve(dist = DIST, headers = { "access-control-allow-origin": "*" }) {
  const server = createServer(async (request, response) => {
    const file = fileOf(dist, new URL(request.url, "http://localhost").pathname);
    try {
      const body = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", ...headers });
      response.end(body);
    } catch {
      response.writeHead(404, { "content-type": "text/plain; charset=utf-8" });
      response.end("not found");
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${server.address().port}${SUB_PATH}`, stop };
}

/** Starts serving one page, whatever the path, on a port of its own: its address, and a function that stops it. */
export async function servePage(html, headers = {}) {
  const server = createServer((request, response) => {
    response.writeHead(200, { "content-type": TYPES[".html"], ...headers });
    response.end(request.url === "/favicon.ico" ? "" : html);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, stop };
}

/** The file of a folder behind a path, or no readable file at all. */
function fileOf(dist, path) {
  if (!path.startsWith(SUB_PATH)) return "";
  const name = decodeURIComponent(path.slice(SUB_PATH.length));
  const file = join(dist, name === "" || name.endsWith("/") ? `${name}index.html` : name);
  return file.startsWith(join(dist, sep)) ? file : "";
}
