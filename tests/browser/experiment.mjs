// The experiment as its reader sees it: buttons, runs and a log.

import { readFile } from "node:fs/promises";

export const RUNS = ["sigmoid", "ReLU", "leaky ReLU"];

export class Experiment {
  /** `page` may be a frame, too. */
  constructor(page) {
    this.page = page;
    this.panel = page.getByRole("group", { name: "The experiment" });
    this.log = this.panel.locator("[role=log]");
    this.notices = this.panel.locator(".notices");
    this.seed = this.panel.getByRole("spinbutton", { name: "Seed" });
  }

  button(name) {
    return this.panel.getByRole("button", { name, exact: true });
  }

  slope(slope) {
    return this.panel.getByRole("group", { name: "Leaky slope" }).getByRole("radio", { name: slope, exact: true });
  }

  /** The card of one run. */
  run(label) {
    const heading = this.page.getByRole("heading", { name: label, exact: true });
    return this.panel.locator(".run").filter({ has: heading });
  }

  /** What stands beside a term in a run's card. */
  async value(label, term) {
    const row = this.run(label).locator("dl > div").filter({ has: this.page.getByText(term, { exact: true }) });
    return row.getByRole("definition").innerText();
  }

  async values(term) {
    return Promise.all(RUNS.map((label) => this.value(label, term)));
  }

  /** Updates made, in each run. */
  async steps() {
    return (await this.values("step")).map((text) => Number(text.split(" of ")[0].replace(",", "")));
  }

  /**
   * Makes every step last a millisecond: the trainers ask for the time after each. By itself a run may end before a pause. Returns
   * what ends it.
   */
  async slow(workers = this.page.workers()) {
    for (const worker of workers) {
      await worker.evaluate(() => {
        const now = performance.now.bind(performance);
        performance.now = () => {
          for (const start = now(); now() - start < 1; );
          return now();
        };
      });
    }
    return () => Promise.all(workers.map((worker) => worker.evaluate(() => { delete performance.now; })));
  }

  /** Waits until the runs have made as many updates. */
  async stand(steps, labels = RUNS) {
    for (const [i, label] of labels.entries()) {
      await this.run(label).getByText(`${steps[i].toLocaleString("en")} of 2,500`, { exact: true }).waitFor();
    }
  }

  /** Waits until all runs, or some, have a status. */
  async reach(status, labels = RUNS) {
    for (const label of labels) await this.run(label).getByText(status, { exact: true }).waitFor();
  }

  /** Waits until all runs are trained: their fingerprints. */
  async finish() {
    await this.reach("done");
    return this.values("fingerprint");
  }

  /** Lets the experiment train as fast as it can. */
  async hurry() {
    await this.panel.getByRole("radio", { name: "as fast as possible" }).check();
  }

  /** Opens the log. */
  async openLog() {
    await this.panel.getByText("Log", { exact: true }).click();
  }

  /** Trains the experiment at hand from a fresh start to its end: the fingerprints. */
  async train() {
    await this.reach("ready");
    await this.hurry();
    await this.button("Run").click();
    return this.finish();
  }
}

/** The fingerprints that the native tests require, by the names of the runs there: `sigmoid`, `leaky 0.2`. */
export async function nativeFingerprints() {
  const source = await readFile(new URL("../../crates/lab/tests/runs/mod.rs", import.meta.url), "utf8");
  const row = /run\("([^"]+)", tutorial\(.*\), 0x([0-9a-f_]+)\),/g;
  return Object.fromEntries([...source.matchAll(row)].map(([, name, bits]) => [name, bits.replaceAll("_", "")]));
}
