import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { STEPS } from "./steps.mjs";

/** `npm run verify`: every check that needs no database, each with its seconds. Exit 1 when one fails. `--only a,b` runs some of them. */
async function verify() {
  const { values } = parseArgs({ options: { root: { type: "string", default: "." }, only: { type: "string" } } });
  const steps = chooseSteps(values.only);
  const started = performance.now();
  const outcomes = await runAll(steps, resolve(values.root));
  const failed = outcomes.filter(({ code }) => code !== 0);
  for (const { name, output } of failed) console.log(`\n${name} failed:\n${output.trimEnd()}`);
  console.log(`\nverify: ${outcomes.length - failed.length} passed, ${failed.length} failed in ${secondsSince(started)}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

function chooseSteps(only) {
  if (!only) return STEPS;
  const names = only.split(",");
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) throw new Error(`No step named ${unknown.join(", ")}; there are ${STEPS.map(({ name }) => name).join(", ")}`);
  return STEPS.filter(({ name }) => names.includes(name));
}

/** As many at a time as there are cores. */
async function runAll(steps, root) {
  const pending = [...steps];
  const outcomes = [];
  const takeSteps = async () => {
    for (let step = pending.shift(); step; step = pending.shift()) outcomes.push(await runStep(step, root));
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, takeSteps));
  return outcomes;
}

async function runStep({ name, keeps, command: [file, ...args] }, root) {
  const started = performance.now();
  const child = spawn(file, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  child.stderr.on("data", (chunk) => chunks.push(chunk));
  const code = await new Promise((settle, reject) => {
    child.once("error", (cause) => reject(new Error(`${name} did not start: are the dependencies installed?`, { cause })));
    child.once("close", (exitCode) => settle(exitCode ?? 1));
  });
  console.log(`${code === 0 ? "ok  " : "FAIL"} ${name.padEnd(10)} ${secondsSince(started).padStart(7)}  ${keeps}`);
  return { name, code, output: Buffer.concat(chunks).toString() };
}

const secondsSince = (started) => `${((performance.now() - started) / 1000).toFixed(1)} s`;

await verify();
