// The embed pages, outside wasm: loads the program when the figure is on the screen, and talks to the page around the frame. Messages of
// the host become events for the program ("vanishing-gradients:command"), and events of the program ("vanishing-gradients:state")
// become messages. Only the parent's messages count, and only known ones. On embed.html, which has no figure, this script sends the
// reader to the page of the figure that the address names.
(() => {
  "use strict";
  const NAME = "vanishing-gradients";
  const VERSION = 1;
  /** The panel of the experiment, which has a page of its own and the article's program. */
  const PANEL = "experiment";
  const HIDEABLE = ["caption", "controls", "menu", "readout", "summary", "table", "tag"];
  const THEMES = ["auto", "light", "dark"];
  const STARTS = ["visible", "manual"];
  const COMMANDS = ["run", "pause", "set"];
  const MAX_QUERY = 4096;
  /** Parameters that change no drawing. */
  const NOT_DRAWN = ["v", "fingerprint", "figure", "theme", "hide", "start", "speed"];

  const root = document.documentElement;
  const main = document.querySelector("main");
  /** Of an address, no more is read. */
  const MAX_ADDRESS = 16_384;
  const address = new URLSearchParams(location.search.slice(0, MAX_ADDRESS));
  const notices = document.createElement("div");
  notices.className = "notices";
  notices.setAttribute("role", "status");

  /** One of the allowed values of a parameter; the first one if it is missing or unknown, which is reported. */
  const choice = (name, allowed) => {
    const value = address.get(name);
    if (value === null || allowed.includes(value)) return value ?? allowed[0];
    report(`${name} is “${cut(value)}”, but must be one of ${allowed.join(", ")}.`);
    return allowed[0];
  };
  /** A text of the reader, cut between two characters. */
  const cut = (text) => {
    if (text.length <= 64) return text;
    return `${text.slice(0, window.Intl?.Segmenter ? new Intl.Segmenter().segment(text.slice(0, 256)).containing(64).index : 64)}…`;
  };
  /** Messages stay few, whatever the address contains. */
  const MAX_NOTICES = 5;
  let nMore = 0;
  const report = (sentence) => {
    const shown = [...notices.children].map(({ textContent }) => textContent);
    if (shown.includes(sentence)) return;
    if (shown.length <= MAX_NOTICES) notices.append(document.createElement("p"));
    notices.lastChild.textContent = shown.length < MAX_NOTICES ? sentence : `And ${++nMore} more.`;
  };

  // What is shown.
  const theme = choice("theme", THEMES);
  if (theme !== "auto") root.dataset.theme = theme;
  const parts = (address.get("hide") ?? "").split(",").map((part) => part.trim());
  for (const part of new Set(parts.filter(Boolean))) {
    if (HIDEABLE.includes(part)) root.classList.add(`hide-${part}`);
    else report(`hide has “${cut(part)}”, but its parts must be ${HIDEABLE.join(", ")}.`);
  }
  const start = choice("start", STARTS);
  // The figure of this page. embed.html has none.
  const key = root.dataset.embed;
  if (!key) {
    const keys = document.querySelector("meta[name=figures]").content.split(" ");
    const wanted = address.get("figure") ?? "";
    if (keys.includes(wanted)) return location.replace(`embed/${wanted}.html${location.search}`);
    report(`figure is “${cut(wanted)}”, but must be one of ${keys.join(", ")}.`);
  }
  main.prepend(notices);
  const full = document.querySelector("a[data-full]");
  if (full && key) {
    const query = new URLSearchParams(address);
    for (const name of ["figure", "hide", "theme", "start"]) query.delete(name);
    full.search = query;
    full.hash = `${key === PANEL ? "panel" : "figure"}-${key}`;
  }

  // The recorded drawing has the default settings. If the figure has others, a line below it says so until the style sheet hides the
  // line, when the first live drawing has been painted.
  const note = document.createElement("p");
  note.className = "drawn";
  note.textContent = "The drawing shows the default settings. Run the figure to see its own.";
  document.querySelector(".plate")?.after(note);
  const isMeasured = document.querySelector("[data-bar]") !== null;
  const showNote = (parameters) => {
    const changesIt = ([name, value]) => {
      if (name.includes(".")) return name.startsWith(`${key}.`);
      return isMeasured && !NOT_DRAWN.includes(name) && !(name === "seed" && value === "1");
    };
    note.hidden = ![...parameters].some(changesIt);
  };
  showNote(address);

  // The height, in each convention that hosts know.
  const isEmbedded = parent !== window;
  const post = (message) => { if (isEmbedded) parent.postMessage(message, "*"); };
  let sent = 0;
  const sendHeight = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height === sent || height === 0) return;
    sent = height;
    post({ type: `${NAME}:resize`, v: VERSION, height });
    post(JSON.stringify({ context: "iframe.resize", src: location.href, height }));
    post(JSON.stringify({ subject: "lti.frameResize", height }));
    try {
      window.requestResize?.()?.catch?.(() => {});
    } catch {
      // A host that does not allow it gets the messages.
    }
  };
  if (window.ResizeObserver) new ResizeObserver(sendHeight).observe(document.body);
  else sendHeight();

  // The program's state, for the host.
  addEventListener(`${NAME}:state`, ({ detail }) => {
    const { kind, ...rest } = detail;
    post({ type: `${NAME}:${kind}`, v: VERSION, detail: rest });
  });
  const postError = (message) => post({ type: `${NAME}:error`, v: VERSION, detail: { message } });
  if (!key) postError(notices.textContent);
  if (root.dataset.missing) postError(`The figure cannot be run: this browser lacks ${root.dataset.missing}.`);
  addEventListener(`${NAME}:crashed`, () => postError("The program of the figure failed."));

  // The host's commands, for the program.
  const command = (name, query) => dispatchEvent(new CustomEvent(`${NAME}:command`, { detail: { name, query } }));
  const waiting = [];
  let isLive = false;
  const act = (name, query) => {
    if (isLive) command(name, query);
    else waiting.push([name, query]);
    if (name !== "pause") load();
  };
  addEventListener("message", ({ source, data }) => {
    if (source !== parent || !key) return;
    if (data === "slide:start") return act("run");
    if (data === "slide:stop") return act("pause");
    if (typeof data !== "object" || data === null || data.v !== VERSION || typeof data.type !== "string") return;
    const name = COMMANDS.find((command) => data.type === `${NAME}:${command}`);
    if (!name) return;
    if (name !== "set") act(name);
    else if (typeof data.query === "string" && data.query.length <= MAX_QUERY) {
      showNote(new URLSearchParams(data.query));
      act("set", data.query);
    }
  });
  addEventListener("TrunkApplicationStarted", () => {
    isLive = true;
    for (const [name, query] of waiting.splice(0)) command(name, query);
  });

  // The program: the experiment's panel has the article's, everything else a smaller one.
  const { script, wasm } = (key === PANEL ? document.querySelector("meta[name=article]") : document.currentScript).dataset;
  let isLoading = false;
  const load = async () => {
    if (isLoading || !key || root.dataset.missing) return;
    isLoading = true;
    dispatchEvent(new Event(`${NAME}:loading`));
    const link = document.createElement("link");
    link.rel = "x-script";
    link.href = script;
    document.head.append(link);
    try {
      const { default: start } = await import(new URL(script, document.baseURI));
      await start({ module_or_path: new URL(wasm, document.baseURI) });
    } catch (error) {
      postError("The program of the figure could not be loaded.");
      dispatchEvent(new Event(`${NAME}:unloaded`));
      throw error;
    }
    dispatchEvent(new Event("TrunkApplicationStarted"));
  };
  const button = document.querySelector("[data-run]");
  if (root.dataset.missing) button?.setAttribute("disabled", "");
  button?.addEventListener("click", () => act("run"));
  if (start === "visible" && window.IntersectionObserver) {
    new IntersectionObserver((entries, observer) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      load();
    }).observe(main);
  }
})();
