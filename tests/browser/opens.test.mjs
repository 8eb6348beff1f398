// The page opens under a sub-path, quietly.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open } from "./reader.mjs";

let reader;
before(async () => (reader = await open()));
after(() => reader?.close());

test("the page opens with its title", async () => {
  assert.match(await reader.page.title(), /vanishing gradient/i);
});

test("nothing goes wrong and nothing is asked of another origin", async () => {
  await reader.page.waitForLoadState("networkidle");
  assert.deepEqual(reader.trouble, []);
});
