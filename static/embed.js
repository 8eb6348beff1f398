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
  /** A frame that is on the screen and says nothing for so long cannot be loaded. Browsers may not draw others, which then say nothing. */
  const PATIENCE_MILLISECONDS = 30_000;
  /** The press writes all figures here: width and height of the wide and of the narrow drawing, and 1 if it shows measurements. The panel
   * of the experiment has no drawing. */
  const FIGURES = {/* figures */};
  /** Attributes that need another frame. */
  const LOOK = ["figure", "base", "poster", "theme", "hide", "start", "height"];
  /** Those of them that are parameters of the frame's address, though no settings. */
  const OF_FRAME = ["theme", "hide", "start"];
  /** A setting is one word, or a figure and a word. Names with other signs belong to the host's tools. */
  const SETTING = /^([a-z-]+\.)?[a-z]+\d?$/;
  /** Words that are no settings: attributes of this element, and those that all elements of HTML have. */
  const NO_SETTING = /^(figure|query|base|height|loading|poster|reveal|theme|hide|start|accesskey|autocapitalize|autocorrect|autofocus|class|contenteditable|dir|draggable|elementtiming|enterkeyhint|exportparts|heading(offset|reset)|hidden|id|inert|inputmode|is|item(id|prop|ref|scope|type)|lang|nonce|on.*|part|popover|role|slot|spellcheck|style|tabindex|title|translate|virtualkeyboardpolicy|writingsuggestions|xmlns)$/;
  /** Parameters of a query that change no drawing. */
  const UNSEEN = /^(v|fingerprint|figure|theme|hide|start)$/;
  const SANDBOX = "allow-scripts allow-same-origin allow-downloads allow-popups";
  const STYLE = `
    :host { all: initial !important; display: block !important; position: relative !important; color-scheme: light dark !important; }
    :host([theme="light"]) { color-scheme: light !important; }
    :host([theme="dark"]) { color-scheme: dark !important; }
    :host([hidden]) { display: none !important; }
    iframe, img { display: block; width: 100%; border: 0; }
    img { height: auto; }
    iframe.waiting { position: absolute; inset: 0 auto auto 0; opacity: 0; pointer-events: none; }
    button { position: absolute; inset: 50% auto auto 50%; transform: translate(-50%, -50%); min-height: 44px; padding: 0 20px; border: 0; border-radius: 4px;
      font: 500 14px/1.5 system-ui, sans-serif; color: light-dark(#fff, #14171b); background: light-dark(#1b1f24, #e8eaed); cursor: pointer; }
    button:only-child { position: static; display: block; margin: 0 auto; transform: none; }
    button:focus-visible { outline: 2px solid light-dark(#1b1f24, #e8eaed); outline-offset: 2px; }
    div, p { background: light-dark(#fff, #14171b); }
    p { margin: 0; padding: 8px 4px; font: 14px/1.5 system-ui, sans-serif; color: light-dark(#59626d, #a3adb8); }
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

  /** Whether an attribute is a setting of the experiment or of the view. */
  const isSetting = (name) => {
    if (!SETTING.test(name) || NO_SETTING.test(name)) return false;
    const dot = name.indexOf(".");
    return dot < 0 || Object.hasOwn(FIGURES, name.slice(0, dot));
  };

  /** Gives a parameter its value. Several runs have semicolons between them. */
  const assign = (parameters, name, value) => {
    parameters.delete(name);
    const values = name === "run" ? value.split(";") : [value];
    for (let i = 0; i < values.length; i++) parameters.append(name, values[i].trim());
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
    /** Whether the frame listens; until then, other settings and the last command wait. */
    #isListening = false;
    #hasChanged = false;
    #start = null;
    /** What the attributes said when they were last read: the look, and the settings as a query. */
    #look = "";
    #declared = "";
    /** The settings as a query: those of the attributes, until a script sets others. */
    #settings = "";
    /** Whether any of the element is on the screen. */
    isVisible = false;

    constructor() {
      super();
      this.#root.adoptedStyleSheets[0] = sheet;
      new MutationObserver(() => this.#update()).observe(this, { attributes: true });
    }

    connectedCallback() {
      elements.add(this);
      visibility.observe(this);
      this.#read();
      this.#showPoster();
    }

    disconnectedCallback() {
      elements.delete(this);
      visibility.unobserve(this);
      this.destroy();
    }

    /** What the frame has last reported: status, query, steps and results; null before that. */
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
      this.#update();
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
      frame.src = this.#address();
      frame.title = this.getAttribute("title") || "Interactive figure about vanishing gradients";
      frame.setAttribute("sandbox", SANDBOX);
      frame.allow = "fullscreen; clipboard-write";
      frame.className = "waiting";
      frame.style.height = `${this.#height || this.offsetHeight || 400}px`;
      this.#clear(this.#root.querySelector("div"));
      this.#root.append(frame);
      this.#frame = frame;
      this.#isListening = false;
      this.#hasChanged = false;
      this.#start = null;
      this.#wait();
    }

    #wait() {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => (this.isVisible ? this.#fail() : this.#wait()), PATIENCE_MILLISECONDS);
    }

    #fail() {
      this.destroy();
      this.#say("This figure could not be loaded. ", "Open it in a page of its own");
    }

    /** Reads the attributes: whether the look has changed, and whether the settings have. What came last counts, so settings that a
     * script has set are replaced only if those of the attributes change. */
    #read() {
      let look = "";
      for (let i = 0; i < LOOK.length; i++) look += `${this.getAttribute(LOOK[i]) ?? ""}\n`;
      const parameters = new URLSearchParams(this.getAttribute("query") ?? "");
      for (let i = 0; i < this.attributes.length; i++) {
        const { name, value } = this.attributes[i];
        if (isSetting(name)) assign(parameters, name, value);
      }
      const declared = parameters.toString();
      const change = { look: look !== this.#look, settings: declared !== this.#declared };
      this.#look = look;
      if (change.settings) this.#declared = this.#settings = declared;
      return change;
    }

    /** Shows what the attributes say, if that has changed. */
    #update() {
      const change = this.#read();
      if (!this.isConnected) return;
      if (change.look && this.#frame && this.#key) this.#open();
      else if (change.look) this.destroy();
      else if (change.settings) this.#showSettings();
    }

    #showSettings() {
      if (this.#isListening) this.#send("set", { query: this.#settings });
      else if (this.#frame) this.#hasChanged = true;
      else if (this.isConnected) this.#showPoster();
    }

    #showPoster() {
      this.#clear(null);
      if (!this.#key) {
        this.#say(`“${this.getAttribute("figure") ?? ""}” is no figure. `, "See all figures");
        return;
      }
      const poster = this.getAttribute("poster");
      const own = poster && resolve(poster);
      if (poster !== "none" && (own || FIGURES[this.#key].length)) this.#showDrawing(own);
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Run this figure";
      button.onclick = () => this.run();
      this.#root.append(button);
    }

    /** Shows the host's own picture, or the figure's drawing, which has its size before it has loaded. */
    #showDrawing(own) {
      const place = document.createElement("div");
      const image = document.createElement("img");
      image.alt = this.getAttribute("title") || "";
      image.loading = this.getAttribute("loading") === "eager" ? "eager" : "lazy";
      image.onerror = () => place.remove();
      place.append(image);
      if (own) {
        image.src = own;
      } else {
        const isNarrow = this.clientWidth > 0 && this.clientWidth < NARROW;
        const sizes = FIGURES[this.#key];
        image.width = sizes[isNarrow ? 2 : 0];
        image.height = sizes[isNarrow ? 3 : 1];
        image.src = new URL(`figures/${this.#key}${isNarrow ? "-narrow" : ""}.svg`, this.#base).href;
        if (!this.#isDrawn()) {
          const note = document.createElement("p");
          note.textContent = "The drawing shows the default settings. Run the figure to see its own.";
          place.append(note);
        }
      }
      this.#root.append(place);
    }

    /** Whether the drawing, which has the default settings, is that of the settings. Links always name the seed. */
    #isDrawn() {
      let isDrawn = true;
      new URLSearchParams(this.#settings).forEach((value, name) => {
        const dot = name.indexOf(".");
        const isSeen = dot < 0 ? FIGURES[this.#key][4] && !UNSEEN.test(name) : name.slice(0, dot) === this.#key;
        if (isSeen && !(name === "seed" && value === "1")) isDrawn = false;
      });
      return isDrawn;
    }

    #say(sentence, link) {
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
      return height > 0 ? Math.min(Math.max(height, MIN_HEIGHT), MAX_HEIGHT) : 0;
    }

    #address() {
      const url = new URL(`embed/${this.#key}.html`, this.#base);
      const parameters = new URLSearchParams(this.#settings);
      for (let i = 0; i < OF_FRAME.length; i++) {
        const value = this.getAttribute(OF_FRAME[i]);
        if (value !== null) parameters.set(OF_FRAME[i], value);
      }
      url.search = parameters;
      return url.href;
    }

    /** Runs or pauses. */
    #command(kind) {
      this.#update();
      if (this.#isListening) this.#send(kind);
      else this.#start = kind;
    }

    /** Sends what has waited for the frame. */
    #listens() {
      if (this.#isListening) return;
      this.#isListening = true;
      if (this.#hasChanged) this.#send("set", { query: this.#settings });
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
