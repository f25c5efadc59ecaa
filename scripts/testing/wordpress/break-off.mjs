import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";
import { until } from "../../../examples/wordpress/host/run-process.mjs";
import { descendantsOf } from "../../chaos/processes.mjs";
import { identifyProcess } from "../../process/process-identity.mjs";
import { spawnTethered } from "../../process/spawn-tethered.mjs";

const SERVERS = ["nginx", "php-fpm", "mariadbd"];
/** Other shops stand up at the same time. */
const STANDS_WITHIN_MS = 180_000;
const GONE_WITHIN_MS = 30_000;

/**
 * Stands a shop up in a process of its own and ends that by `kill -9`: every process below it and its folder have to go by themselves.
 * @param {string} root
 * @returns {Promise<import("../../../examples/wordpress/journeys.mjs").Case>}
 */
export async function breakOff(root) {
  // Tethered: should we be broken off ourselves, it goes with us.
  const child = spawnTethered({
    root,
    args: [path.join("scripts", "testing", "wordpress", "one-shop.mjs")],
    env: process.env,
    output: "pipe",
  });
  child.stderr?.pipe(process.stderr, { end: false });
  let said = "";
  child.stdout?.on("data", (chunk) => {
    said += chunk;
  });
  const place = () => /^standing (\S+)$/m.exec(said)?.[1];
  try {
    await until(() => child.exitCode !== null || place(), "a shop to be broken off", STANDS_WITHIN_MS);
    return await endByForce(child, place() ?? "/nowhere/shop/agent");
  } finally {
    child.kill("SIGKILL");
  }
}

/** @param {import("node:child_process").ChildProcess} child @param {string} place where its agent keeps its state */
async function endByForce(child, place) {
  const folder = path.dirname(path.dirname(place));
  const below = descendantsOf(Number(child.pid)).map((one) => ({ ...one, life: identifyProcess(one.pid) }));
  const missing = SERVERS.filter((name) => !below.some(({ command }) => command.includes(name)));
  child.kill("SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  if (missing.length > 0 || !existsSync(folder)) return { name: "broken off", isOk: false, said: `never stood: ${missing.join(", ")}` };

  const left = () => below.filter(({ pid, life }) => life !== null && identifyProcess(pid) === life);
  const isGone = () => left().length === 0 && !existsSync(folder);
  const isOk = await until(isGone, "the end of it", GONE_WITHIN_MS).then(
    () => true,
    () => false,
  );
  const found = left().map(({ command }) => command.slice(0, 60));
  const rest = [...found, ...(existsSync(folder) ? [folder] : [])];
  return { name: "broken off", isOk, said: `${below.length} processes of a shop after kill -9, ${rest.length} left ${rest.join(" | ")}` };
}
