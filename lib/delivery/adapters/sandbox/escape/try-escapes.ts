import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { confine, type Runner } from "@/lib/delivery/adapters/sandbox/confine";
import { ATTEMPTS, type Attempt } from "@/lib/delivery/adapters/sandbox/escape/attempts";
import { hostileArchives } from "@/lib/delivery/adapters/sandbox/escape/hostile-archives";
import { type LaidBait, layBait } from "@/lib/delivery/adapters/sandbox/escape/lay-bait";
import { type ConfinedRun, runConfined } from "@/lib/delivery/adapters/sandbox/run-confined";
import { STAGING_LIMITS } from "@/lib/delivery/adapters/sandbox/staging-limits";
import { runStaging } from "@/lib/delivery/adapters/staging-sandbox";
import { sha256Hex } from "@/lib/kernel/canonical-json";

/** What came of one attempt; `how` is null where nothing got out. */
export interface EscapeResult {
  readonly name: string;
  readonly how: string | null;
}

/** A killed run has this long until nothing of it may be left. */
const GRACE_MS = 2_000;
const WATCH_MS = 50;

/** Processes, ours or not, whose command line names a marker. */
function processesOf(marker: string): number[] {
  const commandOf = (id: string) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, "utf8");
    } catch {
      return ""; // it ended in this very moment
    }
  };
  return readdirSync("/proc")
    .filter((id) => /^[0-9]+$/.test(id) && commandOf(id).includes(marker))
    .map(Number);
}

/** Counts a run's processes while it goes on. @returns `stop`, which answers the most that were there at once */
function watchCrowd(marker: string): { readonly stop: () => number } {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, processesOf(marker).length);
  }, WATCH_MS);
  const stop = () => {
    clearInterval(timer);
    return most;
  };
  return { stop };
}

/** What got out is not left running. */
function endAll(marker: string): void {
  for (const id of processesOf(marker)) {
    try {
      process.kill(id, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it ended in this very moment
    }
  }
}

/** Waits until the host has no process of the run any more. @returns whether that came to be */
async function isGone(marker: string): Promise<boolean> {
  const until = performance.now() + GRACE_MS;
  while (processesOf(marker).length > 0) {
    if (performance.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

function writeProgram(folder: string, source: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  writeFileSync(path.join(folder, "attempt.mjs"), source, { mode: 0o644 });
}

/** The first sign that something got out, or null. */
function escapeIn(run: ConfinedRun, bait: LaidBait): string | null {
  const said = `${run.stdout}${run.stderr}`;
  if (said.includes("ESCAPED")) return said.slice(said.indexOf("ESCAPED"), 200);
  if (said.includes(bait.secret)) return "it read what lies on the host";
  return bait.taken();
}

/**
 * Tries one way out against one runner, behind the namespaces alone: Node's permission model, the second wall, is left away.
 *
 * @param runner  null runs it without any wall, to show that the attempt is one
 */
export async function tryAttempt(attempt: Attempt, runner: Runner | null, scratch: string): Promise<EscapeResult> {
  const marker = `attempt-${randomUUID()}`;
  const bait = await layBait(scratch, runner?.identity ?? null, marker);
  const folder = path.join(scratch, marker);
  const limits = { ...STAGING_LIMITS, ...attempt.limits };
  try {
    writeProgram(folder, attempt.program(bait));
    const open = { command: process.execPath, commandArguments: [path.join(folder, "attempt.mjs")], identity: null };
    const startedMs = performance.now();
    const crowd = watchCrowd(marker);
    const run = await runConfined(runner === null ? open : confine(runner, folder, "attempt.mjs", limits, "one"), limits);
    const most = crowd.stop();
    const tookMs = performance.now() - startedMs;
    if (run.end === "not-started") return { name: attempt.name, how: "it was never started, so nothing was shown" };
    if (tookMs > limits.wallMs + GRACE_MS) return { name: attempt.name, how: `it ran for ${Math.round(tookMs)} ms` };
    if (most > limits.processes) return { name: attempt.name, how: `${most} processes of it ran at once` };
    if (!(await isGone(marker))) return { name: attempt.name, how: "processes of it outlived their run" };
    return { name: attempt.name, how: escapeIn(run, bait) };
  } finally {
    endAll(marker);
    await bait.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function tryArchives(scratch: string, findRunner: () => Promise<Runner | null>): Promise<EscapeResult[]> {
  const outside = path.join(scratch, "outside");
  mkdirSync(outside, { mode: 0o777 });
  chmodSync(outside, 0o777);
  const results: EscapeResult[] = [];
  for (const { name, artifact } of hostileArchives(outside)) {
    const memoryBefore = process.memoryUsage().arrayBuffers;
    const report = await runStaging(
      { artifact, sha256: sha256Hex(artifact), manifest: { plugin_key: "escape", version: "1.0.0" }, baseline: null },
      { findRunner, scratch },
    );
    const grewMb = (process.memoryUsage().arrayBuffers - memoryBefore) / (1 << 20);
    const left = readdirSync(outside).length > 0 || statSync("/etc/way-out", { throwIfNoEntry: false }) !== undefined;
    const how = left ? "it wrote outside" : report.passed ? "it was accepted" : grewMb > 256 ? `it took ${Math.round(grewMb)} MB` : null;
    results.push({ name, how });
  }
  return results;
}

/**
 * Tries every known way out of the staging sandbox on this machine: host files, network, environment, processes, limits, archives.
 *
 * @param runner  the way of confining that is tried
 * @returns one result an attempt, in their order
 */
export async function tryEscapes(runner: Runner): Promise<EscapeResult[]> {
  const scratch = realpathSync(mkdtempSync(path.join(tmpdir(), "sandbox-escape-")));
  chmodSync(scratch, 0o711);
  try {
    const results: EscapeResult[] = [];
    const here = { ...runner, rootFolder: path.join(scratch, "root") };
    mkdirSync(here.rootFolder, { mode: 0o755 });
    for (const attempt of ATTEMPTS) results.push(await tryAttempt(attempt, here, scratch));
    return [...results, ...(await tryArchives(scratch, async () => here))];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
