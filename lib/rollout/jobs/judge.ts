import { scopeFor } from "@/lib/access/system-actor";
import { evaluateRules } from "@/lib/detection/evaluate-rules";
import { configuredRules } from "@/lib/detection/queries-configured";
import { unprovenTypes } from "@/lib/detection/unproven-types";
import { causeOf } from "@/lib/incidents/causes";
import { read } from "@/lib/platform/scope";
import { readPluginWindow } from "@/lib/telemetry/queries";
import type { AttemptFacts, Step } from "../attempt-state";
import { baselineOf } from "../baseline-of";
import type { EndFacts } from "../commands/end-attempt";
import { judgeHealth } from "../judge-health";
import type { LoadedAttempt } from "../queries-attempt";
import type { HealthInput, HealthVerdict } from "../types";

/** What the judge says of an applied attempt now, and what it compared with; null while nothing is applied or the policy is unknown. */
export function judgeNow(
  { row, appliedAt, beats, ceiling, state }: LoadedAttempt,
  probes: HealthInput["probes"],
  now: Date,
): { verdict: HealthVerdict; baseline: HealthInput["baseline"] } | null {
  if (!appliedAt || !ceiling.policy || state.command?.status !== "applied") return null;
  const baseline = baselineOf(beats.filter((beat) => beat.receivedAt <= appliedAt && beat.runningVersion === row.fromVersion));
  const verdict = judgeHealth({
    now,
    appliedAt,
    windowSeconds: ceiling.policy.health_check_seconds,
    toVersion: row.toVersion ?? row.fromVersion,
    beats,
    baseline,
    rollbackErrorThreshold: ceiling.policy.rollback_error_threshold,
    probes,
    extended: row.isExtended,
  });
  return { verdict, baseline };
}

/** Whether rules still find what the incident is about; null when the newest beat says nothing about it. */
async function isStillSick({ row }: LoadedAttempt, now: Date): Promise<boolean | null> {
  const window = await read(scopeFor("scan"), (tx) => readPluginWindow(tx, row.tenantId, row.pluginId, now));
  if (!window) return null;
  const recent = { ...window, beats: window.beats.filter((beat) => beat.runningVersion === (row.toVersion ?? row.fromVersion)) };
  const findings = evaluateRules(recent, await configuredRules());
  if (findings.some((finding) => causeOf(finding.type) === "service")) return true;
  return unprovenTypes(recent).has("webhook_fail_rate") ? null : false;
}

/** What is said of an attempt besides how it ended. */
export async function endFactsOf(loaded: LoadedAttempt, step: Step, now: Date): Promise<EndFacts> {
  const verdict = loaded.row.healthReport as HealthVerdict | null;
  const isInconclusive = verdict?.decision === "commit" && verdict.inconclusive;
  if (step.do !== "finish") return { isStillSick: null, isInconclusive, revertedFor: null };
  if (step.status === "success") return { isStillSick: await isStillSick(loaded, now), isInconclusive, revertedFor: null };
  if (step.status !== "rolled_back") return { isStillSick: null, isInconclusive, revertedFor: null };
  if (loaded.state.isCancelRequested) return { isStillSick: null, isInconclusive, revertedFor: "cancelled" };
  const word = loaded.state.command?.result;
  if (word?.rolledBack)
    return { isStillSick: null, isInconclusive, revertedFor: /commit|deadline/.test(word.reason ?? "") ? "no_evidence" : "crash" };
  const sawHarm = verdict?.decision === "rollback" && (verdict.figures.excess ?? 0) > 0;
  return { isStillSick: null, isInconclusive, revertedFor: sawHarm ? "worse" : "no_evidence" };
}

/** What is true now and not part of the attempt. */
export function factsOf({ beats, ceiling }: LoadedAttempt, verdict: HealthVerdict | null): AttemptFacts {
  const newest = beats.at(-1);
  return {
    switches: ceiling.switches,
    verdict,
    isStagingRequired: ceiling.policy?.staging_required ?? true,
    lastReport: newest ? { at: newest.receivedAt, runningVersion: newest.runningVersion } : null,
  };
}
