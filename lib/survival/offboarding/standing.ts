import { digestOf } from "@/lib/kernel/canonical-json";

/** What each of the two people enters a code for: exactly this tenant, by both its names. */
export function offboardingDigest(tenantId: string, slug: string): string {
  return digestOf({ do: "offboard_tenant", tenant_id: tenantId, slug });
}

/**
 * staying  nobody has asked, or the question lapsed
 * asked    one person has; another one's yes is missing
 * leaving  two have; nothing is healed or sent, nothing is erased yet
 * erasing  its days of quiet are over
 * gone     nothing is left but what stays
 */
type OffboardingState = "staying" | "asked" | "leaving" | "erasing" | "gone";

/** What a tenant's row says of its leaving, and whether a key of it was destroyed because of it. */
export interface Leaving {
  readonly leavingAskedAt: Date | null;
  readonly leavingAt: Date | null;
  readonly goneAt: Date | null;
  readonly isKeyDestroyed: boolean;
}

/** How long a question waits for a second person, and how long after their yes nothing is erased; milliseconds. */
export interface LeavingTimes {
  readonly askedForMs: number;
  readonly graceMs: number;
}

/** Where a tenant stands on its way out. */
export interface Standing {
  readonly state: OffboardingState;
  /** When the question lapses; null unless it is asked. */
  readonly lapsesAt: Date | null;
  /** From when on it is erased; null until two have agreed. */
  readonly erasedFrom: Date | null;
  /** Whether it can still be called off, by the rule of callOffOffboarding. */
  readonly mayStay: boolean;
}

/** Where a tenant stands now. */
export function standingOf({ leavingAskedAt, leavingAt, goneAt, isKeyDestroyed }: Leaving, times: LeavingTimes, now: Date): Standing {
  const erasedFrom = leavingAt ? new Date(leavingAt.getTime() + times.graceMs) : null;
  if (goneAt) return { state: "gone", lapsesAt: null, erasedFrom, mayStay: false };
  if (erasedFrom) {
    const isDue = now.getTime() >= erasedFrom.getTime();
    return { state: isDue ? "erasing" : "leaving", lapsesAt: null, erasedFrom, mayStay: !(isDue && isKeyDestroyed) };
  }
  const lapsesAt = leavingAskedAt ? new Date(leavingAskedAt.getTime() + times.askedForMs) : null;
  if (lapsesAt && now.getTime() < lapsesAt.getTime()) return { state: "asked", lapsesAt, erasedFrom: null, mayStay: true };
  return { state: "staying", lapsesAt: null, erasedFrom: null, mayStay: false };
}
