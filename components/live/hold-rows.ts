/**
 * Puts newly read rows in the order that a reader has before the eyes.
 *
 * @param fresh    rows as the server orders them now
 * @param heldIds  ids in the order shown, or null while nobody holds the list
 * @returns the known rows with their new content in the old order; what is new only counts as waiting, what is gone goes
 */
export function holdRows<Row extends { readonly id: string }>(
  fresh: readonly Row[],
  heldIds: readonly string[] | null,
): { readonly rows: readonly Row[]; readonly waiting: number } {
  if (heldIds === null) return { rows: fresh, waiting: 0 };
  const byId = new Map(fresh.map((row) => [row.id, row]));
  const rows = heldIds.flatMap((id) => byId.get(id) ?? []);
  return { rows, waiting: fresh.length - rows.length };
}
