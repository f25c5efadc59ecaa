/** Keys that walk a list box while the focus stays in its field (APG, combobox with a list). */
export type WalkKey = "ArrowDown" | "ArrowUp" | "PageDown" | "PageUp";

const STEPS: Readonly<Record<WalkKey, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };

export function isWalkKey(key: string): key is WalkKey {
  return Object.hasOwn(STEPS, key);
}

/**
 * The option that is announced, and that Enter takes. It is kept by its name and not by its place: while results come in, a row that slid under
 * the same place must never be taken for the one that was read aloud.
 *
 * @param ids     options in the order shown, each once
 * @param active  the one announced so far; null, or one that is gone, begins at the first
 */
export function activeOf(ids: readonly string[], active: string | null): string | null {
  return active !== null && ids.includes(active) ? active : (ids[0] ?? null);
}

/** The option after a key: single steps go round, leaps stop at the ends. */
export function moveActive(ids: readonly string[], active: string | null, key: WalkKey): string | null {
  if (ids.length === 0) return null;
  const at = active === null ? -1 : ids.indexOf(active);
  const step = STEPS[key];
  if (at === -1) return (step > 0 ? ids[0] : ids.at(-1)) ?? null;
  const next = at + step;
  const place = Math.abs(step) === 1 ? (next + ids.length) % ids.length : Math.min(ids.length - 1, Math.max(0, next));
  return ids[place] ?? null;
}
