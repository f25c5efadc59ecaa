import type { SnapshotList } from "./items";

/** What the newest rehearsal of each module says, the worst word first. */
export function snapshotsVerdict({ items, drills }: Pick<SnapshotList, "items" | "drills">): {
  readonly kind: "none" | "unproven" | "failed" | "good";
  readonly count: number;
} {
  const newest = new Map<string | null, boolean>();
  for (const { module_key: key, is_equal: isEqual } of drills) if (!newest.has(key)) newest.set(key, isEqual);
  const failed = [...newest.values()].filter((isEqual) => !isEqual).length;
  if (failed > 0) return { kind: "failed", count: failed };
  const saved = new Set(items.filter(({ status }) => status === "sealed").map(({ module_key: key }) => key));
  if (saved.size === 0) return { kind: "none", count: 0 };
  const unproven = [...saved].filter((key) => !newest.has(key)).length;
  return unproven > 0 ? { kind: "unproven", count: unproven } : { kind: "good", count: saved.size };
}
