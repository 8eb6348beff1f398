// The theme, before anything is painted, and tab stops for boxes that scroll. Outside wasm, since both are needed before it and
// without it.
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
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });

  addEventListener("DOMContentLoaded", () => {
    show();
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      button.addEventListener("click", () => {
        theme = NAMES[(NAMES.indexOf(theme) + 1) % NAMES.length];
        store(theme);
        show();
      });
    }
    for (const box of document.querySelectorAll(".formula, .table")) watch.observe(box);
  });
})();
