import type { MinuteSums } from "@/lib/modules/signals/types";
import type { ErrorCount, ModuleMinute, ModuleView } from "./types";

const MINUTE_MS = 60_000;

/** The first instant of the last so many minutes, the one under way included. */
export function sinceMinutes(now: Date, minutes: number): Date {
  return new Date((Math.floor(now.getTime() / MINUTE_MS) - minutes + 1) * MINUTE_MS);
}

/** How many minutes of these have passed: at least one, so that the first second of a minute is no flood. */
export function elapsedMinutes(now: Date, minutes: number): number {
  return Math.max(1, (now.getTime() - sinceMinutes(now, minutes).getTime()) / MINUTE_MS);
}

export function lastMinutes(view: ModuleView, minutes: number): readonly ModuleMinute[] {
  const since = sinceMinutes(view.now, minutes).getTime();
  return view.minutes.filter(({ minuteAt }) => minuteAt.getTime() >= since);
}

/** Errors of the last minutes; warnings are somebody's guard at work, and left out. */
export function lastErrors(view: ModuleView, minutes: number): readonly ErrorCount[] {
  const since = sinceMinutes(view.now, minutes).getTime();
  return view.errors.filter(({ minuteAt, code }) => minuteAt.getTime() >= since && code.startsWith("ERR_"));
}

export function sumOf(minutes: readonly ModuleMinute[], name: keyof MinuteSums): number {
  return minutes.reduce((sum, minute) => sum + minute[name], 0);
}

/** The first of these minutes, or now where there is none. */
export function firstSeen(minutes: readonly { readonly minuteAt: Date }[], now: Date): Date {
  return new Date(Math.min(now.getTime(), ...minutes.map(({ minuteAt }) => minuteAt.getTime())));
}

/** Histograms added up. */
export function latencyOf(minutes: readonly ModuleMinute[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const { latency } of minutes) for (const [bucket, count] of Object.entries(latency)) sum[bucket] = (sum[bucket] ?? 0) + count;
  return sum;
}

/** Errors by code, the most frequent first. */
export function byCode(errors: readonly ErrorCount[]): { code: string; count: number; traceId: string | null }[] {
  const codes = new Map<string, { code: string; count: number; traceId: string | null }>();
  for (const { code, count, sampleTraceId } of errors) {
    const known = codes.get(code);
    codes.set(code, { code, count: (known?.count ?? 0) + count, traceId: known?.traceId ?? sampleTraceId });
  }
  return [...codes.values()].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
}

const MOST_CODES = 5;

/** What goes with a finding: which errors there were, how often, and a trace of each. */
export function codesAsEvidence(errors: readonly ErrorCount[]) {
  return byCode(errors)
    .slice(0, MOST_CODES)
    .map(({ code, count, traceId }) => ({ label: code, value: `${count}`, ...(traceId ? { trace_id: traceId } : {}) }));
}

export const percent = (share: number) => `${Math.round(share * 1_000) / 10} %`;
