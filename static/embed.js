// Embeds figures of Vanishing Gradients in any page:
//
//   <script src="https://…/embed.js" async></script>
//   <vanishing-gradients figure="gradient-first" depth="12"><a href="https://…/">The figure</a></vanishing-gradients>
//
// or, from a script, VanishingGradients.mount(element, { figure: "gradient-first", depth: 12 }). The element shows a static drawing
// until the reader sees it, then an iframe. At most two elements of a page have an iframe. The host's style sheet does not reach into
// the element. Nothing here uses methods of arrays or iterates over them, because a host may have replaced those methods.
(() => {
  "use strict";
  const NAME = "vanishing-gradients";
  if (customElements.get(NAME)) return;

  const MAX_LIVE = 2;
  const MIN_HEIGHT = 40;
  const MAX_HEIGHT = 20_000;
  const NARROW = 600;
  /** A frame that says nothing for so long cannot be loaded. */
  const PATIENCE_MILLISECONDS = 30_000;
  /** Attributes that are no parameters of the frame's address. */
  const OWN = /^(figure|query|base|height|loading|poster|reveal|id|class|style|title|lang|dir|hidden|slot|role|tabindex|aria-.*|data-.*|on.*)$/;
  const KEY = /^[a-z][a-z0-9-]*$/;
  /** The panel of the experiment, of which there is no drawing. */
  const PANEL = "experiment";
  const SANDBOX = "allow-scripts allow-same-origin allow-downloads allow-popups";
  const STYLE = `
    :host { all: initial !important; display: block !important; position: relative !important; color-scheme: light dark !important; }
    :host([theme="light"]) { color-scheme: light !important; }
    :host([theme="dark"]) { color-scheme: dark !important; }
    :host([hidden]) { display: none !important; }
    iframe, img { display: block; width: 100%; border: 0; }
    iframe.waiting { position: absolute; inset: 0 auto auto 0; opacity: 0; pointer-events: none; }
    button { position: absolute; inset: 50% auto auto 50%; transform: translate(-50%, -50%); min-height: 44px; padding: 0 20px; border: 0; border-radius: 4px;
      font: 500 14px/1.5 system-ui, sans-serif; color: light-dark(#fff, #14171b); background: light-dark(#1b1f24, #e8eaed); cursor: pointer; }
    button:only-child { position: static; display: block; margin: 0 auto; transform: none; }
    button:focus-visible { outline: 2px solid light-dark(#1b1f24, #e8eaed); outline-offset: 2px; }
    p { margin: 0; padding: 8px 0; font: 14px/1.5 system-ui, sans-serif; color: light-dark(#59626d, #a3adb8); }
    a { color: inherit; }
    @media print { button { display: none; } }
  `;

  // Not a <style> element, which a host's content security policy may forbid.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);

  const script = document.currentScript ?? document.querySelector('script[src*="embed.js"]');
  const folder = new URL(".", script?.src || document.baseURI).href;

  /** The whole address of an address that an attribute has, or null if it is none. */
  const resolve = (address) => {
    try {
      return new URL(address, document.baseURI).href;
    } catch {
      return null;
    }
  };

  /** All elements of the page. */
  const elements = new Set();
  /** Those with a frame. */
  const live = new Set();

  class Figure extends HTMLElement {
    #root = this.attachShadow({ mode: "open" });
    #frame = null;
    #timer = 0;
    #state = null;
    /** Whether the frame listens; until then, the last commands wait here. */
    #isListening = false;
    #query = null;
    #start = null;
    /** Whether any of the element is on the screen. */
    isVisible = false;

    static observedAttributes = ["figure", "query", "base", "poster", "theme", "hide", "height"];

    constructor() {
      super();
      this.#root.adoptedStyleSheets[0] = sheet;
    }

    connectedCallback() {
      elements.add(this);
      visibility.observe(this);
      this.#showPoster();
    }

    disconnectedCallback() {
      elements.delete(this);
      visibility.unobserve(this);
      this.destroy();
    }

    attributeChangedCallback(name, before, after) {
      if (!this.isConnected || before === after) return;
      if (!this.#frame) this.#showPoster();
      else if (name === "query") this.#set(this.#parameters().toString());
      else this.#open();
    }

    /** What the frame has last reported: status, query, steps and results; null before that. */
    getState() {
      return this.#state;
    }

    /** Shows another experiment or view: a link's query, or an object of its parameters. */
    setState(state) {
      this.setAttribute("query", new URLSearchParams(state));
    }

    /** Trains; opens the frame if need be. */
    run() {
      if (!this.#frame) this.open();
      this.#command("run");
    }

    pause() {
      this.#command("pause");
    }

    /** Closes the frame and shows the drawing. */
    destroy() {
      clearTimeout(this.#timer);
      this.#frame = null;
      this.#isListening = false;
      live.delete(this);
      if (this.isConnected) this.#showPoster();
    }

    /** Whether the element becomes live without a click. */
    get opensByItself() {
      return this.isVisible && !this.#frame && this.#key !== "" && this.getAttribute("reveal") !== "manual";
    }

    /** Opens the frame and closes the one that was opened first, if there are too many. */
    open() {
      if (!this.isConnected || !this.#key) return;
      live.add(this);
      for (const other of live) {
        if (live.size > MAX_LIVE && other !== this) other.destroy();
      }
      this.#open();
    }

    receive({ source, origin, data }) {
      if (!this.#frame || source !== this.#frame.contentWindow) return;
      if (origin !== "null" && origin !== new URL(this.#base).origin) return;
      if (typeof data !== "object" || data === null || data.v !== 1 || typeof data.type !== "string") return;
      const match = /^vanishing-gradients:(resize|ready|progress|done|error)$/.exec(data.type);
      if (!match) return;
      this.#listens();
      if (match[1] === "resize") this.#resize(data.height);
      else this.#report(match[1], data.detail);
    }

    #report(kind, detail) {
      if (typeof detail !== "object" || detail === null) return;
      this.#show();
      this.#state = detail;
      this.dispatchEvent(new CustomEvent(kind, { detail, bubbles: true }));
    }

    #resize(height) {
      if (typeof height !== "number" || !Number.isFinite(height)) return;
      if (!this.#height) this.#frame.style.height = `${Math.min(Math.max(Math.ceil(height), MIN_HEIGHT), MAX_HEIGHT)}px`;
      this.#show();
    }

    /** The frame has something to show: it takes the place of the drawing. */
    #show() {
      clearTimeout(this.#timer);
      if (!this.#frame.className) return;
      this.#frame.className = "";
      this.#clear(this.#frame);
    }

    #open() {
      const frame = document.createElement("iframe");
      frame.src = this.#address("embed.html");
      frame.title = this.getAttribute("title") || "Interactive figure about vanishing gradients";
      frame.setAttribute("sandbox", SANDBOX);
      frame.allow = "fullscreen; clipboard-write";
      frame.className = "waiting";
      frame.style.height = `${this.#height || this.offsetHeight || 400}px`;
      this.#clear(this.#root.querySelector("img"));
      this.#root.append(frame);
      this.#frame = frame;
      this.#isListening = false;
      this.#query = this.#start = null;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#fail(), PATIENCE_MILLISECONDS);
    }

    #fail() {
      this.destroy();
      this.#say("This figure could not be loaded. ", "Open it in a page of its own");
    }

    #showPoster() {
      this.#clear(null);
      if (!this.#key) {
        this.#say(`“${this.getAttribute("figure") ?? ""}” is no figure. `, "See all figures");
        return;
      }
      const poster = this.getAttribute("poster");
      if (poster !== "none" && (poster || this.#key !== PANEL)) {
        const image = document.createElement("img");
        image.alt = this.getAttribute("title") || "";
        image.loading = this.getAttribute("loading") === "eager" ? "eager" : "lazy";
        image.onerror = () => image.remove();
        image.src = (poster && resolve(poster)) || this.#drawing();
        this.#root.append(image);
      }
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Run this figure";
      button.onclick = () => this.run();
      this.#root.append(button);
    }

    #say(sentence, link) {
      const paragraph = document.createElement("p");
      const anchor = document.createElement("a");
      anchor.href = this.#address(this.#key ? "embed.html" : "./");
      anchor.target = "_blank";
      anchor.textContent = link;
      paragraph.append(sentence, anchor);
      this.#root.append(paragraph);
    }

    /** Removes everything but one element. */
    #clear(kept) {
      for (let child = this.#root.firstChild, next; child; child = next) {
        next = child.nextSibling;
        if (child !== kept) child.remove();
      }
    }

    get #base() {
      const base = resolve(this.getAttribute("base") || folder);
      return base && /^(https?|file):/.test(base) ? base : folder;
    }

    get #key() {
      const key = this.getAttribute("figure") ?? "";
      return KEY.test(key) ? key : "";
    }

    get #height() {
      const height = Number(this.getAttribute("height"));
      return height > 0 ? Math.min(Math.max(height, MIN_HEIGHT), MAX_HEIGHT) : 0;
    }

    #drawing() {
      const suffix = this.clientWidth > 0 && this.clientWidth < NARROW ? "-narrow" : "";
      return new URL(`figures/${this.#key}${suffix}.svg`, this.#base).href;
    }

    #address(page) {
      const url = new URL(page, this.#base);
      const parameters = this.#parameters();
      if (page === "embed.html") parameters.set("figure", this.#key);
      url.search = parameters;
      return url.href;
    }

    /** The parameters of the query, and then those of the attributes, which replace them. Several runs have semicolons between them. */
    #parameters() {
      const parameters = new URLSearchParams(this.getAttribute("query") ?? "");
      for (let i = 0; i < this.attributes.length; i++) {
        const { name, value } = this.attributes[i];
        if (OWN.test(name)) continue;
        parameters.delete(name);
        const values = name === "run" ? value.split(";") : { 0: value, length: 1 };
        for (let j = 0; j < values.length; j++) parameters.append(name, values[j].trim());
      }
      return parameters;
    }

    #set(query) {
      if (this.#isListening) this.#send("set", { query });
      else this.#query = query;
    }

    /** Runs or pauses. */
    #command(kind) {
      if (this.#isListening) this.#send(kind);
      else this.#start = kind;
    }

    /** Sends what has waited for the frame. */
    #listens() {
      if (this.#isListening) return;
      this.#isListening = true;
      if (this.#query !== null) this.#send("set", { query: this.#query });
      if (this.#start !== null) this.#send(this.#start);
    }

    #send(kind, rest) {
      this.#frame?.contentWindow?.postMessage({ type: `${NAME}:${kind}`, v: 1, ...rest }, "*");
    }
  }

  /** Opens what is on the screen while there are fewer than two open, or one that is off the screen. */
  const settle = () => {
    for (const element of elements) {
      if (!element.opensByItself) continue;
      if (live.size >= MAX_LIVE) {
        let idle = null;
        for (const other of live) if (!other.isVisible) idle = other;
        if (!idle) return;
        idle.destroy();
      }
      element.open();
    }
  };

  const visibility = new IntersectionObserver((entries) => {
    for (let i = 0; i < entries.length; i++) entries[i].target.isVisible = entries[i].isIntersecting;
    settle();
  });
  addEventListener("message", (event) => {
    for (const element of live) element.receive(event);
  });

  customElements.define(NAME, Figure);

  /** Puts a figure into an element. `options` are the attributes of <vanishing-gradients>. */
  const mount = (element, options) => {
    if (!(element instanceof Element)) throw new TypeError(`mount: the first argument is ${String(element)}, but must be an element`);
    const figure = document.createElement(NAME);
    for (const name in options) {
      if (options[name] !== undefined && options[name] !== null && Object.hasOwn(options, name)) figure.setAttribute(name, String(options[name]));
    }
    element.append(figure);
    return {
      element: figure,
      getState: () => figure.getState(),
      setState: (state) => figure.setState(state),
      run: () => figure.run(),
      pause: () => figure.pause(),
      destroy: () => figure.remove(),
    };
  };
  window.VanishingGradients = { mount };
})();
