// Before the timed runs: warms a contestant up, checks that it trains as ours does, and decides how long its runs are.

/** The target length of a timed run. No run is longer than the task. */
const RUN_MILLISECONDS = 400;
/**
 * The same for libraries in the browser: long enough for a whole run of the tutorial's network, except for the slowest. Short
 * runs mislead: after a pause a library is slow for some tenths of a second, and TensorFlow.js slows down during a run.
 */
const BROWSER_MILLISECONDS = 7_000;
/** The target length of a turn, which has at least one run. Also that of the run that is checked. */
const TURN_MILLISECONDS = 2_400;
/** Runs shorter than this only warm up. */
const WARM_MILLISECONDS = 250;
/** The fewest steps of a run, and of the run that is checked. */
const MIN_STEPS = 10;
const MIN_CHECKED = 40;
/** The first losses agree one by one, the last ones by their mean: rounding errors grow in any training. */
const FIRST = 20;
const FIRST_TOLERANCE = 0.01;
const LAST = 50;
const LAST_TOLERANCE = 0.1;

/** Warms up and checks a contestant. Returns the steps of a run, its milliseconds, and the runs of a turn. */
export async function warmUp({ name, place, label, run }, expected) {
  const isOurs = name.startsWith("ours");
  let steps = 2 * MIN_STEPS;
  let { ms } = await run(steps);
  while (ms < WARM_MILLISECONDS && steps < expected.losses.length) {
    steps = Math.min(2 * steps, expected.losses.length);
    ({ ms } = await run(steps));
  }
  const within = (budget) => {
    const wanted = Math.round((budget * steps) / ms / MIN_STEPS) * MIN_STEPS;
    return Math.min(Math.max(wanted, MIN_STEPS), expected.losses.length);
  };
  const checked = Math.max(within(TURN_MILLISECONDS), MIN_CHECKED);
  const found = await run(checked);
  const agreement = found.fingerprint ? checkBits(label, found.fingerprint, expected.fingerprints[checked - 1]) : checkLosses(label, found.losses, expected.losses);
  [steps, ms] = [checked, found.ms];
  const timed = within(isOurs || place === "native" ? RUN_MILLISECONDS : BROWSER_MILLISECONDS);
  const timedMs = (ms * timed) / checked;
  const repeats = Math.max(1, Math.round(TURN_MILLISECONDS / timedMs));
  console.log(`  ${label}: ${(ms / checked).toFixed(3)} ms a step, ${agreement} after ${checked} steps`);
  return { steps: timed, ms: timedMs, repeats };
}

/** Our wasm must train to the very bits of our native code. */
function checkBits(label, found, expected) {
  if (found !== expected) throw new Error(`${label} ends with the fingerprint ${found}, native with ${expected}`);
  return "the bits of native";
}

/** Another library must follow our losses; throws a sentence if it does not. */
function checkLosses(label, found, expected) {
  const differs = (loss, i) => !(Math.abs(loss - expected[i]) <= FIRST_TOLERANCE * expected[i]);
  const step = found.slice(0, FIRST).findIndex(differs);
  if (step >= 0) throw new Error(`${label}: the loss of step ${step} is ${found[step]}, ours is ${expected[step]}`);
  const [theirs, ours] = [found, expected].map((losses) => mean(losses.slice(Math.max(found.length - LAST, 0), found.length)));
  if (!(Math.abs(theirs - ours) <= LAST_TOLERANCE * ours)) {
    throw new Error(`${label}: the mean of the last ${LAST} losses of ${found.length} is ${theirs}, ours is ${ours}`);
  }
  return "our losses";
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
