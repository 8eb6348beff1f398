// Dropped folders: the program gets the files in them as if the folder had been chosen. A worker cannot read what was dropped, so this
// is no part of the program of files; "vanishing-gradients:files" has an array of files, or a sentence for the reader.
(() => {
  "use strict";
  /** One more than the program of files takes, so that it says how many it takes. */
  const MAX_FILES = 300_001;

  /** The files of an entry, each with its path. `count` bounds how many are read. */
  const walk = async (entry, count) => {
    if (entry.isFile) {
      count.files += 1;
      const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
      Object.defineProperty(file, "webkitRelativePath", { value: entry.fullPath.slice(1) });
      return [file];
    }
    const reader = entry.createReader();
    const found = [];
    while (count.files < MAX_FILES) {
      // Browsers give some entries at a time, and none at the end.
      const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (entries.length === 0) break;
      found.push(await Promise.all(entries.map((entry) => walk(entry, count))));
    }
    return found.flat(2);
  };

  addEventListener("drop", async (event) => {
    const panel = event.target.closest("[data-panel]");
    if (!panel) return;
    // Entries can be asked for now only.
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    if (!entries.some(({ isDirectory }) => isDirectory)) return;
    event.preventDefault();
    event.stopPropagation();
    const tell = (detail) => panel.dispatchEvent(new CustomEvent("vanishing-gradients:files", { detail }));
    tell("Reading the folder …");
    try {
      const count = { files: 0 };
      const files = (await Promise.all(entries.map((entry) => walk(entry, count)))).flat();
      tell(files.length > 0 ? files : "These files cannot be used: there are none in the folder.");
    } catch {
      tell("These files cannot be used: the browser cannot read one of them.");
    }
  }, true);
})();
