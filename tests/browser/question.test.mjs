// Questions, terms, and links that start an experiment: what the prose asks of its reader, and what it gives at once.

import assert from "node:assert/strict";
import { Experiment } from "./experiment.mjs";
import { reading, STILL } from "./reader.mjs";

/** A question of the article by its key. */
class Question {
  constructor(page, key) {
    this.place = page.locator(`#question-${key}`);
    this.slider = this.place.getByRole("slider");
    this.number = this.place.getByRole("spinbutton");
    this.status = this.place.getByRole("status");
    this.answer = this.place.locator("> details > p");
  }

  button(name) {
    return this.place.getByRole("button", { name, exact: true });
  }

  /** Waits until the page is live. */
  async live() {
    await this.place.locator(".controls :enabled").first().waitFor();
    return this;
  }

  /** The feedback to a reason, once it is chosen. */
  async choose(reason) {
    const details = this.place.locator(".reasons details").filter({ hasText: reason });
    await details.locator("summary").click();
    return details.locator("p").innerText();
  }
}

const open = (page, key) => new Question(page, key).live();

reading("a guess is judged, the answer opens, and every reason is answered in words", STILL, async (page) => {
  const question = await open(page, "sigmoid-error");
  assert.ok(!(await question.answer.isVisible()));
  assert.ok(await page.getByRole("group", { name: /^Predict\. So much for slopes/ }).isVisible());
  await question.number.fill("30");
  await question.button("Check").click();
  assert.equal(await question.status.innerText(), "You said 30. Measured: 1,100. Off by a factor of 36.");
  assert.match(await question.answer.innerText(), /^1,100 times\..*predict 0\.236⁵ = 1\/1,370\.$/s);
  assert.ok(await question.button("Check").evaluate((button) => button === document.activeElement), "the focus stays");
  assert.match(await question.choose("Every weight is close to 1"), /^Not quite\. Their mean size/);
  assert.match(await question.choose("Ten products are summed"), /^Right\. Glorot and Bengio/);
});

reading("keys are enough: the slider moves, Enter checks, Space shows the answer", STILL, async (page) => {
  const question = await open(page, "five-layers");
  await question.slider.focus();
  await page.keyboard.press("Home");
  for (let i = 0; i < 100; i++) await page.keyboard.press("ArrowRight");
  assert.equal(await question.number.inputValue(), "10");
  assert.equal(await question.slider.getAttribute("aria-valuetext"), "10");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("1000");
  assert.equal(await question.slider.inputValue(), "300");
  await page.keyboard.press("Enter");
  assert.equal(await question.status.innerText(), "You said 1,000. Exactly: 1,024. Very close.");
  assert.ok(await question.answer.isVisible());
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  assert.ok(!(await question.answer.isVisible()));
});

reading("an empty guess waits for a number, and the answer can be had without one", STILL, async (page) => {
  const question = await open(page, "first-layer");
  await question.button("Check").click();
  assert.equal(await question.status.innerText(), "Enter a guess first.");
  assert.ok(!(await question.answer.isVisible()));
  await question.place.getByText("Skip to the answer").click();
  assert.match(await question.answer.innerText(), /^28 million times: /);
  await question.status.and(page.locator(":empty")).waitFor({ state: "attached" });
});

reading("a choice is right or not quite, and the next one counts", STILL, async (page) => {
  const question = await open(page, "adam-distance");
  await question.button("ReLU").click();
  assert.equal(await question.status.innerText(), "You said “ReLU”. Not quite.");
  await question.button("Sigmoid").click();
  assert.equal(await question.status.innerText(), "You said “Sigmoid”. Right.");
  assert.equal(await question.place.locator("[aria-pressed=true]").innerText(), "Sigmoid");
  assert.ok(await question.answer.isVisible());
});

reading("the reader's own run is what a guess is judged by, and the answer says so", { ...STILL, search: "?seed=2&speed=fast" }, async (page) => {
  const experiment = new Experiment(page);
  await experiment.reach("ready");
  await experiment.train();
  const question = await open(page, "relu-error");
  await question.number.fill("1");
  await question.button("Check").click();
  await question.place.getByText("your run, seed 2").waitFor();
  const measured = await question.answer.locator("data").first().innerText();
  assert.notEqual(measured, "5.1", "this is another seed");
  assert.equal(await question.status.innerText(), `You said 1. Measured: ${measured}. Off by a factor of ${measured}.`);
});

reading("a link can leave out the questions, and the address keeps that", { ...STILL, search: "?questions=off" }, async (page) => {
  await new Experiment(page).reach("ready");
  assert.ok((await page.locator(".question").count()) >= 6);
  assert.equal(await page.locator(".question:visible").count(), 0);
  await page.locator("a.preset:visible").first().click();
  await page.waitForURL((url) => url.searchParams.has("run") && url.searchParams.get("questions") === "off");
});

reading("without JavaScript a question is text, and its answer and its reasons open", { javaScriptEnabled: false }, async (page) => {
  const question = new Question(page, "relu-first");
  assert.ok(await question.button("The inputs").isDisabled());
  assert.ok(!(await new Question(page, "relu-error").number.isVisible()));
  await question.place.getByText("Skip to the answer").click();
  assert.match(await question.answer.innerText(), /^Not the error: .* recorded, seed 1 /s);
  assert.match(await question.choose("Compare the last layer and layer 2"), /^Right\. Between them the factor is 0\.73\./);
});

reading("a question is compact before the guess", { ...STILL, viewport: { width: 1280, height: 800 } }, async (page) => {
  await open(page, "first-layer");
  for (const question of await page.locator(".question").all()) {
    const { height } = await question.boundingBox();
    assert.ok(height <= 125, `${await question.getAttribute("id")}: ${height} px`);
  }
});

reading("a term and a citation show their entry under the keyboard's focus and the pointer; Escape closes it", STILL, async (page) => {
  const card = page.locator("#card");
  for (const [name, text] of [["logits", /^Logits\s+The outputs of the last layer/], ["Nair and Hinton", /^V\. Nair, G\. E\. Hinton\. Rectified linear units/]]) {
    const link = page.getByRole("main").getByRole("link", { name, exact: true }).first();
    await link.focus();
    // A focus that a script sets counts as the keyboard's only after a key.
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Tab");
    await card.waitFor();
    assert.match(await card.innerText(), text);
    assert.equal(await link.getAttribute("aria-describedby"), "card");
    await page.keyboard.press("Escape");
    await card.waitFor({ state: "hidden" });
    assert.ok(await link.evaluate((link) => link === document.activeElement));
    await link.blur();
    await link.hover();
    await card.waitFor();
    assert.match(await card.innerText(), text);
    await page.getByRole("heading", { level: 2 }).first().hover();
    await card.waitFor({ state: "hidden" });
  }
});

reading("a tap shows a term's entry and stays where it is", { ...STILL, viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }, async (page) => {
  const link = page.getByRole("link", { name: "Softmax", exact: true });
  await link.tap();
  const card = page.locator("#card");
  await card.waitFor();
  assert.equal(new URL(page.url()).hash, "");
  const { x, width } = await card.boundingBox();
  assert.ok(x >= 0 && x + width <= 360, `${x} to ${x + width}`);
});

reading("the page says how to cite it, with its own address", STILL, async (page, t, _, site) => {
  await page.getByText("Cite this page").click();
  assert.ok((await page.getByRole("group", { name: "Citation" }).innerText()).endsWith(site.url));
  assert.ok((await page.getByRole("group", { name: "BibTeX" }).innerText()).includes(`url = {${site.url}}`));
});
