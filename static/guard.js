// What a page needs whatever else is missing or fails; publishing writes it into the page itself. It says in plain words what the browser
// lacks, that the page’s program is still loading, and that it has failed. It reloads a page whose files were replaced by a newer build,
// and announces a new version.
//
// The events of the other scripts and of the program: "vanishing-gradients:loading", the program is being loaded; ":unloaded", it could
// not be; "TrunkApplicationStarted", it runs; ":lost", a later file could not be loaded; ":version", there is a new version. This script
// has one: ":crashed", the program has failed.
(() => {
  // No text becomes code or HTML but the addresses of workers.
  window.trustedTypes?.createPolicy("default", { createScriptURL: (url) => (/^blob:|service-worker\.js$/.test(url) ? url : null) });

  const simd = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);
  const FEATURES = {
    WebAssembly: () => typeof WebAssembly === "object",
    "WebAssembly SIMD": () => WebAssembly.validate(simd),
    "Web Workers": () => window.Worker,
    DecompressionStream: () => window.DecompressionStream,
    IntersectionObserver: () => window.IntersectionObserver,
    ResizeObserver: () => window.ResizeObserver,
    "drawing on a canvas": () => document.createElement("canvas").getContext("2d"),
  };
  const missing = Object.keys(FEATURES).find((feature) => !FEATURES[feature]());
  // The program is not started then.
  if (missing) document.documentElement.dataset.missing = missing;

  const READ_ON = "You can read on; the figures show the recorded run.";
  const [SLOW, STALLED, PATIENCE] = [3000, 9000, 5000];
  let [started, hasCrashed, isNew, isReloading] = [false, false, false, false];
  const guard = () => document.getElementById("guard");
  /** Shows a sentence, with a button that reloads the page and, unless the program has crashed, one that closes the message. */
  const say = (sentence, again) => {
    const button = (text, act) => {
      const element = document.createElement("button");
      element.type = "button";
      element.textContent = text;
      element.onclick = act;
      return element;
    };
    const buttons = again ? [" ", button(again, () => location.reload())] : [];
    if (again && !hasCrashed) buttons.push(" ", button("Later", close));
    guard()?.replaceChildren(sentence, ...buttons);
  };
  const close = () => guard()?.replaceChildren();
  const announce = () => {
    if (hasCrashed) return;
    isNew = true;
    say("A new version of this page is available.", "Reload");
  };

  /** The page’s own files that an element names. Their names change with their content; those of extensions and translators do not count. */
  const files = (element) => [element.getAttribute("src"), element.getAttribute("href"), element.dataset.script, element.dataset.wasm]
    .filter((name) => /-[0-9a-f]{16}(_bg)?\.(js|css|wasm)$/.test(name));
  /** Whether the published page names other files than this one; undefined if the server does not answer. */
  const isOld = async () => {
    try {
      const answer = await fetch(location, { cache: "reload", signal: AbortSignal.timeout?.(PATIENCE) });
      const page = await answer.text();
      return answer.ok && [...document.querySelectorAll("script, link, meta")].flatMap(files).some((name) => !page.includes(name));
    } catch {
      // Without a network, what is here can be read.
    }
  };
  /** A page reloads itself at most once, and not for what fails after its program has started. */
  const failed = async (sentence, withoutAnswer = sentence) => {
    const wasStarted = started;
    if (sentence) stopWaiting();
    // The server may take its time.
    if (wasStarted && sentence) say(sentence, "Reload");
    const old = await isOld();
    if (isReloading) return;
    if (old) {
      isReloading = !wasStarted && performance.getEntriesByType("navigation")[0]?.type !== "reload";
      if (isReloading) location.reload();
      else announce();
    } else if (!started && sentence) {
      say(old === undefined ? withoutAnswer : sentence, "Reload");
    }
  };

  let waits = [];
  const stopWaiting = () => waits.forEach(clearTimeout);
  /** Says so if the program does not come soon. `isLoading` tells whether it is being loaded at all. */
  const wait = (isLoading = () => true) => {
    if (missing || started) return;
    stopWaiting();
    const after = (milliseconds, again) => setTimeout(() => {
      if (isLoading() && !isNew) say(`The program that trains networks is still loading. ${READ_ON}`, again);
    }, milliseconds);
    waits = [after(SLOW), after(STALLED, "Try again")];
  };

  /** A trap or an exhausted stack: nothing that the program does after it can be trusted. */
  const isCrash = (error) => typeof WebAssembly === "object"
    && (error instanceof WebAssembly.RuntimeError || (/^(Range|Internal)Error$/.test(error?.name) && /wasm/.test(error.stack)));
  const crashed = () => {
    // What is called later may fail again and again.
    if (!started || hasCrashed) return;
    hasCrashed = true;
    for (const control of document.querySelectorAll("button, input, select, textarea")) {
      // What still runs of the program may enable a control again, but it stays inert.
      if (!control.closest("#guard, [data-theme-switch]")) control.disabled = control.inert = true;
    }
    dispatchEvent(new Event("vanishing-gradients:crashed"));
    const isEmbed = "embed" in document.documentElement.dataset;
    say(`Training stopped: the page’s program failed.${isEmbed ? "" : " Your settings are in the address."}`, "Reload");
  };
  const unloaded = () => failed(
    `Training could not start: the page’s program did not load. ${READ_ON}`,
    window.origin === "null" ? `Training could not start: a sandbox around this page keeps its program out. ${READ_ON} Open the page in a tab of its own.` : undefined,
  );

  addEventListener("vanishing-gradients:loading", () => wait());
  addEventListener("vanishing-gradients:unloaded", unloaded);
  addEventListener("TrunkApplicationStarted", () => {
    started = true;
    stopWaiting();
    if (!isNew) close();
  });
  addEventListener("vanishing-gradients:version", announce);
  addEventListener("vanishing-gradients:lost", () => failed());
  addEventListener("unhandledrejection", ({ reason }) => { if (isCrash(reason)) crashed(); });
  // Capturing, since a file that cannot be fetched reports to its own element only. What is no module can be done without.
  addEventListener("error", ({ target, error }) => {
    if (isCrash(error)) crashed();
    else if (!(target instanceof Element) || files(target).length === 0) return;
    else if (target.type === "module") unloaded();
    else if (target instanceof HTMLScriptElement || target.rel === "stylesheet") failed();
  }, true);

  // Not later, since scripts that wait for the whole page may not come.
  document.addEventListener("readystatechange", () => {
    if (missing) say(`Training cannot run here: this browser lacks ${missing}. ${READ_ON} Current versions of Firefox, Chrome, Edge and Safari have it.`);
  }, { once: true });
  // The article’s program is loaded with the page, that of an embed when it is seen.
  wait(() => document.querySelector("script[type=module]"));
})();
