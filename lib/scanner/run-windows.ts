import { SCAN_KINDS, type ScanKind } from "./types";

/** Whether a scan looks at what is looked at so often. */
export function covers(scan: ScanKind, looked: ScanKind): boolean {
  return SCAN_KINDS.indexOf(scan) >= SCAN_KINDS.indexOf(looked);
}

/** When the heavy scans run, in UTC. */
export interface AuditWindow {
  readonly fromHour: number;
  readonly toHour: number;
  /** Of the weekly one; 0 is Sunday. */
  readonly weekday: number;
  /** A daily or weekly audit older than this many hours is made up for at once, whatever the hour. */
  readonly dailyOverdueHours: number;
  readonly weeklyOverdueHours: number;
}

const HOUR_MS = 3_600_000;

function isWithin({ fromHour, toHour }: AuditWindow, at: Date): boolean {
  return at.getUTCHours() >= fromHour && at.getUTCHours() < toHour;
}

/**
 * Which audit is due now. Each runs once in its window; one that was missed (nobody was running) is made up for.
 *
 * @param last  when the last of each began; a weekly one counts as a daily one, too; null where there was none
 */
export function dueAudit(
  last: { readonly daily: Date | null; readonly weekly: Date | null },
  window: AuditWindow,
  at: Date,
): "daily" | "weekly" | null {
  const ageOf = (one: Date | null) => (one === null ? Number.POSITIVE_INFINITY : (at.getTime() - one.getTime()) / HOUR_MS);
  const isOpen = isWithin(window, at);
  const perWindow = window.toHour - window.fromHour;
  const weeklyAge = ageOf(last.weekly);
  if (weeklyAge > window.weeklyOverdueHours || (isOpen && at.getUTCDay() === window.weekday && weeklyAge > perWindow)) return "weekly";
  const dailyAge = Math.min(weeklyAge, ageOf(last.daily));
  return dailyAge > window.dailyOverdueHours || (isOpen && dailyAge > perWindow) ? "daily" : null;
}

/** When the next audit of each kind begins, if nothing is due now. */
export function nextAudits({ fromHour, weekday }: AuditWindow, at: Date): { readonly daily: Date; readonly weekly: Date } {
  const daily = new Date(at);
  daily.setUTCHours(fromHour, 0, 0, 0);
  if (daily <= at) daily.setUTCDate(daily.getUTCDate() + 1);
  const weekly = new Date(daily);
  weekly.setUTCDate(weekly.getUTCDate() + ((weekday - weekly.getUTCDay() + 7) % 7));
  return { daily, weekly };
}
