// A page of another origin that embeds figures, and its embeds as its reader sees them.

import assert from "node:assert/strict";

export const KEYS = ["sigmoid", "relu", "leaky", "tanh", "elu", "selu", "gelu", "silu", "softplus", "identity", "chain",
  "network", "accuracy", "loss", "gradient-last", "gradient-first", "gradient-layers", "gradient-map", "histograms", "factors", "saturation", "seeds", "experiment"];

/**
 * Writes every event of an embed into an attribute of the embed, since tests read attributes from outside the page's own world, where a
 * host may have broken everything.
 */
const RECORD = `
  for (var kind of ["ready", "progress", "done", "error"]) addEventListener(kind, (event) => {
    if (event.detail && event.target.setAttribute) event.target.setAttribute("data-" + event.type, JSON.stringify(event.detail));
  });
`;

/** The HTML of a host around a body. `head` comes before everything else. */
export function hosting(body, { head = "", isRecording = true } = {}) {
  return (url) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A host</title><style>body { margin: 0; }</style>${head}
    ${isRecording ? `<script>${RECORD}</script>` : ""}<script src="${url}embed.js" async></script></head><body>${body.replaceAll("SITE/", url)}</body></html>`;
}

/** An element as HTML. */
export function element(attributes, style = "") {
  const pairs = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`).join(" ");
  return `<div style="${style}"><vanishing-gradients ${pairs}><a href="SITE/">The figure</a></vanishing-gradients></div>`;
}

/** As much space as keeps its neighbors from being on the screen together. */
export const SPACE = `<div style="height: 1500px"></div>`;

export class Embed {
  constructor(page, selector = "vanishing-gradients") {
    this.page = page;
    this.selector = selector;
    this.place = page.locator(selector);
    this.poster = this.place.locator("img");
    this.frames = this.place.locator("iframe");
    this.inside = this.frames.contentFrame();
  }

  /** Waits for an event: its detail. */
  async event(kind, patience = 60_000) {
    await this.page.locator(`${this.selector}[data-${kind}]`).waitFor({ state: "attached", timeout: patience });
    return JSON.parse(await this.place.getAttribute(`data-${kind}`));
  }

  /** Forgets the events so far. */
  async forget() {
    await this.place.evaluate((element) => ["ready", "progress", "done", "error"].forEach((kind) => element.removeAttribute(`data-${kind}`)));
  }

  /** Waits until the last event that is no other one says so. */
  async until(condition) {
    return until(async () => {
      const text = await this.place.getAttribute("data-progress");
      const detail = text && JSON.parse(text);
      return detail && condition(detail) ? detail : undefined;
    }, String(condition));
  }

  async call(name, ...args) {
    return this.place.evaluate((element, [name, args]) => element[name](...args), [name, args]);
  }

  /** The frame as Playwright has it. */
  async frame() {
    return (await this.frames.elementHandle()).contentFrame();
  }

  /** Waits until the frame is as high as its contents. */
  async fits() {
    const frame = await this.frame();
    await until(async () => {
      const [outer, inner] = [(await this.frames.boundingBox())?.height, await frame.evaluate(() => document.body.getBoundingClientRect().height)];
      return Math.abs(outer - inner) <= 2;
    }, "the frame is as high as its contents");
    const sideways = () => [document.documentElement.scrollWidth, document.documentElement.clientWidth];
    const [scrolled, client] = await frame.evaluate(sideways);
    assert.equal(scrolled, client, "nothing in the frame scrolls sideways");
    const [scrolledHost, clientHost] = await this.page.evaluate(sideways);
    assert.equal(scrolledHost, clientHost, "nothing in the host scrolls sideways");
  }
}

/** Asks until there is an answer. Playwright's own waiting asks inside the page, where a host may have broken everything. */
export async function until(ask, sentence, milliseconds = 30_000) {
  for (const end = Date.now() + milliseconds; Date.now() < end;) {
    const answer = await ask();
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return assert.fail(`never true: ${sentence}`);
}

/** The fingerprints of the runs of an event. */
export function fingerprints(detail) {
  return detail.runs.map((run) => run.fingerprint);
}
