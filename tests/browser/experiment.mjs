// The experiment as its reader sees it: buttons, three runs and a log.

import { readFile } from "node:fs/promises";

export const SCENARIOS = ["sigmoid", "ReLU", "leaky ReLU"];

export class Experiment {
  /** `page` may be a frame, too. */
  constructor(page) {
    this.page = page;
    this.panel = page.getByRole("group", { name: "The experiment" });
    this.log = this.panel.getByRole("log", { name: "Training log" });
    this.notices = this.panel.getByRole("status");
    this.seed = this.panel.getByRole("spinbutton", { name: "Seed" });
  }

  button(name) {
    return this.panel.getByRole("button", { name, exact: true });
  }

  slope(slope) {
    return this.panel.getByRole("group", { name: "Leaky slope" }).getByRole("radio", { name: slope, exact: true });
  }

  /** One scenario's column. */
  run(scenario) {
    const heading = this.page.getByRole("heading", { name: scenario, exact: true });
    return this.panel.locator(".run").filter({ has: heading });
  }

  /** What stands beside a term in a scenario's column. */
  async value(scenario, term) {
    const row = this.run(scenario).locator("dl > div").filter({ has: this.page.getByText(term, { exact: true }) });
    return row.getByRole("definition").innerText();
  }

  async values(term) {
    return Promise.all(SCENARIOS.map((scenario) => this.value(scenario, term)));
  }

  /** Updates made, in each scenario. */
  async steps() {
    return (await this.values("step")).map((text) => Number(text.split(" of ")[0].replace(",", "")));
  }

  /** Makes every step last a millisecond: the trainers ask for the time after each. By itself a run may end before a pause. */
  async slow() {
    for (const worker of this.page.workers()) {
      await worker.evaluate(() => {
        const now = performance.now.bind(performance);
        performance.now = () => {
          for (const start = now(); now() - start < 1; );
          return now();
        };
      });
    }
  }

  /** Waits until the scenarios have made as many updates. */
  async stand(steps) {
    for (const [i, scenario] of SCENARIOS.entries()) {
      await this.run(scenario).getByText(`${steps[i].toLocaleString("en")} of 2,500`, { exact: true }).waitFor();
    }
  }

  /** Waits until all scenarios, or some, have a status. */
  async reach(status, scenarios = SCENARIOS) {
    for (const scenario of scenarios) await this.run(scenario).getByText(status, { exact: true }).waitFor();
  }

  /** Waits until all scenarios are trained: their fingerprints. */
  async finish() {
    await this.reach("done");
    return this.values("fingerprint");
  }

  /** Trains the plan at hand from a fresh start to its end: the fingerprints. */
  async train() {
    await this.reach("ready");
    await this.button("Run").click();
    return this.finish();
  }
}

/** The fingerprints that the native tests require, by the names of the runs there: `sigmoid`, `leaky 0.2`. */
export async function nativeFingerprints() {
  const source = await readFile(new URL("../runs/mod.rs", import.meta.url), "utf8");
  const row = /run\("([^"]+)", tutorial\(.*\), 0x([0-9a-f_]+)\),/g;
  return Object.fromEntries([...source.matchAll(row)].map(([, name, bits]) => [name, bits.replaceAll("_", "")]));
}
