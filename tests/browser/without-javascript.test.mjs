// The static page: the whole story is there before, and without, any script.

import assert from "node:assert/strict";
import { reading } from "./reader.mjs";

const OFF = { javaScriptEnabled: false };

reading("all eleven sections and seven formulas are there", OFF, async (page) => {
  const numbers = await page.locator("main h2 .number").allInnerTexts();
  assert.deepEqual(numbers.map(Number), Array.from({ length: 11 }, (_, i) => i + 1));
  const formulas = page.locator(".equation").filter({ has: page.locator(".number") });
  assert.deepEqual(await formulas.locator(".number").allInnerTexts(), ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"]);
  for (const formula of await formulas.all()) {
    const { width, height } = await formula.locator("math").boundingBox();
    assert.ok(width > 20 && height > 10);
  }
});

reading("every figure is drawn, named, told in words and in numbers", OFF, async (page) => {
  const figures = await page.locator("figure[data-figure]").all();
  assert.ok(figures.length >= 10);
  for (const figure of figures) {
    const drawing = figure.getByRole("img");
    await drawing.scrollIntoViewIfNeeded();
    const name = await drawing.getAttribute("alt");
    assert.ok(name.length > 5);
    await drawing.evaluate((img) => img.decode());
    assert.ok((await drawing.evaluate((img) => img.naturalWidth)) > 0, name);
    assert.ok((await figure.locator(".summary").textContent()).length > 40, name);
    await figure.getByText("The numbers", { exact: true }).click();
    const cells = await figure.getByRole("table").getByRole("cell").allInnerTexts();
    assert.ok(cells.length >= 13 && cells.every((cell) => /[\d–]/.test(cell)), name);
  }
});

reading("the recorded run is there: its ends, its log, its ratios", OFF, async (page) => {
  assert.match(await page.locator("noscript").innerText(), /JavaScript switched off, so you see a recorded run/);
  const panel = page.getByRole("group", { name: "The experiment" });
  await panel.getByText("Log", { exact: true }).click();
  const log = await panel.locator("[data-slot=log]").innerText();
  assert.equal(log.trim().split("\n").length, 39);
  assert.equal(await panel.getByText("2,500 of 2,500", { exact: true }).count(), 3);
  assert.equal(await panel.getByText(/^[0-9a-f]{16}$/).count(), 3);
  const ratios = page.getByRole("figure", { name: /Last layer against first: ratios of means/ }).getByRole("table");
  const numbers = await ratios.locator("td:not(:last-child)").allTextContents();
  assert.equal(numbers.length, 27);
  for (const text of numbers) assert.match(text, /\d/);
  for (const text of await page.locator("data.measured").allTextContents()) assert.match(text, /\d/);
});

reading("nothing gapes: no empty place is reserved for what only a script can fill", OFF, async (page) => {
  for (const slot of await page.locator("[data-slot]:empty").all()) {
    const { height } = (await slot.boundingBox()) ?? { height: 0 };
    assert.ok(height <= 1, `${await slot.getAttribute("data-slot")}: ${height} px`);
  }
});
