// Says in plain words that training cannot start, when the front end itself no longer can: it lives outside wasm.
(() => {
  const simd = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);
  let started = false;
  const say = (sentence) => {
    const guard = document.getElementById("guard");
    if (guard && !guard.textContent) guard.textContent = sentence;
  };
  const failed = () => say(started
    ? "Training stopped: the page's program failed. Your settings are in the address; reload to start again."
    : "Training could not start: the page's program did not load. You can read on; the figures show the recorded run. Reload to try again.");
  const isPanic = (error) => typeof WebAssembly === "object" && error instanceof WebAssembly.RuntimeError;

  addEventListener("TrunkApplicationStarted", () => { started = true; });
  addEventListener("unhandledrejection", (event) => { if (!started || isPanic(event.reason)) failed(); });
  // Capturing, since a script that cannot be fetched reports to its own element only. What is no module can be done without.
  addEventListener("error", ({ target, error }) => {
    if ((target instanceof HTMLScriptElement && target.type === "module") || isPanic(error) || (error && !started)) failed();
  }, true);
  addEventListener("DOMContentLoaded", () => {
    if (typeof WebAssembly !== "object" || !WebAssembly.validate(simd)) {
      say("Training cannot run here: this browser lacks WebAssembly SIMD. You can read on; the figures show the recorded run.");
    }
  });
})();
