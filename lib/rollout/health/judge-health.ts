import { LIMITS } from "@/lib/platform/limits";
import { isCenterDeaf } from "@/lib/rollout/health/is-center-deaf";
import type { ObservedHealth, TrafficStep } from "@/lib/rollout/health/observed-health";
import { median, observeHealth } from "@/lib/rollout/health/observed-health";
import { wilsonLower } from "@/lib/rollout/health/wilson-lower";
import type { HealthFigures, HealthInput, HealthVerdict } from "@/lib/rollout/types";

/** The window is looked at after every report, so each look demands 99.5 % on its side. */
const Z = 2.576;

/** At the end one look remains, so 95 % on its side is enough to say that chance does not explain what failed. */
const Z_AT_END = 1.645;

/** How many times slower answers may get, once they are a second slower at all. */
const LATENCY_FACTOR = 3;
const LATENCY_SLACK_MS = 1_000;

function sum(steps: readonly TrafficStep[]): TrafficStep {
  return steps.reduce((total, step) => ({ sent: total.sent + step.sent, failed: total.failed + step.failed }), { sent: 0, failed: 0 });
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function figuresOf(seen: ObservedHealth, baselineFailRate: number | null): HealthFigures {
  const { sent, failed } = sum(seen.traffic ?? []);
  const meanRate = seen.rates.length > 0 ? seen.rates.reduce((total, rate) => total + rate, 0) / seen.rates.length : null;
  const failRate = seen.traffic === null ? meanRate : sent > 0 ? failed / sent : null;
  const excess = failRate === null ? null : failRate - (baselineFailRate ?? 0);
  return { reports: seen.reports.length, sent, failed, failRate, baselineFailRate, excess };
}

/** Crashes and reverts the beats show by themselves: no statistics needed. */
function brokenRun(seen: ObservedHealth, toVersion: string): string[] {
  const first = seen.since.findIndex((beat) => beat.runningVersion === toVersion);
  if (first < 0) return [];
  const later = seen.since.slice(first);
  const other = later.find((beat) => beat.runningVersion !== toVersion);
  const boots = new Set(later.map((beat) => beat.bootId)).size;
  const isDown = later.length >= 2 && later.slice(-2).every((beat) => !beat.active);
  return [
    ...(other ? [`version ${other.runningVersion} runs again, not ${toVersion}`] : []),
    ...(boots >= LIMITS.healthBootChurn ? [`the plugin started ${boots} times since it was applied`] : []),
    ...(isDown ? ["the plugin is down in the newest two beats"] : []),
  ];
}

/**
 * Failing webhooks that no chance explains. Besides the whole time since `applied`, the newest reports alone are judged: a
 * version that starts well and then degrades must not hide behind its good first seconds.
 */
function worseFailures(seen: ObservedHealth, allowed: number): string[] {
  if (seen.traffic === null) {
    const lastTwo = seen.rates.slice(-2);
    return lastTwo.length === 2 && lastTwo.every((rate) => rate > allowed)
      ? [`two reports in a row above ${percent(allowed)} failed webhooks`]
      : [];
  }
  for (let from = 0; from < seen.traffic.length; from += 1) {
    const { sent, failed } = sum(seen.traffic.slice(from));
    if (sent >= LIMITS.healthMinimumWebhooks && wilsonLower(failed, sent, Z) > allowed) {
      return [`${failed} of the last ${sent} webhooks failed, more than ${percent(allowed)} is allowed`];
    }
  }
  return [];
}

/** Errors that come faster than before. A lower Poisson bound keeps a handful of them from looking like a flood. */
function worseErrors(seen: ObservedHealth, input: HealthInput): string[] {
  const before = input.baseline.errorsPerMinute;
  const last = seen.reports.at(-1);
  if (before === null || seen.errors === null || !last || seen.errors < LIMITS.healthMinimumWebhooks) return [];
  const minutes = (last.receivedAt.getTime() - input.appliedAt.getTime()) / 60_000;
  const atLeast = (seen.errors - Z * Math.sqrt(seen.errors)) / Math.max(minutes, 1 / 60);
  const allowed = before * (1 + input.rollbackErrorThreshold) + 1;
  return atLeast > allowed ? [`${seen.errors} errors in ${minutes.toFixed(1)} min, up to ${allowed.toFixed(1)} a minute are allowed`] : [];
}

function isWorse({ excess }: HealthFigures, { rollbackErrorThreshold }: HealthInput): boolean {
  return excess !== null && excess > rollbackErrorThreshold;
}

/**
 * Whether the rate is worse only by a failure or two that chance explains: in a quiet shop one failed webhook of eight is 12 %.
 * Such a window is extended once instead of condemning; what is still one single failure then is no evidence of harm.
 */
function isAnecdote(seen: ObservedHealth, { sent, failed }: HealthFigures, input: HealthInput): boolean {
  const most = input.extended ? 1 : LIMITS.healthAnecdoteFailures;
  const allowed = (input.baseline.failRate ?? 0) + input.rollbackErrorThreshold;
  return seen.traffic !== null && failed <= most && wilsonLower(failed, sent, Z_AT_END) <= allowed;
}

/** What is said where Center heard nobody at all. */
const DEAF = "nobody else was heard either: Center was deaf, and this says nothing of the version";

/** What rolls back at the window's end. `isHarm`: it speaks against the version, and is not only evidence that is missing. */
interface Fault {
  readonly reason: string;
  readonly isHarm: boolean;
  /** Reports are missing: whether anybody was heard meanwhile makes the difference. */
  readonly isSilence: boolean;
}

/** What is missing or worse once the window has ended; any of it rolls back. */
function faultsAtEnd(seen: ObservedHealth, input: HealthInput, windowEnd: number, figures: HealthFigures): Fault[] {
  const faults: Fault[] = [];
  const isDeaf = isCenterDeaf(input.hearing ?? null);
  const harm = (reason: string) => faults.push({ reason, isHarm: true, isSilence: false });
  if (figures.reports < LIMITS.healthMinimumReports) {
    // A shop that never spoke again after it was applied may have been silenced by it; one that spoke too rarely only told too little.
    const reason = `${figures.reports} reports of ${input.toVersion}, ${LIMITS.healthMinimumReports} are needed`;
    faults.push({ reason, isHarm: figures.reports === 0 && !isDeaf, isSilence: true });
  }
  const silentMs = windowEnd - (seen.reports.at(-1)?.receivedAt.getTime() ?? 0);
  if (figures.reports > 0 && silentMs > (LIMITS.heartbeatProbationSeconds + LIMITS.heartbeatGraceSeconds) * 1_000) {
    faults.push({ reason: `no report in the last ${Math.round(silentMs / 1_000)} s of the window`, isHarm: !isDeaf, isSilence: true });
  }
  if (isWorse(figures, input) && !isAnecdote(seen, figures, input)) {
    harm(`${percent(figures.failRate ?? 0)} of webhooks failed, ${percent(figures.baselineFailRate ?? 0)} did before`);
  }
  const before = input.baseline.latencyP95Ms;
  const latency = median(seen.reports.flatMap((report) => report.telemetry.latency_p95_ms ?? []));
  if (before !== null && latency !== null && latency > Math.max(before * LATENCY_FACTOR, before + LATENCY_SLACK_MS)) {
    harm(`answers take ${Math.round(latency)} ms, ${Math.round(before)} ms before`);
  }
  return faults;
}

/**
 * What the server's own probes say in place of traffic. Good: enough good ones since `applied`, the newest among them. Bad: the
 * newest failed. None: too few, or nobody may look (no URL is known).
 */
function probed({ probes, appliedAt }: HealthInput): "good" | "bad" | "none" {
  const since = probes.filter((probe) => probe.at > appliedAt);
  if (since.at(-1)?.ok === false) return "bad";
  return since.filter((probe) => probe.ok).length >= LIMITS.healthMinimumProbes ? "good" : "none";
}

/**
 * The end of a window in which the new version reported, but no webhook was sent. The window is extended once, so that traffic
 * may come and be judged. What is still without traffic then commits on good probes alone; reports by themselves never do.
 */
function judgeWithoutTraffic(input: HealthInput, figures: HealthFigures, until: Date): HealthVerdict {
  const probes = probed(input);
  if (probes === "bad") return { decision: "rollback", isHarm: true, reasons: ["no traffic, and the newest probe failed"], figures };
  if (!input.extended) {
    const reason = probes === "good" ? "no traffic yet; probes answer" : "no traffic yet, and too few good probes to stand in for it";
    return { decision: "hold", until, extend: true, reasons: [reason], figures };
  }
  return probes === "good"
    ? { decision: "commit", inconclusive: true, reasons: ["no traffic; only probes answered"], figures }
    : { decision: "rollback", isHarm: false, reasons: ["no traffic, and too few good probes to stand in for it"], figures };
}

/**
 * Judges a freshly applied version: commit, roll back, or hold for the rest of the window.
 *
 * Unknown is never green: it commits only at the window's end, on at least three signed reports of the new running version
 * and rates no worse than before `applied` beyond the threshold. Bad evidence rolls back at once. A window without any traffic
 * is extended once, to wait for some; then three good probes stand in for it, and the commit is labelled inconclusive; without
 * them it rolls back. The window is extended likewise when a failure or two, which chance explains, are all that makes the
 * rate worse, and when Center heard nobody at all meanwhile: that is no harm, however long it lasts.
 *
 * Source: protocol.md, Health verdict. Wilson's bound is used for the early stop only; at the end the plain rates decide.
 */
export function judgeHealth(input: HealthInput): HealthVerdict {
  const seen = observeHealth(input);
  const figures = figuresOf(seen, input.baseline.failRate);
  const allowed = (input.baseline.failRate ?? 0) + input.rollbackErrorThreshold;
  const broken = [...brokenRun(seen, input.toVersion), ...worseFailures(seen, allowed), ...worseErrors(seen, input)];
  if (broken.length > 0) return { decision: "rollback", isHarm: true, reasons: broken, figures };

  const seconds = input.extended ? Math.max(input.windowSeconds, LIMITS.healthExtensionSeconds) : input.windowSeconds;
  const windowEnd = input.appliedAt.getTime() + seconds * 1_000;
  if (input.now.getTime() < windowEnd) {
    return { decision: "hold", until: new Date(windowEnd), extend: false, reasons: [`${figures.reports} good reports so far`], figures };
  }
  const faults = faultsAtEnd(seen, input, windowEnd, figures);
  const until = new Date(input.appliedAt.getTime() + Math.max(input.windowSeconds, LIMITS.healthExtensionSeconds) * 1_000);
  if (faults.length > 0) {
    const isHarm = faults.some((fault) => fault.isHarm);
    const isDeaf = isCenterDeaf(input.hearing ?? null) && faults.some(({ isSilence }) => isSilence);
    const reasons = [...faults.map(({ reason }) => reason), ...(isDeaf ? [DEAF] : [])];
    // The window is extended once, as for traffic: whoever can be heard again is judged by what it says then.
    return isDeaf && !isHarm && !input.extended
      ? { decision: "hold", until, extend: true, reasons, figures }
      : { decision: "rollback", isHarm, reasons, figures };
  }
  if (isWorse(figures, input) && !input.extended) {
    return {
      decision: "hold",
      until,
      extend: true,
      reasons: [`${figures.failed} of ${figures.sent} webhooks failed, too few to tell`],
      figures,
    };
  }
  if (figures.failRate !== null) {
    const isThin = isWorse(figures, input) || (seen.traffic !== null && figures.sent < LIMITS.healthMinimumWebhooks);
    return { decision: "commit", inconclusive: isThin, reasons: ["no worse than before"], figures };
  }
  return judgeWithoutTraffic(input, figures, until);
}
