// The page opens under a sub-path and in a frame, quietly.

import assert from "node:assert/strict";
import { Experiment } from "./experiment.mjs";
import { reading, STILL } from "./reader.mjs";

reading("the page opens with its title and asks nothing of another origin", {}, async (page) => {
  assert.match(await page.title(), /vanishing gradient/i);
  await page.waitForLoadState("networkidle");
});

reading("links within the page lead to its sections and keep its settings", { ...STILL, search: "?seed=7&slope=0.2" }, async (page) => {
  await page.getByRole("navigation", { name: "Contents", exact: true }).getByRole("link", { name: "Results" }).click();
  await page.waitForURL((url) => url.hash === "#results" && url.searchParams.get("seed") === "7");
  await page.getByRole("link", { name: "Skip to the article" }).press("Enter");
  await page.waitForURL((url) => url.hash === "#article" && url.searchParams.get("slope") === "0.2");
});

const WRAPPER = "<!doctype html><title>A wrapper</title><iframe title='The page' src='path/' width='800' height='600'></iframe>";

/** Puts the page into a frame of another one, at an address outside the page's folder. */
async function frame(page) {
  await page.route("**/wrapper.html", (route) => route.fulfill({ body: WRAPPER, contentType: "text/html; charset=utf-8" }));
}

reading("the page trains in a frame of another page", { prepare: frame, search: "../wrapper.html" }, async (page) => {
  const experiment = new Experiment(page.frameLocator("iframe"));
  await experiment.panel.scrollIntoViewIfNeeded();
  await experiment.finish();
});
