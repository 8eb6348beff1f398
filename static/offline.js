// Starts the service worker, which stores the page for reading offline, and announces a new version of the page. Not in frames, and
// not where the browser has no service workers. Nothing depends on it, so it fails silently.
(() => {
  // Asking for `navigator.serviceWorker` throws where the page has no origin.
  if (window !== window.top || origin === "null" || !("serviceWorker" in navigator) || navigator.connection?.saveData) return;
  const workers = navigator.serviceWorker;
  const script = new URL("service-worker.js", document.currentScript.src);
  const register = async () => {
    try {
      await workers.register(script, { updateViaCache: "none" });
    } catch {
      // The page needs the network, as before.
    }
  };
  // Later, since the page loads the digits first: then the worker finds them in the browser's cache.
  const DELAY_MILLISECONDS = 2000;
  addEventListener("load", () => setTimeout(register, DELAY_MILLISECONDS));

  // The first worker controls only pages that are opened after it.
  if (workers.controller) workers.addEventListener("controllerchange", () => dispatchEvent(new Event("vanishing-gradients:version")), { once: true });
})();
