import { and, eq } from "drizzle-orm";
import { pluginIncidents } from "@/db/schema/incidents";
import { scopeFor } from "@/lib/access/system-actor";
import { configuredRules } from "@/lib/detection/queries-configured";
import { isStillSick } from "@/lib/incidents/still-sick";
import { read } from "@/lib/platform/scope";
import { baselineOf } from "@/lib/rollout/health/baseline-of";
import { DUE_WITHIN_SECONDS } from "@/lib/rollout/health/is-center-deaf";
import { judgeHealth } from "@/lib/rollout/health/judge-health";
import { readHearing, readPluginWindow } from "@/lib/telemetry/queries";
import type { AttemptFacts, Step } from "../attempt-state";
import type { EndFacts } from "../commands/end-attempt";
import type { HealthInput, HealthVerdict } from "../types";
import type { LoadedAttempt } from "./load-attempt";

/**
 * Who else was heard since an applied attempt's newest report, asked for once it is late: over all merchants, since Center's own ears are in question.
 *
 * @returns null while it is not late
 */
export async function listenAround({ row, appliedAt, beats, state }: LoadedAttempt, now: Date): Promise<HealthInput["hearing"]> {
  if (!appliedAt || state.command?.status !== "applied") return null;
  const since = beats.findLast((beat) => beat.active && beat.receivedAt > appliedAt)?.receivedAt ?? appliedAt;
  const early = new Date(now.getTime() - DUE_WITHIN_SECONDS * 1_000);
  if (early <= since) return null;
  const heard = await read(scopeFor("operate"), (tx) => readHearing(tx, row, { since, early, until: now }));
  return { ...heard, earlySeconds: (early.getTime() - since.getTime()) / 1_000 };
}

/** What the judge says of an applied attempt now, and what it compared with; null while nothing is applied or the policy is unknown. */
export function judgeNow(
  { row, appliedAt, beats, ceiling, state }: LoadedAttempt,
  { probes, hearing }: Pick<HealthInput, "probes" | "hearing">,
  now: Date,
): { verdict: HealthVerdict; baseline: HealthInput["baseline"] } | null {
  if (!appliedAt || !ceiling.policy || state.command?.status !== "applied") return null;
  const baseline = baselineOf(beats.filter((beat) => beat.receivedAt <= appliedAt && beat.runningVersion === row.fromVersion));
  // The window was judged when the commit was issued: from then on only bad evidence counts, not evidence that is missing.
  const sinceSeconds = Math.ceil((now.getTime() - appliedAt.getTime()) / 1_000) + 1;
  const verdict = judgeHealth({
    now,
    appliedAt,
    windowSeconds: row.phase === "committing" ? sinceSeconds : ceiling.policy.health_check_seconds,
    toVersion: row.toVersion ?? row.fromVersion,
    beats,
    baseline,
    rollbackErrorThreshold: ceiling.policy.rollback_error_threshold,
    probes,
    extended: row.isExtended,
    hearing: hearing ?? null,
  });
  return { verdict, baseline };
}

/** Whether the attempt's incident is still there after the change; null when nothing was said about it since. */
async function lookAfter({ row, appliedAt, state }: LoadedAttempt, now: Date): Promise<boolean | null> {
  const { incidentId } = row;
  if (incidentId === null) return null;
  const seen = await read(scopeFor("scan"), async (tx) => {
    const key = and(eq(pluginIncidents.tenantId, row.tenantId), eq(pluginIncidents.id, incidentId));
    const [incident] = await tx.select({ type: pluginIncidents.type }).from(pluginIncidents).where(key);
    const window = await readPluginWindow(tx, row.tenantId, row.pluginId, now);
    return incident && window ? { type: incident.type, window } : null;
  });
  const since = appliedAt ?? state.command?.offeredAt;
  if (!seen || !since) return null;
  return isStillSick(seen.window, seen.type, { since, version: row.toVersion ?? row.fromVersion }, await configuredRules());
}

/** What is said of an attempt besides how it ended. */
export async function endFactsOf(loaded: LoadedAttempt, step: Step, now: Date): Promise<EndFacts> {
  const verdict = loaded.row.healthReport as HealthVerdict | null;
  const isInconclusive = verdict?.decision === "commit" && verdict.inconclusive;
  if (step.do !== "finish") return { isStillSick: null, isInconclusive, revertedFor: null };
  if (step.status === "success") return { isStillSick: await lookAfter(loaded, now), isInconclusive, revertedFor: null };
  if (step.status !== "rolled_back") return { isStillSick: null, isInconclusive, revertedFor: null };
  if (loaded.state.isCancelRequested) return { isStillSick: null, isInconclusive, revertedFor: "cancelled" };
  const word = loaded.state.command?.result;
  if (word?.rolledBack)
    return { isStillSick: null, isInconclusive, revertedFor: /commit|deadline/.test(word.reason ?? "") ? "no_evidence" : "crash" };
  // A verdict over webhooks that failed saw harm; one without any only missed its evidence.
  const sawHarm = verdict?.decision === "rollback" && verdict.figures.failed > 0;
  return { isStillSick: null, isInconclusive, revertedFor: sawHarm ? "worse" : "no_evidence" };
}

/** What is true now and not part of the attempt. */
export function factsOf(
  { beats, ceiling, appliedAt, isCutOff, isHeldByCalendar }: LoadedAttempt,
  verdict: HealthVerdict | null,
): AttemptFacts {
  // While nothing runs, a beat can only tell what lies on disk: that proves no version.
  const newest = beats.findLast((beat) => beat.active);
  const ran = (bootId: string) => appliedAt !== null && beats.some((beat) => beat.bootId === bootId && beat.receivedAt <= appliedAt);
  return {
    switches: ceiling.switches,
    verdict,
    isCutOff,
    isHeldByCalendar,
    isStagingRequired: ceiling.policy?.staging_required ?? true,
    lastReport: newest
      ? { at: newest.receivedAt, runningVersion: newest.runningVersion, isNewBoot: appliedAt !== null && !ran(newest.bootId) }
      : null,
  };
}
