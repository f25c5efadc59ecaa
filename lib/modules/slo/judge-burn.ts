import type { Severity } from "@/lib/kernel/severity";
import { LIMITS } from "@/lib/platform/limits";
import type { Events, WindowName } from "./types";

/** Two windows that must agree: the long one that it matters, the short one that it still goes on. */
export interface WindowPair {
  /** Times as fast as the budget may be spent. */
  readonly factor: number;
  readonly short: WindowName;
  readonly long: WindowName;
  /** Whether it wakes somebody; if not, it waits for working hours. */
  readonly isPage: boolean;
  readonly severity: Severity;
}

/** The sharpest first. Source: Site Reliability Workbook, chapter 5, multiwindow multi-burn-rate alerts. */
export const WINDOW_PAIRS: readonly WindowPair[] = [
  { factor: 14.4, short: "5m", long: "1h", isPage: true, severity: "critical" },
  { factor: 6, short: "30m", long: "6h", isPage: true, severity: "critical" },
  { factor: 3, short: "2h", long: "1d", isPage: false, severity: "medium" },
  { factor: 1, short: "6h", long: "3d", isPage: false, severity: "low" },
];

/** How many times as fast as allowed a budget was spent; 0 where nothing happened. */
export function burnOf({ total, bad }: Events, target: number): number {
  return total > 0 ? bad / total / (1 - target) : 0;
}

/**
 * Events that a window needs before its burn means anything: so many that a single bad one cannot reach the factor by itself.
 * @param target  0..1 without its ends
 */
export function eventsNeeded(factor: number, target: number): number {
  return Math.max(LIMITS.sloFewestEvents, Math.ceil(1 / (factor * (1 - target))) + 1);
}

export interface JudgedPair extends WindowPair {
  /** Null where the window holds too few events: unknown, which is not good. */
  readonly shortBurn: number | null;
  readonly longBurn: number | null;
  readonly isFiring: boolean;
}

/** Whether a budget is spent too fast, by each pair of windows. */
export function judgeBurn(target: number, windows: Readonly<Record<WindowName, Events>>): JudgedPair[] {
  return WINDOW_PAIRS.map((pair) => {
    const [short, long] = [windows[pair.short], windows[pair.long]];
    const shortBurn = short.total >= LIMITS.sloShortEvents ? burnOf(short, target) : null;
    const longBurn = long.total >= eventsNeeded(pair.factor, target) ? burnOf(long, target) : null;
    return { ...pair, shortBurn, longBurn, isFiring: (shortBurn ?? 0) > pair.factor && (longBurn ?? 0) > pair.factor };
  });
}
