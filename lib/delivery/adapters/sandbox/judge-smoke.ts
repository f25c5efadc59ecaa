import { z } from "zod";
import type { ConfinedRun } from "@/lib/delivery/adapters/sandbox/run-confined";
import type { StagingLimits } from "@/lib/delivery/adapters/sandbox/staging-limits";

const DETAIL_CHARACTERS = 400;
const LAST_SIGNAL = 64;

/** The last line that a smoke test prints. Checks and other members may stand beside these. */
const resultsSchema = z.looseObject({
  passed: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  results: z.array(z.looseObject({ name: z.string(), ok: z.boolean(), detail: z.string().optional() })).optional(),
});

export interface SmokeVerdict {
  readonly ok: boolean;
  readonly detail: string;
}

/**
 * Decides whether a smoke run proved anything: exit code 0 and a last line of results with at least one check passed and none failed.
 * A candidate that merely ends with 0 has shown nothing, and unknown is never green.
 */
export function judgeSmoke(run: ConfinedRun, limits: StagingLimits): SmokeVerdict {
  if (run.end === "wall-time") return failed(`did not end within ${limits.wallMs} ms`);
  if (run.end === "output") return failed(`wrote more than ${limits.outputBytes} bytes`);
  if (run.end === "aborted") return failed("was called off");
  if (run.end === "not-started") return failed("could not be started");
  const results = parseResults(run.stdout);
  const firstFailure = results?.results?.find((result) => !result.ok);
  if (firstFailure) return failed(`${results?.failed} of its checks failed, first "${firstFailure.name}": ${firstFailure.detail ?? ""}`);
  if (run.code !== 0) return failed(`${endOf(run)}: ${run.stderr.trim() || run.stdout.trim()}`);
  if (!results) return failed("ended without a line of results");
  if (results.failed > 0 || results.passed === 0) return failed(`${results.passed} checks passed, ${results.failed} failed`);
  return { ok: true, detail: `${results.passed} checks passed` };
}

function endOf(run: ConfinedRun): string {
  if (run.code === null) return "was killed";
  // PHP ends with 255 after a fatal error, and no signal has such a number.
  return run.code > 128 && run.code <= 128 + LAST_SIGNAL ? `ended by signal ${run.code - 128}` : `ended with exit code ${run.code}`;
}

function parseResults(stdout: string): z.infer<typeof resultsSchema> | null {
  try {
    return resultsSchema.safeParse(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).data ?? null;
  } catch {
    return null;
  }
}

/** A candidate's words end up in records and on pages: one line of visible characters. */
function failed(detail: string): SmokeVerdict {
  const visible = detail.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return { ok: false, detail: [...visible].slice(0, DETAIL_CHARACTERS).join("") };
}
