interface Identified {
  readonly id: string;
}

/**
 * Rows that stay where they are while newer ones arrive; their content follows, as when an entry is sealed.
 *
 * @param fresh  the newest page, newest first
 * @param held   what the reader has before the eyes; a row that has left the newest page stays
 * @returns the held rows with their newest content, and how many newer ones wait
 */
export function keepRows<Row extends Identified>(
  fresh: readonly Row[],
  held: readonly Row[],
): { readonly rows: readonly Row[]; readonly waiting: number } {
  const newest = new Map(fresh.map((row) => [row.id, row]));
  const known = new Set(held.map(({ id }) => id));
  const firstKnown = fresh.findIndex(({ id }) => known.has(id));
  // Without a known row all of the page is newer; an empty list has nothing to keep still.
  const waiting = firstKnown === -1 ? fresh.length : firstKnown;
  if (held.length === 0) return { rows: fresh, waiting: 0 };
  return { rows: held.map((row) => newest.get(row.id) ?? row), waiting };
}
