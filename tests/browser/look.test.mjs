// The look of the article: its font, its themes, its prints.

import assert from "node:assert/strict";
import { Experiment } from "./experiment.mjs";
import { reading, STILL } from "./reader.mjs";

reading("the fonts have every character of the prose", STILL, async (page) => {
  await page.evaluate(() => document.fonts.ready);
  // What stands in the prose in other fonts.
  await page.evaluate(() => document.querySelectorAll("main :is(.mark, .back, .tag, .preset, math)").forEach((element) => element.remove()));
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("DOM.enable");
  await devtools.send("CSS.enable");
  const { root } = await devtools.send("DOM.getDocument");
  const find = async (selector) => (await devtools.send("DOM.querySelectorAll", { nodeId: root.nodeId, selector })).nodeIds;
  const prose = await find("h1, .standfirst, section > :is(h2, p), section li, .note p, :is(p, li) :is(strong, em)");
  assert.ok(prose.length > 100);
  for (const nodeId of prose) {
    const { fonts } = await devtools.send("CSS.getPlatformFontsForNode", { nodeId });
    const others = fonts.filter(({ isCustomFont }) => !isCustomFont);
    if (others.length === 0) continue;
    const { outerHTML } = await devtools.send("DOM.getOuterHTML", { nodeId });
    assert.fail(`${others.map(({ familyName, glyphCount }) => `${glyphCount} of ${familyName}`)} in ${outerHTML}`);
  }
});

for (const viewport of [{ width: 360, height: 740 }, { width: 1280, height: 800 }]) {
  reading(`at ${viewport.width} px the page is as high with its fonts as without them`, { ...STILL, viewport, javaScriptEnabled: false, prepare: refuse, expected: /ERR_FAILED/ }, async (page, t) => {
    const height = () => page.locator("#article").evaluate((article) => article.getBoundingClientRect().height);
    const before = await height();
    await page.unrouteAll();
    await page.reload();
    await page.evaluate(() => document.fonts.ready);
    const after = await height();
    t.diagnostic(`${before} px without, ${after} px with`);
    assert.ok(Math.abs(after / before - 1) < 0.02, `${before} px without, ${after} px with`);
  });
}

function refuse(page) {
  return page.route("**/*.woff2", (route) => route.abort());
}

const paper = (page) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
const LIGHT = "rgb(255, 255, 255)";
const DARK = "rgb(20, 23, 27)";

reading("the theme is the system's until the reader chooses another, which is kept", { ...STILL, colorScheme: "dark" }, async (page) => {
  const theme = page.getByRole("button", { name: /^Theme/ });
  const { width, height } = await theme.boundingBox();
  assert.ok(width >= 44 && height >= 44, `${width} × ${height}`);
  assert.deepEqual([await theme.innerText(), await paper(page)].map((text) => text.replace(/\s+/, " ")), ["Theme: system", DARK]);
  await theme.click();
  assert.match(await theme.innerText(), /light/);
  assert.equal(await paper(page), LIGHT);
  const sigmoid = page.locator("#figure-sigmoid canvas");
  await sigmoid.scrollIntoViewIfNeeded();
  await page.waitForFunction((canvas) => canvas.getContext("2d").getImageData(0, 0, 1, 1).data[0] === 255, await sigmoid.elementHandle());
  await page.reload();
  assert.equal(await paper(page), LIGHT, "before the page's program");
  await theme.click();
  assert.equal(await paper(page), DARK);
  await theme.click();
  assert.match(await theme.innerText(), /system/);
});

reading("a theme can be chosen where storage is blocked", { ...STILL, prepare: (page) => page.addInitScript(() => Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("no", "SecurityError"); } })) }, async (page) => {
  await page.getByRole("button", { name: /^Theme/ }).click();
  await page.getByRole("button", { name: /^Theme/ }).click();
  assert.equal(await paper(page), DARK);
});

reading("a recorded drawing follows the theme", { ...STILL, colorScheme: "light" }, async (page) => {
  await page.getByRole("button", { name: /^Theme/ }).click();
  await page.getByRole("button", { name: /^Theme/ }).click();
  const drawing = page.locator("#figure-loss img");
  await drawing.scrollIntoViewIfNeeded();
  await drawing.evaluate((img) => img.decode());
  const picture = await drawing.screenshot();
  await page.getByRole("button", { name: /^Theme/ }).click();
  await page.emulateMedia({ colorScheme: "dark" });
  await drawing.scrollIntoViewIfNeeded();
  assert.deepEqual(await drawing.screenshot(), picture, "as if the system were dark");
});

reading("boxes are tab stops only where they scroll", { ...STILL, viewport: { width: 1280, height: 800 } }, async (page) => {
  const stops = page.locator(".formula[tabindex], article .table[tabindex]");
  assert.equal(await stops.count(), 0);
  await page.setViewportSize({ width: 240, height: 800 });
  await stops.first().waitFor();
});

reading("a print has the recorded runs until others have begun", STILL, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  const printed = async () => {
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await page.emulateMedia({ media: "print" });
    const text = await page.locator(".panel").innerText();
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await page.emulateMedia({ media: "screen" });
    return text;
  };
  assert.match(await printed(), /recorded\s[^]*step\s+2,500 of 2,500/);
  assert.equal(await page.locator(".recorded").count(), 0);
  await experiment.train();
  assert.doesNotMatch(await printed(), /recorded/);
});

reading("on paper no block that stays whole takes more than two fifths of a page, and a question has a blank or its choices, and its answer", { ...STILL, viewport: { width: 680, height: 1000 } }, async (page) => {
  await new Experiment(page).reach("ready");
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  // A4 and Letter without their margins are 1,000 and 930 px high.
  const high = await page.locator("section > :is(.figure, .pair, .panel, .question, .note, .table):not([data-table]), .front > .figure").evaluateAll((blocks) =>
    blocks.map((block) => [block.id || block.className, block.getBoundingClientRect().height]).filter(([, height]) => height > 400));
  assert.deepEqual(high, []);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 680);
  // Narrower, the networks' panels would stand one above the other in the height of a row.
  for (const key of ["factors", "saturation", "gradient-layers", "gradient-map"]) {
    const width = await page.locator(`#figure-${key} .plate`).evaluate((plate) => plate.clientWidth);
    assert.ok(width >= 600, `${key}: ${width} px`);
  }
  for (const question of await page.locator(".question").all()) {
    assert.equal(await question.locator(":is(input[type=range], summary):visible, .slider + button:visible").count(), 0);
    assert.ok(await question.locator(":is(input[type=number], .controls > button)").first().isVisible());
    assert.ok(await question.locator("details > p").first().isVisible());
  }
});

reading("controls are large enough for fingers", { ...STILL, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, async (page) => {
  await new Experiment(page).reach("ready");
  const small = await page.locator("button:visible, .segmented label:visible, select:visible, summary:visible, input[type=range]:visible").evaluateAll((controls) =>
    controls.filter((control) => control.getBoundingClientRect().height < 44).map((control) => control.outerHTML.slice(0, 80)));
  assert.deepEqual(small, []);
  await page.locator("details").evaluateAll((all) => all.forEach((details) => (details.open = true)));
  const links = await page.locator(".preset:visible").evaluateAll((links) => links.filter((link) => link.getClientRects()[0].height < 24).map((link) => link.textContent));
  assert.deepEqual(links, [], "in a sentence");
});

for (const width of [320, 360, 768, 1024, 1440]) {
  reading(`at ${width} px nothing scrolls sideways or out of its card`, { ...STILL, viewport: { width, height: 800 }, javaScriptEnabled: false }, async (page) => {
    const [scrolled, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.equal(scrolled, client);
    const wide = await page.locator(".run dd").evaluateAll((values) => values.filter((value) => value.scrollWidth > value.clientWidth).map((value) => value.textContent));
    assert.deepEqual(wide, []);
  });
}
