// What a page needs whatever else is missing; publishing writes it into the page itself. It reloads a page that is older than its files,
// announces a new version, and says in plain words that training cannot start.
(() => {
  // No text becomes code or HTML but the addresses of workers.
  window.trustedTypes?.createPolicy("default", { createScriptURL: (url) => (/^blob:|service-worker\.js$/.test(url) ? url : null) });

  const simd = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);
  let started = false;
  const say = (sentence, hasButtons = true) => {
    const guard = document.getElementById("guard");
    if (!guard || guard.textContent) return;
    const button = (text, act) => {
      const element = document.createElement("button");
      element.type = "button";
      element.textContent = text;
      element.onclick = act;
      return element;
    };
    guard.append(sentence);
    if (hasButtons) guard.append(" ", button("Reload", () => location.reload()), " ", button("Later", () => guard.replaceChildren()));
  };
  const announce = () => say("A new version of this page is available.");

  /** Whether the published page names other files than this one. Their names change with their content. */
  const isOld = async () => {
    try {
      const answer = await fetch(location, { cache: "reload" });
      const page = await answer.text();
      const names = [...document.head.querySelectorAll("[src], [href], [data-script]")].map((element) => element.dataset.script ?? element.getAttribute("src") ?? element.getAttribute("href"));
      return answer.ok && names.some((name) => !page.includes(name));
    } catch {
      // Without a network, what is here can be read.
    }
  };
  /** A page reloads itself at most once, and not while it is read. */
  const failed = async (sentence) => {
    if (!(await isOld())) return sentence && say(sentence);
    if (started || performance.getEntriesByType("navigation")[0]?.type === "reload") announce();
    else location.reload();
  };
  const stopped = () => failed(started
    ? "Training stopped: the page's program failed. Your settings are in the address."
    : "Training could not start: the page's program did not load. You can read on; the figures show the recorded run.");
  const isPanic = (error) => typeof WebAssembly === "object" && error instanceof WebAssembly.RuntimeError;

  addEventListener("TrunkApplicationStarted", () => { started = true; });
  addEventListener("vanishing-gradients:version", announce);
  addEventListener("vanishing-gradients:lost", () => failed());
  addEventListener("unhandledrejection", ({ reason }) => { if (!started || isPanic(reason)) stopped(); });
  // Capturing, since a file that cannot be fetched reports to its own element only. What is no module can be done without.
  addEventListener("error", ({ target, error }) => {
    if (target.type === "module" || isPanic(error) || (error && !started)) stopped();
    else if (target instanceof HTMLScriptElement || target.rel === "stylesheet") failed();
  }, true);
  addEventListener("DOMContentLoaded", () => {
    if (typeof WebAssembly !== "object" || !WebAssembly.validate(simd)) {
      say("Training cannot run here: this browser lacks WebAssembly SIMD. You can read on; the figures show the recorded run.", false);
    }
  });
})();
