import postgres from "postgres";
import type { Clock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { copyDirectory } from "../checkpoint/outside-copy";
import { MissingSubtreeError } from "../read-log";
import { type LogReport, verifyLog } from "../verify/verify-log";
import { sealAll } from "./seal-entries";
import { tellTampering } from "./tell-tampering";
import { LogChangedError, vouch } from "./vouch";

const UNIQUE_VIOLATION = "23505";

/** Whether an error says that the stored log is not what it was, and not that the database is away. */
function saysChanged(error: unknown): boolean {
  if (error instanceof LogChangedError || error instanceof MissingSubtreeError) return true;
  return error instanceof postgres.PostgresError && error.code === UNIQUE_VIOLATION;
}

/**
 * What a worker does for the audit log, round by round: seal, vouch, check. A log that is not whole is neither sealed further
 * nor vouched for, and the rounds go on: once it is mended, so does the log.
 */
export class LogKeeper {
  readonly #directory: string;
  readonly #clock: Clock;
  #toldMs = Number.NEGATIVE_INFINITY;
  #lastFull: { readonly size: number; readonly durationMs: number; readonly atMs: number } | null = null;

  constructor(dataDir: string, clock: Clock) {
    this.#directory = copyDirectory(dataDir);
    this.#clock = clock;
  }

  /** Every LIMITS.auditSealMs. */
  seal(): Promise<void> {
    return this.#unlessChanged(() => sealAll());
  }

  /** Every LIMITS.auditCopyMs. */
  vouch(): Promise<void> {
    return this.#unlessChanged(() => vouch(this.#directory, this.#clock.now()));
  }

  /** Every LIMITS.auditCheckSeconds: the whole log, or, where that takes long, what is new, and the whole every hour. */
  async check(): Promise<LogReport> {
    const { atMs, size, durationMs } = this.#lastFull ?? { atMs: Number.NEGATIVE_INFINITY, size: 0, durationMs: 0 };
    const isFresh = performance.now() - atMs < LIMITS.auditFullCheckSeconds * 1_000;
    const from = durationMs > LIMITS.auditLongCheckMs && isFresh ? size : 0;
    const report = await verifyLog({ directory: this.#directory, from });
    if (from === 0) this.#lastFull = { size: report.size, durationMs: report.duration_ms, atMs: performance.now() };
    // A check of the end alone cannot say that the beginning is whole again.
    if (report.problem || from === 0) await tellTampering(report.problem, this.#clock.now());
    return report;
  }

  async #unlessChanged(round: () => Promise<unknown>): Promise<void> {
    try {
      await round();
    } catch (error) {
      if (!saysChanged(error)) throw error;
      if (performance.now() - this.#toldMs < LIMITS.auditTellAgainMs) return;
      this.#toldMs = performance.now();
      const report = await this.check();
      if (!report.problem) throw error;
    }
  }
}
