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
  /** The most blank below a live figure for which nothing moves when it opens. */
  const MAX_BLANK = 100;
  /** A frame that is on the screen and says nothing for so long cannot be loaded. Browsers may not draw others, which then say nothing. */
  const PATIENCE_MILLISECONDS = 30_000;
  /** The press writes all figures here, as KEY: { wide: [width, height], narrow: [width, height], around: [wide, narrow], isMeasured }:
   * the sizes of its two drawings, the height of what is around the live drawing in pages of 600 px and more and of 360 px, and whether
   * it shows measurements. The panel of the experiment has no drawing. */
  const FIGURES = {/* figures */};
  /** Attributes that need another frame. */
  const FRAME_ATTRIBUTES = ["figure", "base", "poster", "theme", "hide", "start", "height"];
  /** Those of them that are parameters of the frame's address, though no settings. */
  const FRAME_PARAMETERS = ["theme", "hide", "start"];
  /** A setting is one word, or a figure and a word. Names with other signs, and those that begin with "on", are no settings. */
  const SETTING = /^(?!on)([a-z-]+\.)?[a-z]+\d?$/;
  /** Words that are no settings: attributes of this element, and those that all elements of HTML have. */
  const OWN_ATTRIBUTES = "figure query base height loading poster reveal theme hide start";
  const HTML_ATTRIBUTES =
    "accesskey autocapitalize autocorrect autofocus class contenteditable dir draggable elementtiming enterkeyhint exportparts " +
    "headingoffset headingreset hidden id inert inputmode is itemid itemprop itemref itemscope itemtype lang nonce part popover role slot " +
    "spellcheck style tabindex title translate virtualkeyboardpolicy writingsuggestions xmlns";
  /** Parameters of a query that change no drawing. */
  const NOT_DRAWN = "v fingerprint figure theme hide start speed";
  const SANDBOX = "allow-scripts allow-same-origin allow-downloads allow-popups";
  const STYLE = `
    :host { all: initial !important; display: block !important; position: relative !important; color-scheme: light dark !important; }
    :host([theme="light"]) { color-scheme: light !important; }
    :host([theme="dark"]) { color-scheme: dark !important; }
    :host([hidden]) { display: none !important; }
    iframe, img { display: block; width: 100%; border: 0; }
    img { height: auto; }
    div { position: relative; }
    iframe.waiting { position: absolute; inset: 0 auto auto 0; opacity: 0; pointer-events: none; }
    button { display: block; margin: 0 auto; min-height: 44px; padding: 0 20px; border: 0; border-radius: 4px;
      font: 500 14px/1.5 system-ui, sans-serif; color: light-dark(#fff, #14171b); background: light-dark(#1b1f24, #e8eaed); cursor: pointer; }
    img ~ button { position: absolute; inset: 50% auto auto 50%; transform: translate(-50%, -50%); }
    button:focus-visible { outline: 2px solid light-dark(#1b1f24, #e8eaed); outline-offset: 2px; }
    div, p { background: light-dark(#fff, #14171b); }
    p { margin: 0; padding: 8px 4px; }
    p, slot { font: 14px/1.5 system-ui, sans-serif; color: light-dark(#59626d, #a3adb8); }
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

  /** Whether a word is one of some words with spaces between them. */
  const isOneOf = (words, word) => ` ${words} `.includes(` ${word} `);

  /** Whether an attribute is a setting of the experiment or of the view. */
  const isSetting = (name) => {
    if (!SETTING.test(name) || isOneOf(OWN_ATTRIBUTES, name) || isOneOf(HTML_ATTRIBUTES, name)) return false;
    const dot = name.indexOf(".");
    return dot < 0 || Object.hasOwn(FIGURES, name.slice(0, dot));
  };

  /** Gives a parameter its value. Several runs have semicolons between them. */
  const assign = (parameters, name, value) => {
    parameters.delete(name);
    const values = name === "run" ? value.split(";") : [value];
    for (let i = 0; i < values.length; i++) {
      if (name !== "run" || values[i].trim()) parameters.append(name, values[i].trim());
    }
  };

  const clampHeight = (height) => Math.min(Math.max(Math.ceil(height), MIN_HEIGHT), MAX_HEIGHT);

  const warnings = new Set();
  /** Tells the author of the page, once, what is wrong with an attribute. */
  const warn = (sentence) => {
    if (!warnings.has(sentence)) console.warn(`<${NAME}>: ${sentence}`);
    warnings.add(sentence);
  };

  /** All elements of the page. */
  const elements = new Set();
  /** Those with a frame. */
  const live = new Set();

  class Figure extends HTMLElement {
    #root = this.attachShadow({ mode: "open" });
    /** The space that is kept for the live figure. */
    #space = new CSSStyleSheet();
    #frame = null;
    #timer = 0;
    #state = null;
    /** Whether the frame listens; until then, new settings and the last command wait. */
    #isListening = false;
    #hasNewSettings = false;
    #pendingCommand = null;
    /** What the attributes said when they were last read: those of the frame, and the settings as a query. */
    #frameAttributes = "";
    #attributeSettings = "";
    /** The settings as a query: those of the attributes, until a script sets others. */
    #settings = "";
    /** The width for which space is kept, and the height at this width when the last frame was closed. */
    #width = 0;
    #lastHeight = 0;
    /** Whether the host has closed the frame. */
    #isClosed = false;
    /** Whether the frame could not be loaded; only a click, a call or other attributes try again. */
    #hasFailed = false;
    /** Whether any of the element is on the screen. */
    isVisible = false;

    constructor() {
      super();
      this.#root.adoptedStyleSheets[0] = sheet;
      this.#root.adoptedStyleSheets[1] = this.#space;
      new MutationObserver(() => {
        this.#update();
        settle();
      }).observe(this, { attributes: true });
    }

    connectedCallback() {
      elements.add(this);
      visibility.observe(this);
      sizes.observe(this);
      this.#read();
      this.#showPoster();
    }

    disconnectedCallback() {
      elements.delete(this);
      visibility.unobserve(this);
      sizes.unobserve(this);
      this.close();
    }

    /** What was last reported: status, query, steps and results, or an error; null before that. */
    getState() {
      return this.#state;
    }

    /** Shows another experiment or view: a link's query, which replaces all settings, or an object of those that change; null resets one. */
    setState(state) {
      this.#update();
      const isQuery = typeof state === "string" || state instanceof URLSearchParams;
      const settings = new URLSearchParams(isQuery ? state : this.#settings);
      if (!isQuery) {
        for (const name in state) {
          if (!Object.hasOwn(state, name)) continue;
          if (state[name] === null || state[name] === undefined) settings.delete(name);
          else assign(settings, name, String(state[name]));
        }
      }
      this.#settings = settings.toString();
      this.#showSettings();
    }

    /** The method that trains, and opens the frame if need be. Frameworks that set properties set the attribute of this name. */
    get run() {
      return this.#run;
    }

    set run(runs) {
      if (runs === null || runs === undefined) this.removeAttribute("run");
      else this.setAttribute("run", runs);
    }

    #run() {
      if (!this.#frame) this.open();
      this.#command("run");
    }

    pause() {
      this.#command("pause");
    }

    /** Closes the frame and shows the drawing, until the host or the reader opens it again. */
    destroy() {
      this.#isClosed = true;
      this.close();
      this.#lastHeight = 0;
      this.reserve();
    }

    /** Closes the frame, which may open by itself again, and keeps its space. */
    close() {
      clearTimeout(this.#timer);
      if (this.#frame && !this.#frame.className) this.#lastHeight = this.offsetHeight;
      this.#frame = null;
      this.#isListening = false;
      live.delete(this);
      if (this.isConnected) this.#showPoster();
    }

    /** Whether the element becomes live without a click. */
    get opensByItself() {
      return this.isVisible && !this.#frame && !this.#isClosed && !this.#hasFailed && this.#key !== "" && !this.#isManual;
    }

    get #isManual() {
      return this.getAttribute("reveal") === "manual";
    }

    /** Opens the frame and closes the one that was opened first, if there are too many. */
    open() {
      this.#update();
      if (!this.isConnected || !this.#key) return;
      this.#isClosed = this.#hasFailed = false;
      live.add(this);
      for (const other of live) {
        if (live.size > MAX_LIVE && other !== this) other.close();
      }
      this.#open();
    }

    receive({ source, origin, data }) {
      if (!this.#frame || source !== this.#frame.contentWindow) return;
      if (origin !== "null" && origin !== new URL(this.#base).origin) return;
      if (typeof data !== "object" || data === null || data.v !== 1 || typeof data.type !== "string") return;
      const match = /^vanishing-gradients:(resize|ready|progress|done|error)$/.exec(data.type);
      if (!match) return;
      this.#flush();
      if (match[1] === "resize") this.#resize(data.height);
      else this.#report(match[1], data.detail);
    }

    #report(kind, detail) {
      if (typeof detail !== "object" || detail === null) return;
      this.#show();
      this.#dispatch(kind, detail);
    }

    #dispatch(kind, detail) {
      this.#state = detail;
      this.dispatchEvent(new CustomEvent(kind, { detail, bubbles: true }));
    }

    #resize(height) {
      if (typeof height !== "number" || !Number.isFinite(height)) return;
      if (!this.#height) this.#frame.style.height = `${clampHeight(height)}px`;
      this.#show();
      if (this.offsetHeight - this.#frame.offsetHeight > MAX_BLANK) this.#space.replaceSync("");
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
      frame.src = this.#address();
      frame.title = this.getAttribute("title") || "Interactive figure about vanishing gradients";
      frame.setAttribute("sandbox", SANDBOX);
      frame.allow = "fullscreen; clipboard-write";
      frame.className = "waiting";
      frame.style.height = `${this.#height || this.offsetHeight || 400}px`;
      this.#clear(this.#root.querySelector("div"));
      this.#root.querySelector("button")?.remove();
      this.#root.append(frame);
      this.#frame = frame;
      this.#isListening = false;
      this.#hasNewSettings = false;
      this.#pendingCommand = null;
      this.#wait();
    }

    #wait() {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => (this.isVisible ? this.#fail() : this.#wait()), PATIENCE_MILLISECONDS);
    }

    #fail() {
      const message = "This figure could not be loaded.";
      this.#hasFailed = true;
      this.close();
      this.#explain(`${message} `, "Open it in a page of its own");
      this.#dispatch("error", { message });
    }

    /** Reads the attributes: whether those of the frame have changed, and whether the settings have. What came last counts, so settings
     * that a script has set are replaced only if those of the attributes change. */
    #read() {
      let frameAttributes = "";
      for (let i = 0; i < FRAME_ATTRIBUTES.length; i++) frameAttributes += `${this.getAttribute(FRAME_ATTRIBUTES[i]) ?? ""}\n`;
      const parameters = new URLSearchParams(this.getAttribute("query") ?? "");
      for (let i = 0; i < this.attributes.length; i++) {
        const { name, value } = this.attributes[i];
        if (isSetting(name)) assign(parameters, name, value);
      }
      const attributeSettings = parameters.toString();
      const change = { frame: frameAttributes !== this.#frameAttributes, settings: attributeSettings !== this.#attributeSettings };
      this.#frameAttributes = frameAttributes;
      if (change.settings) this.#attributeSettings = this.#settings = attributeSettings;
      const reveal = this.getAttribute("reveal");
      const height = this.getAttribute("height");
      if (reveal && reveal !== "auto" && !this.#isManual) warn(`reveal is “${reveal}”, but must be auto or manual.`);
      if (height && !this.#height) warn(`height is “${height}”, but must be a number of pixels, without a unit.`);
      return change;
    }

    /** Shows what the attributes say, if that has changed. */
    #update() {
      const change = this.#read();
      if (!this.isConnected) return;
      if (change.frame) {
        this.#lastHeight = 0;
        this.#hasFailed = false;
      }
      if (change.frame && this.#frame && this.#key) this.#open();
      else if (change.frame) this.close();
      else if (change.settings) this.#showSettings();
    }

    #showSettings() {
      if (this.#isListening) this.#send("set", { query: this.#settings });
      else if (this.#frame) this.#hasNewSettings = true;
      else if (this.isConnected) this.#showPoster();
    }

    #showPoster() {
      this.#clear(null);
      this.reserve();
      if (!this.#key) {
        const sentence = `“${this.getAttribute("figure") ?? ""}” is no figure.`;
        this.#explain(`${sentence} `, "See all figures");
        // Not yet: who has just made the element listens next.
        queueMicrotask(() => this.#dispatch("error", { message: sentence }));
        return;
      }
      const place = document.createElement("div");
      const poster = this.getAttribute("poster");
      const own = poster && resolve(poster);
      if (poster !== "none" && own) this.#showPicture(place, own);
      else if (poster !== "none") this.#showDrawing(place);
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Run this figure";
      button.onclick = () => this.run();
      place.append(button);
      this.#root.append(place);
    }

    /** Shows a picture above everything else in a place. */
    #showPicture(place, address) {
      const image = document.createElement("img");
      image.alt = this.getAttribute("title") || "";
      image.loading = this.getAttribute("loading") === "eager" ? "eager" : "lazy";
      image.src = address;
      image.onerror = () => {
        image.remove();
        this.#showDrawing(place);
      };
      place.prepend(image);
      return image;
    }

    /** Shows the figure's drawing, which has its size before it has loaded. If it cannot be loaded, the host's own link is shown. */
    #showDrawing(place) {
      const { wide, narrow } = FIGURES[this.#key];
      if (!wide) return;
      // The drawing that is scaled least.
      const isNarrow = this.clientWidth > 0 && this.clientWidth < Math.sqrt(wide[0] * narrow[0]);
      const image = this.#showPicture(place, new URL(`figures/${this.#key}${isNarrow ? "-narrow" : ""}.svg`, this.#base).href);
      const size = isNarrow ? narrow : wide;
      image.width = size[0];
      image.height = size[1];
      image.onerror = () => image.replaceWith(document.createElement("slot"));
      if (this.#hasDefaultSettings()) return;
      const note = document.createElement("p");
      note.textContent = "The drawing shows the default settings. Run the figure to see its own.";
      image.after(note);
    }

    resized() {
      if (this.clientWidth !== this.#width) this.reserve();
    }

    /** Keeps space for the live figure, so that the text below does not move when it opens or closes. */
    reserve() {
      const width = this.clientWidth;
      if (width !== this.#width) this.#lastHeight = 0;
      this.#width = width;
      this.#space.replaceSync(`:host { min-height: ${this.#lastHeight || this.#expectedHeight(width)}px !important; }`);
    }

    /** The height of the live figure; 0 if it is unknown, or if only a click opens the figure. */
    #expectedHeight(width) {
      if (!width || !this.#key || this.#isManual) return 0;
      if (this.#height) return this.#height;
      if (this.getAttribute("hide")) return 0;
      const { wide, narrow, around } = FIGURES[this.#key];
      // As the pages of figures do.
      const size = width > 600 ? wide : narrow;
      const narrowness = Math.max((600 - width) / 240, 0);
      const drawing = size ? ((width - 8) * size[1]) / size[0] : 0;
      return clampHeight(drawing + around[0] + narrowness * (around[1] - around[0]));
    }

    /** Whether no setting changes the drawing. Links always name the seed. */
    #hasDefaultSettings() {
      let isDefault = true;
      new URLSearchParams(this.#settings).forEach((value, name) => {
        const dot = name.indexOf(".");
        const changesIt = dot < 0 ? FIGURES[this.#key].isMeasured && !isOneOf(NOT_DRAWN, name) : name.slice(0, dot) === this.#key;
        if (changesIt && !(name === "seed" && value === "1")) isDefault = false;
      });
      return isDefault;
    }

    #explain(sentence, link) {
      const paragraph = document.createElement("p");
      const anchor = document.createElement("a");
      anchor.href = this.#key ? this.#address() : new URL("gallery.html", this.#base).href;
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
      return Object.hasOwn(FIGURES, key) ? key : "";
    }

    get #height() {
      const height = Number(this.getAttribute("height"));
      return height > 0 ? clampHeight(height) : 0;
    }

    #address() {
      const url = new URL(`embed/${this.#key}.html`, this.#base);
      const parameters = new URLSearchParams(this.#settings);
      for (let i = 0; i < FRAME_PARAMETERS.length; i++) {
        const value = this.getAttribute(FRAME_PARAMETERS[i]);
        if (value !== null) parameters.set(FRAME_PARAMETERS[i], value);
      }
      url.search = parameters;
      return url.href;
    }

    /** Runs or pauses. */
    #command(kind) {
      this.#update();
      if (this.#isListening) this.#send(kind);
      else this.#pendingCommand = kind;
    }

    /** Sends what has waited for the frame. */
    #flush() {
      if (this.#isListening) return;
      this.#isListening = true;
      if (this.#hasNewSettings) this.#send("set", { query: this.#settings });
      if (this.#pendingCommand !== null) this.#send(this.#pendingCommand);
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
        for (const other of live) if (!idle && !other.isVisible) idle = other;
        if (!idle) return;
        idle.close();
      }
      element.open();
    }
  };

  const visibility = new IntersectionObserver((entries) => {
    for (let i = 0; i < entries.length; i++) entries[i].target.isVisible = entries[i].isIntersecting;
    settle();
  });
  // In the next frame: browsers report an error if an observer of sizes changes sizes.
  const sizes = new ResizeObserver((entries) => {
    for (let i = 0; i < entries.length; i++) {
      const { target } = entries[i];
      requestAnimationFrame(() => target.resized());
    }
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
