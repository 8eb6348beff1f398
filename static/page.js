// What the page needs before its program, and without it: the theme, before anything is painted; tab stops for boxes that scroll; prints
// without holes.
(() => {
  const KEY = "theme";
  const THEMES = { system: null, light: "#ffffff", dark: "#14171b" };
  const NAMES = Object.keys(THEMES);
  const root = document.documentElement;

  /** The reader's choice. Storage throws where the browser blocks it. */
  const stored = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };
  const store = (name) => {
    try {
      if (name === NAMES[0]) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, name);
    } catch {
      // The choice holds until the page is closed.
    }
  };

  let theme = NAMES.includes(stored()) ? stored() : NAMES[0];
  /** The colors of the browser's own bars; the style sheet has all others. */
  const bars = [...document.querySelectorAll("meta[name=theme-color]")].map((meta) => ({ meta, color: meta.content }));
  const show = () => {
    if (theme === NAMES[0]) delete root.dataset.theme;
    else root.dataset.theme = theme;
    for (const { meta, color } of bars) meta.content = THEMES[theme] ?? color;
    for (const place of document.querySelectorAll("[data-theme-switch] b")) place.textContent = theme;
    dispatchEvent(new Event("theme"));
  };
  show();

  /** Boxes that may be wider than the page are tab stops only where they are. */
  const watch = window.ResizeObserver && new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });

  // A print has the recorded runs as long as there are no others. They are taken before the page's program, which replaces them.
  document.addEventListener("readystatechange", () => {
    const runs = document.querySelector("main .runs");
    if (!runs) return;
    const recorded = runs.cloneNode(true);
    recorded.classList.add("recorded");
    addEventListener("beforeprint", () => {
      if (![...runs.querySelectorAll("progress")].some((progress) => progress.value > 0)) runs.after(recorded);
    });
    addEventListener("afterprint", () => recorded.remove());
  }, { once: true });

  addEventListener("DOMContentLoaded", () => {
    show();
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      button.addEventListener("click", () => {
        theme = NAMES[(NAMES.indexOf(theme) + 1) % NAMES.length];
        store(theme);
        show();
      });
    }
    // A picture off the screen would be missing in a print or in a capture of the whole page.
    addEventListener("load", () => {
      for (const image of document.querySelectorAll("img[loading]")) image.loading = "eager";
    });
    for (const box of document.querySelectorAll(".formula, .table")) {
      if (watch) watch.observe(box);
      else box.tabIndex = 0;
    }
  });
})();
