import { LIMITS } from "@/lib/platform/limits";
import { nextOpening, type Openings, QUARTER_MS } from "@/lib/policy/calendar/next-opening";

const HORIZON_MS = LIMITS.rolloutOpeningDays * 24 * 60 * 60 * 1_000;

export interface Opening {
  readonly isSoon: boolean;
  readonly notBefore: Date;
}

/** What was worked out in the current quarter of an hour: rounds follow each other by the second, and a week of quarters is looked through. */
const known = { quarter: 0, openings: new Map<string, Opening>() };

function workOut(of: Openings, now: Date): Opening {
  const at = nextOpening(of, now, HORIZON_MS);
  const frozenUntil = of.freezes.filter(({ startsAt }) => startsAt <= now).map(({ endsAt }) => endsAt.getTime());
  return { isSoon: at !== null, notBefore: at ?? new Date(Math.max(now.getTime() + HORIZON_MS, ...frozenUntil)) };
}

/**
 * Whether a merchant's hours and freezes, and the policy's hours, let a change begin there within LIMITS.rolloutOpeningDays, and else not before when;
 * as of the first question in a quarter of an hour. Merchants with the same ones open together: a fleet that sleeps is worked out once.
 */
export function openingAt(of: Openings, now: Date): Opening {
  const quarter = Math.floor(now.getTime() / QUARTER_MS);
  if (known.quarter !== quarter) {
    known.quarter = quarter;
    known.openings.clear();
  }
  const { timeZone = "", windows = [], quiet = [] } = of.calendar ?? {};
  const key = JSON.stringify([timeZone, windows, quiet, of.freezes.map(({ startsAt, endsAt }) => [startsAt, endsAt]), of.windows]);
  const opening = known.openings.get(key) ?? workOut(of, now);
  known.openings.set(key, opening);
  return opening;
}
