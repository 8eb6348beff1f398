// Before the watch counts: a contestant is warmed up until it is as fast as it gets, and shown to train as ours does.

/** A timed run is to take about so long, and no longer than a scenario. */
const RUN_MILLISECONDS = 400;
/**
 * The same for one in JavaScript: on the tutorial's network a whole scenario, but for the slowest. Short runs do not say what one
 * costs: after a rest it is slow for some tenths of a second, and TensorFlow.js slows down in the course of a scenario.
 */
const JAVASCRIPT_MILLISECONDS = 7_000;
/** All runs of a turn, of which there is at least one, are to take about so long; so is the run whose losses are compared. */
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

/** Warms up and checks a contestant against `expected` losses: the steps of a run, its milliseconds, and the runs of a turn. */
export async function warmUp({ name, place, label, run }, expected) {
  const isOurs = name.startsWith("ours");
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
  check(label, found.losses, expected, isOurs);
  [steps, ms] = [checked, found.ms];
  const timed = within(isOurs || place === "native" ? RUN_MILLISECONDS : JAVASCRIPT_MILLISECONDS);
  const timedMs = (ms * timed) / checked;
  const repeats = Math.max(1, Math.round(TURN_MILLISECONDS / timedMs));
  console.log(`  ${label}: ${(ms / checked).toFixed(3)} ms a step, losses as ours for ${checked} steps`);
  return { steps: timed, ms: timedMs, repeats };
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
