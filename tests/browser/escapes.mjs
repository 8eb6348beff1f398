// Ways for a program to talk to another origin, or to run a text as code, which the page's content security policy blocks. The tests in
// Chromium try them inside a real trainer; `engines.mjs` tries them in all engines, inside a worker that starts as trainers do.

import { createHash } from "node:crypto";
import { createServer } from "node:http";

/** Tries everything from where this function runs: the names of what was not blocked. It uses nothing from outside. */
export async function escape(other) {
  const soon = (act) => new Promise((resolve, reject) => setTimeout(() => { try { resolve(act()); } catch (error) { reject(error); } }));
  const ways = {
    fetch: () => fetch(other, { mode: "no-cors" }),
    import: () => import(`${other}script.js`),
    importScripts: () => soon(() => importScripts(`${other}script.js`)),
    WebSocket: () => new Promise((resolve, reject) => {
      const socket = new WebSocket(other.replace("http", "ws"));
      socket.onopen = resolve;
      socket.onerror = reject;
    }),
    EventSource: () => new Promise((resolve, reject) => {
      const source = new EventSource(other);
      source.onopen = resolve;
      source.onerror = reject;
    }),
    // In tasks of their own: what a test evaluates directly is exempt.
    eval: () => soon(() => eval("1")),
    Function: () => soon(() => new Function("return 1")()),
  };
  const open = [];
  for (const [name, way] of Object.entries(ways)) {
    try {
      await way();
      open.push(name);
    } catch {
      // Blocked.
    }
  }
  return open;
}

/** Another origin that allows everything: its address, the requests that it saw, and a function that stops it. */
export async function serveOther() {
  const [requests, sockets] = [[], []];
  const server = createServer((request, response) => {
    requests.push(request.url);
    const type = request.headers.accept === "text/event-stream" ? "text/event-stream" : "text/javascript";
    response.writeHead(200, { "content-type": type, "access-control-allow-origin": "*" });
    if (type === "text/javascript") response.end("");
    else response.write(": open\n\n");
  });
  server.on("upgrade", (request, socket) => {
    requests.push(`upgrade ${request.url}`);
    // RFC 6455, section 1.3.
    const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    sockets.push(socket);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    sockets.forEach((socket) => socket.destroy());
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, requests, stop };
}
