// Drives the contestants of browser and machine in the same rounds. Each trains the same net from the same weights on the
// same batches; before anything is timed, its losses must be ours. A run's time is the contestant's own; the driver only
// warms up, takes turns and writes down. It knows no net and no trainer.
//
// node driver.mjs plan.json, which `cargo xtask bench` writes.

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import os from "node:os";
import { openBrowser } from "./browser.mjs";
import { openChild } from "./child.mjs";
import { warmUp } from "./warm-up.mjs";

const BROWSER = ["ours", "ours-means", "ours-all", "tfjs-wasm", "tfjs-fit", "tfjs-cpu", "convnetjs"];

const plan = JSON.parse(await readFile(process.argv[2], "utf8"));
try {
  const started = os.loadavg()[0];
  const browser = await openBrowser(plan);
  const nets = [];
  try {
    for (const net of plan.nets) nets.push(await bench(net, browser));
  } finally {
    await browser.close();
  }
  const machine = { cpu: os.cpus()[0]?.model.trim() ?? "unknown processor", cores: os.cpus().length, system: `${os.type()} ${os.release()}` };
  const load = [started, os.loadavg()[0]];
  await writeFile(plan.results, JSON.stringify({ machine, load, browser: browser.version, rounds: plan.rounds, nets }));
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
}

/** All rounds of one net. */
async function bench(net, browser) {
  const folder = join(plan.tasks, net);
  console.log(`\n${net}`);
  const contestants = [];
  const absent = [];
  try {
    for (const name of plan.only) {
      const opened = BROWSER.includes(name) ? await browser.open(name, folder) : await openChild(plan, name, net, folder);
      if (opened.absent) absent.push(opened.absent);
      else contestants.push({ name, ...opened, runs: [] });
    }
    for (const contestant of contestants) {
      contestant.steps = await warmUp(contestant, await losses(folder), contestants.length);
    }
    for (let round = 0; round < plan.rounds; round++) {
      for (let i = 0; i < contestants.length; i++) {
        const contestant = contestants[(round + i) % contestants.length];
        contestant.runs.push((await contestant.run(contestant.steps)).ms);
      }
      console.log(`  round ${round + 1} of ${plan.rounds}`);
    }
  } finally {
    for (const { close } of contestants) await close();
  }
  return { net, absent, contestants: contestants.map(({ name, label, note, steps, runs }) => ({ name, label, note, steps, runs })) };
}

/** The losses that our native trainer found. */
async function losses(folder) {
  return new Float32Array(new Uint8Array(await readFile(join(folder, "losses.f32"))).buffer);
}
