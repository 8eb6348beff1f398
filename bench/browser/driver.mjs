// Runs all contestants, in the browser and native, in the same rounds. Each trains the same net from the same weights on the
// same batches. Before anything is timed, its losses are compared with ours. Each contestant measures its own time; the driver
// warms up, takes turns and writes the results. Each run stands between two runs of ours, so that other load on the machine and
// its clock rate affect both.
//
// Usage: node driver.mjs plan.json. `cargo xtask bench` writes the plan.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { openBrowser } from "./browser.mjs";
import { openChild } from "./child.mjs";
import { warmUp } from "./warm-up.mjs";

/** The files in contestants/. */
const BROWSER = ["ours", "ours-measured", "tfjs-wasm", "tfjs-by-hand", "tfjs-fit", "tfjs-cpu", "jax-js", "convnetjs"];
const NATIVE = ["ours-native", "candle", "jax"];
/** Before and after each run, ours runs for at least this part of its time. */
const OURS_SHARE = 0.1;
/**
 * The pause after a run of a library in the browser. jax-js leaves garbage (a WebAssembly instance for each kernel call) that
 * Chromium collects for about two seconds after the run, during which ours would take up to four times as long.
 */
const SETTLE_MILLISECONDS = 2_000;

const plan = JSON.parse(await readFile(process.argv[2], "utf8"));
try {
  const names = selected(plan.only);
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

/** The contestants to run: ours in the browser, the reference, and those in `only`, or all. */
function selected(only) {
  const all = [...BROWSER, ...NATIVE];
  const unknown = only.find((name) => !all.includes(name));
  if (unknown) throw new Error(`there is no contestant ${unknown}, only ${all.join(", ")}`);
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
    const expected = await reference(folder);
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

/** A contestant's turn in a round: its runs, each with the time of ours, the mean of just before and just after. */
async function turn({ name, place, run, steps, repeats, ms }, ours) {
  const settle = place === "Chromium" && !name.startsWith("ours") ? SETTLE_MILLISECONDS : 0;
  // For a long run, the median of several of ours.
  const timeOurs = async () => {
    const times = [];
    do times.push((await ours.run(ours.steps)).ms);
    while (times.length * ours.ms < OURS_SHARE * ms);
    return times.sort((a, b) => a - b)[times.length >> 1];
  };
  const runs = [];
  let before = await timeOurs();
  for (let i = 0; i < repeats; i++) {
    const { ms } = await run(steps);
    await sleep(settle);
    const after = await timeOurs();
    runs.push({ ms, ours: (before + after) / 2 });
    before = after;
  }
  return runs;
}

/** What our native trainer found: the loss of each step, and the fingerprint of the network after it. */
async function reference(folder) {
  const losses = new Float32Array(new Uint8Array(await readFile(join(folder, "losses.f32"))).buffer);
  return { losses, fingerprints: JSON.parse(await readFile(join(folder, "fingerprints.json"), "utf8")) };
}

function machine() {
  const cores = os.cpus();
  return `${cores[0]?.model.trim() || "unknown processor"}, ${cores.length} cores, ${os.type()} ${os.release()}`;
}

function today() {
  return new Date().toISOString().slice(0, 10);
}
