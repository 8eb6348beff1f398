// The contestants outside the browser: child processes that answer each line with a line of JSON.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Starts a native contestant, or says why it is absent. */
export async function openChild({ native, python, bench, digits, activation }, name, net, folder) {
  const [program, ...args] =
    name === "jax"
      ? [python, join(bench, "python/jax_contestant.py"), folder, digits]
      : [native, "run", name, net, activation, folder];
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  let errors = "";
  child.on("error", (error) => (errors += error.message));
  child.stderr.on("data", (data) => (errors += data));
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    return done ? undefined : JSON.parse(value);
  };
  const hello = await answer();
  if (!hello && name === "jax") return { absent: `JAX: ${lastLine(errors)}` };
  if (!hello) throw new Error(`${name} did not start: ${lastLine(errors)}`);
  const run = async (steps) => {
    child.stdin.write(`${steps}\n`);
    const found = await answer();
    if (!found) throw new Error(`${name} ended: ${lastLine(errors)}`);
    return found;
  };
  return { ...hello, run, close: () => child.stdin.end() };
}

function lastLine(text) {
  return text.trim().split("\n").at(-1) || "it printed no error";
}
