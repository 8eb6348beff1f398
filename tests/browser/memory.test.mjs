// The memory of a page with many embeds, in a browser that nothing watches: with Playwright attached to a page, Chromium keeps every
// response of the page, about 3.5 MB for each embed. So the page scrolls by itself and says in its title what it does.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { platform } from "node:os";
import { test } from "node:test";
import { chromium } from "playwright-core";
import { element, hosting, KEYS, until } from "./host.mjs";
import { serve, servePage } from "./site.mjs";

/** Bytes of the page and its frames after the last embed, with the browser's program and with garbage. */
const MEMORY_LIMIT = 300e6;
/** At any time, without the browser's program: that is up to 90 MB, less if other browsers run. */
const PEAK_LIMIT = 250e6;
const N = 20;
const END = "Twenty figures were open";

const TWENTY = Array.from({ length: N }, (_, i) => element({ figure: KEYS[11 + (i % 10)], id: `embed-${i}`, steps: "100", speed: "fast", seed: i }) + `<p style="height: 200px">Text</p>`).join("");
/** Shows each embed until it has trained and lets the reader look at it. */
const READ = `<script>
  (async () => {
    await customElements.whenDefined("vanishing-gradients");
    for (const embed of document.querySelectorAll("vanishing-gradients")) {
      const done = new Promise((resolve) => embed.addEventListener("done", resolve, { once: true }));
      embed.scrollIntoView({ block: "center" });
      await done;
      document.title = embed.id;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    document.title = "${END}";
  })();
</script>`;

test("a page on which twenty embeds have opened needs at most 300 MB", { skip: platform() !== "linux" && "only Linux tells" }, async (t) => {
  // Without the renderer that Chromium starts before anyone needs it.
  const browser = await chromium.launch({ executablePath: process.env.CHROME ?? "/usr/bin/chromium", args: ["--disable-features=SpareRendererForSitePerProcess"] });
  const site = await serve();
  const host = await servePage(hosting(TWENTY + READ, { isRecording: false })(site.url));
  try {
    const devtools = await browser.newBrowserCDPSession();
    const { browserContextId } = await devtools.send("Target.createBrowserContext");
    await devtools.send("Target.createTarget", { url: host.url, browserContextId, width: 800, height: 900 });
    const shown = new Set();
    const own = [];
    const whole = [];
    await until(async () => {
      const { targetInfos } = await devtools.send("Target.getTargets");
      shown.add(targetInfos.find(({ url }) => url === host.url)?.title);
      const [anonymous, shared, files] = await memory(devtools);
      own.push(anonymous + shared);
      whole.push(anonymous + shared + files);
      return shown.has(END);
    }, END, 120_000);
    const megabytes = (bytes) => (bytes / 1e6).toFixed(0);
    const [peak, peakWithProgram] = [Math.max(...own), Math.max(...whole)];
    t.diagnostic(`page and frames: ${megabytes(own.at(-1))} MB, at most ${megabytes(peak)} MB; with the browser's program ${megabytes(whole.at(-1))} MB, at most ${megabytes(peakWithProgram)} MB`);
    assert.ok(shown.size > N, [...shown].join());
    assert.ok(own.at(-1) > 50e6, `${own.at(-1)} bytes are no measurement`);
    assert.ok(whole.at(-1) <= MEMORY_LIMIT && peak <= PEAK_LIMIT, `${whole.at(-1)} bytes, at most ${peak} without the browser's program`);
  } finally {
    await browser.close();
    await host.stop();
    await site.stop();
  }
});

/**
 * Bytes of all renderers, those of the host's page and of the embeds: anonymous memory, with garbage that is not collected yet; shared
 * memory, such as tiles and canvases; and mapped files, which are the browser's program. What processes share counts in proportion.
 */
async function memory(devtools) {
  const { processInfo } = await devtools.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  const texts = await Promise.all(renderers.map(({ id }) => readFile(`/proc/${id}/smaps_rollup`, "utf8").catch(() => "")));
  return ["Anon", "Shmem", "File"].map((kind) => {
    const sizes = texts.map((text) => 1024 * Number(new RegExp(`^Pss_${kind}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? 0));
    return sizes.reduce((sum, size) => sum + size, 0);
  });
}
