// Drives the contestants of browser and machine in the same rounds. Each trains the same net from the same weights on the
// same batches; before anything is timed, its losses must be ours. A run's time is the contestant's own; the driver only
// warms up, takes turns and writes down. It knows no net and no trainer. Each run stands between two of ours, so that what
// else the machine does, and its clock, touch both alike.
//
// node driver.mjs plan.json, which `cargo xtask bench` writes.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import os from "node:os";
import { openBrowser } from "./browser.mjs";
import { openChild } from "./child.mjs";
import { warmUp } from "./warm-up.mjs";

const BROWSER = ["ours", "ours-means", "ours-all", "tfjs-wasm", "tfjs-by-hand", "tfjs-fit", "tfjs-cpu", "convnetjs"];
const NATIVE = ["ours-native", "candle", "jax"];
/** Ours runs before and after each run for at least this part of its time. */
const BESIDE = 0.1;

const plan = JSON.parse(await readFile(process.argv[2], "utf8"));
try {
  const names = asked(plan.only);
  const started = os.loadavg()[0];
  const browser = await openBrowser(plan);
  const nets = [];
  try {
    for (const net of plan.nets) nets.push(await bench(net, names, browser));
  } finally {
    await browser.close();
  }
  const load = [started, os.loadavg()[0]];
  const { command, rounds } = plan;
  const found = { machine: machine(), load, browser: browser.version, command, date: today(), rounds, nets };
  await writeFile(plan.results, JSON.stringify(found));
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
}

/** The contestants that are to run: ours in the browser, which all are compared with, and those in `only` or all. */
function asked(only) {
  const all = [...BROWSER, ...NATIVE];
  const unknown = only.find((name) => !all.includes(name));
  if (unknown) throw new Error(`there is no trainer ${unknown}, only ${all.join(", ")}`);
  return all.filter((name) => name === "ours" || only.length === 0 || only.includes(name));
}

/** All rounds of one net. */
async function bench(net, names, browser) {
  const folder = join(plan.tasks, net);
  console.log(`\n${net}`);
  const contestants = [];
  const absent = [];
  try {
    for (const name of names) {
      const opened = BROWSER.includes(name) ? await browser.open(name, folder) : await openChild(plan, name, net, folder);
      if (opened.absent) absent.push(opened.absent);
      else contestants.push({ name, place: BROWSER.includes(name) ? "Chromium" : "native", ...opened, turns: [] });
    }
    const expected = await losses(folder);
    for (const contestant of contestants) Object.assign(contestant, await warmUp(contestant, expected));
    const [ours] = contestants;
    for (let round = 0; round < plan.rounds; round++) {
      for (let i = 0; i < contestants.length; i++) {
        const contestant = contestants[(round + i) % contestants.length];
        contestant.turns.push(await turn(contestant, ours));
      }
      console.log(`  round ${round + 1} of ${plan.rounds}`);
    }
  } finally {
    for (const { close } of contestants) await close();
  }
  const { title } = JSON.parse(await readFile(join(folder, "task.json"), "utf8"));
  const found = contestants.map(({ run, close, repeats, ms, ...found }) => found);
  return { title, absent, contestants: found };
}

/** A contestant's turn in a round: its runs, each with what ours took beside it, the mean of just before and just after. */
async function turn({ run, steps, repeats, ms }, ours) {
  // Beside a long run, the median of some of ours.
  const beside = async () => {
    const times = [];
    do times.push((await ours.run(ours.steps)).ms);
    while (times.length * ours.ms < BESIDE * ms);
    return times.sort((a, b) => a - b)[times.length >> 1];
  };
  const runs = [];
  let before = await beside();
  for (let i = 0; i < repeats; i++) {
    const { ms } = await run(steps);
    const after = await beside();
    runs.push({ ms, ours: (before + after) / 2 });
    before = after;
  }
  return runs;
}

/** The losses that our native trainer found. */
async function losses(folder) {
  return new Float32Array(new Uint8Array(await readFile(join(folder, "losses.f32"))).buffer);
}

function machine() {
  const cores = os.cpus();
  return `${cores[0]?.model.trim() || "unknown processor"}, ${cores.length} cores, ${os.type()} ${os.release()}`;
}

function today() {
  return new Date().toISOString().slice(0, 10);
}
