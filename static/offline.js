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
  if (workers.controller) workers.addEventListener("controllerchange", announce, { once: true });

  function announce() {
    const notice = document.createElement("div");
    notice.className = "notice-of-version";
    notice.setAttribute("role", "status");
    document.body.append(notice);
    const button = (text, act) => {
      const element = document.createElement("button");
      element.type = "button";
      element.textContent = text;
      element.addEventListener("click", act);
      return element;
    };
    // Screen readers announce what changes in a status that is already there.
    setTimeout(() => notice.append(
      "A new version of this page is available. ",
      button("Reload", () => location.reload()),
      button("Later", () => notice.remove()),
    ), 100);
  }
})();
