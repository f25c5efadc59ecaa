/** How far a counter had risen: its sum, how many were counted, and those by how long they took. */
export interface Told {
  readonly sum: number;
  readonly count: number;
  readonly latency: Readonly<Record<string, number>>;
}

/** A telling of a counter that only rises, since it began. */
export interface Telling {
  readonly startedAt: Date;
  readonly toldAt: Date;
  readonly told: Told;
}

const NOTHING: Told = { sum: 0, count: 0, latency: {} };

function less(now: Told, before: Told): Told {
  const latency: Record<string, number> = {};
  for (const [bucket, count] of Object.entries(now.latency)) {
    const fresh = count - (before.latency[bucket] ?? 0);
    if (fresh > 0) latency[bucket] = fresh;
  }
  return { sum: Math.max(0, now.sum - before.sum), count: now.count - before.count, latency };
}

/**
 * What of a telling is new.
 *
 * @param before    how far it had risen when it was last told; null for one that was never told
 * @param firstSeconds  a counter that was never told counts from its beginning where that lies no longer ago; else it is where counting begins
 * @returns what is to be added, and whether this telling is the newest from now on: one that was told out of order adds nothing
 *
 * Source: OpenTelemetry Metrics Data Model, Temporality (cumulative streams, resets and gaps).
 */
export function tellNew(
  telling: Telling,
  before: Telling | null,
  firstSeconds: number,
): { readonly fresh: Told; readonly isNewest: boolean } {
  const { told } = telling;
  if (before === null) {
    const ageSeconds = (telling.toldAt.getTime() - telling.startedAt.getTime()) / 1_000;
    return { fresh: ageSeconds <= firstSeconds ? told : NOTHING, isNewest: true };
  }
  if (telling.toldAt <= before.toldAt) return { fresh: NOTHING, isNewest: false };
  const isReset = telling.startedAt > before.startedAt || told.count < before.told.count || told.sum < before.told.sum;
  return { fresh: isReset ? told : less(told, before.told), isNewest: true };
}
