// Stores the whole page, so that it opens without a network. The build writes two constants before this line: BUILD, its name, and
// FILES, the address of every file with the checksum of its content. Neither `trunk serve` nor a frame starts this script.
//
// Each build has a cache of its own, which is complete or discarded. A page gets all its files from the build that it was opened
// from, however many newer builds come while it is open. A page that was opened from the network gets nothing from a cache.

/** The start of the names of this site's caches. Other sites of the same origin have other scopes; a scope contains no space. */
const PREFIX = `vanishing-gradients ${registration.scope} `;
const CACHE = PREFIX + BUILD;
/** Which page, by the id that the browser gives it, was opened from which cache. Scripts of all builds read it. */
const OPENED = `${PREFIX}opened`;

addEventListener("install", (event) => event.waitUntil(store()));
addEventListener("activate", (event) => event.waitUntil(tidy()));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(registration.scope)) return;
  // Where the caches fail, the network may still work.
  const answer = (response) => event.respondWith(response.catch(() => fetch(request)));
  if (request.mode !== "navigate") answer(file(event));
  // Frames of other pages are opened from the network.
  else if (request.destination === "document") answer(page(event));
});

/** Stores all files, or none. `addAll` is atomic, and fails where a file is missing or differs from its checksum. */
async function store() {
  try {
    const cache = await caches.open(CACHE);
    await cache.addAll(Object.entries(FILES).map(([url, integrity]) => new Request(url, { integrity, cache: "no-cache" })));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
  // Pages that are opened from now on are of this build. Open ones are announced it, and stay as they are.
  await skipWaiting();
}

async function page(event) {
  const response = await find(CACHE, event.request);
  if (!response) return fetch(event.request);
  try {
    const opened = await caches.open(OPENED);
    await opened.put(mark(event.resultingClientId), new Response(CACHE));
  } catch {
    // The disk may be full. The page is opened all the same, and gets each file from any build that has it.
  }
  event.waitUntil(tidy(event.resultingClientId));
  return response;
}

async function file({ clientId, request }) {
  const cacheName = await (await caches.match(mark(clientId), { cacheName: OPENED }))?.text();
  // A worker of a page is another client. Its script is named by its content, so that of any build is the right one.
  const names = cacheName ? [cacheName] : (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== OPENED);
  for (const name of names) {
    const response = await find(name, request);
    if (response) return response;
  }
  return fetch(request);
}

/** A file of a build, whatever the query. Some hosts have short addresses: `/` for `index.html`, `/gallery` for `gallery.html`. */
async function find(cacheName, { url }) {
  const { origin, pathname } = new URL(url);
  const address = origin + pathname.replace(/\/index\.html$/, "/");
  for (const candidate of [address, `${address}.html`]) {
    const response = await caches.match(candidate, { cacheName, ignoreVary: true });
    // Browsers refuse a response that remembers a redirect as an answer to a navigation.
    if (response) return response.redirected ? new Response(response.body, response) : response;
  }
}

function mark(clientId) {
  return new Request(`./?opened=${clientId}`);
}

/** Deletes the caches that no open page uses. `newcomer` is a page that is just being opened. */
async function tidy(newcomer) {
  if (registration.installing) return;
  const opened = await caches.open(OPENED);
  const used = new Set([CACHE, OPENED]);
  for (const request of await opened.keys()) {
    const id = new URL(request.url).searchParams.get("opened");
    if (id === newcomer || (await clients.get(id))) used.add(await (await opened.match(request)).text());
    else await opened.delete(request);
  }
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && !used.has(name)).map((name) => caches.delete(name)));
}
