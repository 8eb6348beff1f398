// The gallery: writes the page's own address into the snippets, and copies them.
(() => {
  "use strict";
  const folder = new URL(".", document.baseURI);
  for (const address of document.querySelectorAll("[data-address]")) {
    address.textContent = new URL(address.textContent, folder).href;
  }
  const REST_MILLISECONDS = 2000;
  for (const button of document.querySelectorAll("[data-copy]")) {
    const snippet = button.parentElement.querySelector("pre");
    const text = button.textContent;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(snippet.textContent);
        button.textContent = "Copied";
      } catch {
        // Without permission, readers copy what is selected.
        getSelection().selectAllChildren(snippet);
        button.textContent = "Selected: press Ctrl+C or ⌘C";
      }
      setTimeout(() => { button.textContent = text; }, REST_MILLISECONDS);
    });
  }
})();
