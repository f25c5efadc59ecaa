import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { confine, type Runner } from "@/lib/delivery/adapters/sandbox/confine";
import { findRunner } from "@/lib/delivery/adapters/sandbox/find-runner";
import { judgeSmoke } from "@/lib/delivery/adapters/sandbox/judge-smoke";
import { openPackage, type PluginPackage, runtimeOf } from "@/lib/delivery/adapters/sandbox/plugin-package";
import { provePhp } from "@/lib/delivery/adapters/sandbox/prove-php";
import { runConfined } from "@/lib/delivery/adapters/sandbox/run-confined";
import { StagedShop } from "@/lib/delivery/adapters/sandbox/staged-shop";
import { STAGING_LIMITS, type StagingLimits } from "@/lib/delivery/adapters/sandbox/staging-limits";
import { ArchiveError } from "@/lib/delivery/archive/archive-entries";
import type { StagingReport, StagingStep, StagingStepName } from "@/lib/delivery/staging-report";
import { digestOf, sha256Hex } from "@/lib/kernel/canonical-json";
import { LIMITS } from "@/lib/platform/limits";

export interface StagingInput {
  /** The candidate as it would be shipped, zip or tar.gz. */
  readonly artifact: Buffer;
  /** What the release says its bytes are, lower-case hex. */
  readonly sha256: string;
  readonly manifest: {
    readonly plugin_key: string;
    readonly version: string;
    /** The tests that the release declares: run besides the one that `plugin.json` names. */
    readonly smoke_tests?: readonly string[] | undefined;
  };
  /** What runs at the merchant today; null when nothing does. */
  readonly baseline: { readonly artifact: Buffer } | null;
  readonly limits?: Partial<StagingLimits>;
}

export interface StagingDependencies {
  /** A runner that was proven on a probe in the given folder, or null. */
  readonly findRunner: (scratch: string) => Promise<Runner | null>;
  /** Existing folder under which the rehearsal gets one of its own. */
  readonly scratch: string;
  /** Calls the rehearsal off; it then reports a failed step. */
  readonly signal?: AbortSignal;
}

/** A candidate that was opened, with every smoke test that it is held to, each once. */
interface Candidate extends PluginPackage {
  readonly tests: readonly string[];
}

/** The candidate is at fault, or cannot be tried: the sentence goes into the report. */
class StagingFailure extends Error {}

const SCRATCH = "reliability-staging-";

/**
 * Removes what workers that were killed while they rehearsed left behind: older than any rehearsal can last.
 *
 * @param newest  a folder made just now: its time is told by the clock that the others' times were told by
 */
function removeLeftovers(folder: string, newest: string): void {
  const nowMs = statSync(newest).mtimeMs;
  for (const name of readdirSync(folder).filter((one) => one.startsWith(SCRATCH))) {
    const left = path.join(folder, name);
    const changedMs = statSync(left, { throwIfNoEntry: false })?.mtimeMs ?? nowMs;
    if (nowMs - changedMs > LIMITS.stagingLeftoverMs) rmSync(left, { recursive: true, force: true });
  }
}

/**
 * Rehearses a patch: verify → apply → smoke tests, confined → roll back → same files as before → apply again.
 *
 * @returns a report in every case in which the candidate or the machine is the reason; `passed` only when each step held
 * @throws for faults of our own (a full disk), so that the step is taken up again
 */
export async function runStaging(input: StagingInput, dependencies: Partial<StagingDependencies> = {}): Promise<StagingReport> {
  const settled = { findRunner, scratch: tmpdir(), ...dependencies };
  const scratch = realpathSync(mkdtempSync(path.join(settled.scratch, SCRATCH)));
  try {
    removeLeftovers(settled.scratch, scratch);
    chmodSync(scratch, 0o711); // the unprivileged user that runs the candidate must get through
    return await new Rehearsal(input, settled, scratch).run();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

class Rehearsal {
  readonly #input: StagingInput;
  readonly #dependencies: StagingDependencies;
  readonly #scratch: string;
  readonly #limits: StagingLimits;
  readonly #steps: StagingStep[] = [];
  #runner: Runner["kind"] | "none" = "none";
  #before: string | null = null;
  #afterRollback: string | null = null;

  constructor(input: StagingInput, dependencies: StagingDependencies, scratch: string) {
    this.#input = input;
    this.#dependencies = dependencies;
    this.#scratch = scratch;
    this.#limits = { ...STAGING_LIMITS, ...input.limits };
  }

  async run(): Promise<StagingReport> {
    try {
      return this.#report(await this.#rehearse());
    } catch (error) {
      if (error instanceof StagingFailure) return this.#report(null);
      throw error;
    }
  }

  /** @returns the undo token's digest */
  async #rehearse(): Promise<string> {
    const { candidate, baseline } = await this.#step("verify", () => this.#verify());
    const shop = new StagedShop(path.join(this.#scratch, "shop"));
    if (baseline) shop.apply(baseline);
    const before = shop.digest();
    this.#before = before;
    const folder = await this.#step("apply", () => ({ detail: `${candidate.version} is current`, value: shop.apply(candidate) }));
    const applied = shop.digest();
    await this.#step("smoke", () => this.#smoke(candidate, folder, shop, applied));
    await this.#step("rollback", () => {
      shop.rollBack(candidate.version, baseline?.version ?? null);
      return { detail: baseline ? `${baseline.version} is current again` : "no version is current, as before", value: null };
    });
    await this.#step("digest", () => {
      this.#afterRollback = shop.digest();
      if (this.#afterRollback !== before) throw new StagingFailure("the files after the rollback are not those from before");
      return { detail: "the files are those from before, byte for byte", value: null };
    });
    await this.#step("reapply", () => {
      shop.apply(candidate);
      if (shop.digest() !== applied) throw new StagingFailure("applied again, the files differ from the first time");
      return { detail: `${candidate.version} is current again`, value: null };
    });
    return digestOf({
      candidate_sha256: this.#input.sha256,
      baseline_sha256: this.#input.baseline ? sha256Hex(this.#input.baseline.artifact) : null,
      before_digest: before,
      applied_digest: applied,
    });
  }

  #verify(): Found<{ candidate: Candidate; baseline: PluginPackage | null }> {
    const { artifact, sha256, manifest } = this.#input;
    if (artifact.length > LIMITS.artifactBytes) throw new StagingFailure(`the artifact is larger than ${LIMITS.artifactBytes} bytes`);
    if (sha256Hex(artifact) !== sha256) throw new StagingFailure("the artifact's bytes are not those that were released");
    const candidate = openPackage(artifact);
    const isReleased = candidate.name === manifest.plugin_key && candidate.version === manifest.version;
    if (!isReleased) throw new StagingFailure(`the artifact holds ${candidate.name} ${candidate.version}, which its manifest does not say`);
    const tests = [...new Set([...(candidate.smoke === null ? [] : [candidate.smoke]), ...(manifest.smoke_tests ?? [])])];
    if (tests.length === 0) throw new StagingFailure("the artifact ships no smoke tests, so nothing can be shown");
    const missing = tests.find((test) => !candidate.entries.some((entry) => entry.kind === "file" && entry.path === test));
    if (missing !== undefined)
      throw new StagingFailure(`the release declares the smoke test ${JSON.stringify(missing)}, which the archive does not hold`);
    const baseline = this.#input.baseline ? openPackage(this.#input.baseline.artifact) : null;
    if (baseline?.version === candidate.version) throw new StagingFailure(`${candidate.version} is what runs already`);
    return {
      detail: `${candidate.name} ${candidate.version}, ${candidate.entries.length} files, as released`,
      value: { candidate: { ...candidate, tests }, baseline },
    };
  }

  /** Runs every test in turn; all together have the time of one. */
  async #smoke({ tests }: Candidate, folder: string, shop: StagedShop, applied: string): Promise<Found<null>> {
    const details: string[] = [];
    const untilMs = performance.now() + this.#limits.wallMs;
    for (const test of tests) {
      const limits = { ...this.#limits, wallMs: Math.max(1, Math.round(untilMs - performance.now())) };
      const confined = confine(await this.#findRunner(test), folder, test, limits);
      const verdict = judgeSmoke(await runConfined(confined, limits, this.#dependencies.signal), this.#limits);
      const named = tests.length > 1 ? `${test}: ` : "";
      if (!verdict.ok) throw new StagingFailure(`${named}the smoke tests ${verdict.detail}`);
      if (shop.digest() !== applied) throw new StagingFailure("the candidate changed the shop's files while it was tested");
      details.push(`${named}${verdict.detail}`);
    }
    return { detail: details.join("; "), value: null };
  }

  async #findRunner(test: string): Promise<Runner> {
    const runner = await this.#dependencies.findRunner(this.#scratch);
    if (!runner) throw new StagingFailure("neither bwrap nor unshare can confine a process on this machine, so nothing was run");
    const proven = runtimeOf(test) === "php" ? await provePhp(runner, this.#scratch) : runner;
    if (!proven) throw new StagingFailure("there is no PHP on this machine that can be confined, so nothing was run");
    this.#runner = proven.kind;
    return proven;
  }

  /** Runs one step and records it; a fault of the candidate is recorded as such and ends the rehearsal. */
  async #step<Value>(name: StagingStepName, work: () => Found<Value> | Promise<Found<Value>>): Promise<Value> {
    const startedMs = performance.now();
    const record = (ok: boolean, detail: string) => {
      this.#steps.push({ name, ok, ms: Math.round(performance.now() - startedMs), detail });
    };
    try {
      const { detail, value } = await work();
      record(true, detail);
      return value;
    } catch (error) {
      if (!(error instanceof StagingFailure || error instanceof ArchiveError)) throw error;
      record(false, error.message);
      throw new StagingFailure(error.message);
    }
  }

  #report(undoTokenDigest: string | null): StagingReport {
    return {
      passed: undoTokenDigest !== null,
      runner: this.#runner,
      steps: this.#steps,
      undo_token_digest: undoTokenDigest,
      before_digest: this.#before,
      after_rollback_digest: this.#afterRollback,
    };
  }
}

interface Found<Value> {
  readonly detail: string;
  readonly value: Value;
}
