import { spawn } from "node:child_process";
import { killGroup, spawnTethered } from "../process/spawn-tethered.mjs";

const TELL_EVERY_MS = 5_000;
const KEPT_CHARACTERS = 64 * 1024;
const SHOWN_LINES = 60;
const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * Runs a program that takes its time, telling every few seconds that it still runs and what it said last. Its output is only shown in
 * full when it fails.
 *
 * @param {object} task
 * @param {string} task.label                            what the reader is waiting for
 * @param {string} task.root                             working folder
 * @param {{ node: string[] } | { command: string, args: string[] }} task.program `node` programs end when we are killed, others at their next output
 * @param {Record<string, string | undefined>} task.env
 * @param {(line: string) => void} task.report
 * @param {number} [task.tellEveryMs]
 * @param {number} [task.withinMs]                       killed and failed after that; no limit unless given
 * @throws {Error} with the end of its output when it fails
 */
export async function runWithProgress({ label, root, program, env, report, tellEveryMs = TELL_EVERY_MS, withinMs }) {
  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(0);
  report(`${label} ...`);
  const child = launch(program, root, env);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (/** @type {Buffer} */ chunk) => {
      output = (output + chunk).slice(-KEPT_CHARACTERS);
    });
  }
  const telling = setInterval(() => report(`${label} ... ${seconds()} s${lastWords(output)}`), tellEveryMs);
  const limit = withinMs === undefined ? undefined : setTimeout(() => killGroup(child), withinMs);
  const onSignal = (/** @type {NodeJS.Signals} */ signal) => {
    killGroup(child);
    report(`${label}: stopped by ${signal}`);
    process.exit(1);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    const how = await ending(child);
    if (how !== "exit code 0")
      throw new Error(`${label} failed (${how}) after ${seconds()} s:\n${output.trimEnd().split("\n").slice(-SHOWN_LINES).join("\n")}`);
  } finally {
    clearInterval(telling);
    clearTimeout(limit);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
  report(`${label}: done in ${seconds()} s`);
}

/** @param {{ node: string[] } | { command: string, args: string[] }} program @param {string} root @param {Record<string, string | undefined>} env */
function launch(program, root, env) {
  if ("node" in program) return spawnTethered({ root, args: program.node, env, output: "pipe" });
  return spawn(program.command, program.args, { cwd: root, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
}

/** @param {import("node:child_process").ChildProcess} child @returns {Promise<string>} after the last byte of its output */
function ending(child) {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
  });
}

const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, "g");

/** @param {string} output @returns {string} its last line in brackets, short and without colours */
function lastWords(output) {
  const line = output
    .replace(ESCAPES, "")
    .split(/[\r\n]+/)
    .filter((text) => text.trim() !== "")
    .at(-1);
  return line ? ` (${line.trim().slice(0, 100)})` : "";
}
