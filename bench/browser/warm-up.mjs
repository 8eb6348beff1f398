// Before the watch counts: a contestant is warmed up until it is as fast as it gets, and shown to train as ours does.

/**
 * A timed run is a whole scenario, or as much of it as fits into this time: short runs wrong others, for one in JavaScript is
 * slower in its first tenths of a second after a rest, and TensorFlow.js later, the more tensors live.
 */
const RUN_MILLISECONDS = 7_000;
/** Runs of a turn take about so long together, and so does the run whose losses are compared. */
const TURN_MILLISECONDS = 2_400;
/** First runs that are shorter only warm up. */
const WARM_MILLISECONDS = 250;
/** What a slow trainer runs, and is compared over, at least. */
const FEWEST_STEPS = 10;
const FEWEST_COMPARED = 40;
/** The first losses agree to rounding, the last by their mean: in between rounding grows, as it does in any training. */
const FIRST = 20;
const FIRST_TOLERANCE = 0.01;
const LAST = 50;
const LAST_TOLERANCE = 0.1;

/** Warms up and checks a contestant against `expected` losses: the steps of a run, and the runs of a turn. */
export async function warmUp({ name, label, run }, expected) {
  let steps = 2 * FEWEST_STEPS;
  let { ms } = await run(steps);
  while (ms < WARM_MILLISECONDS && steps < expected.length) {
    steps = Math.min(2 * steps, expected.length);
    ({ ms } = await run(steps));
  }
  const within = (budget) => {
    const wanted = Math.round((budget * steps) / ms / FEWEST_STEPS) * FEWEST_STEPS;
    return Math.min(Math.max(wanted, FEWEST_STEPS), expected.length);
  };
  const checked = Math.max(within(TURN_MILLISECONDS), FEWEST_COMPARED);
  const found = await run(checked);
  check(label, found.losses, expected, name.startsWith("ours"));
  [steps, ms] = [checked, found.ms];
  const timed = within(RUN_MILLISECONDS);
  const repeats = Math.max(1, Math.round((TURN_MILLISECONDS * checked) / (ms * timed)));
  console.log(`  ${label}: ${(ms / checked).toFixed(3)} ms a step, losses as ours for ${checked} steps`);
  return { steps: timed, repeats };
}

/** Throws a sentence where `found` is not how `expected` falls; `exactly` where not even rounding may differ. */
export function check(label, found, expected, exactly) {
  const differs = exactly
    ? (i) => Math.fround(found[i]) !== expected[i]
    : (i) => !(Math.abs(found[i] - expected[i]) <= FIRST_TOLERANCE * expected[i]);
  const steps = exactly ? found.length : Math.min(FIRST, found.length);
  for (let i = 0; i < steps; i++) {
    if (!differs(i)) continue;
    const allowed = exactly ? "every bit" : `${100 * FIRST_TOLERANCE} %`;
    throw new Error(`${label} does not train as ours does: its loss at step ${i} is ${found[i]}, ours ${expected[i]}; they must agree to ${allowed}`);
  }
  const [theirs, ours] = [found, expected].map((losses) => mean(losses.slice(Math.max(found.length - LAST, 0), found.length)));
  if (!(Math.abs(theirs - ours) <= LAST_TOLERANCE * ours)) {
    throw new Error(
      `${label} does not train as ours does: the mean of its last ${LAST} losses of ${found.length} is ${theirs}, ours ${ours}; they must agree to ${100 * LAST_TOLERANCE} %`,
    );
  }
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
