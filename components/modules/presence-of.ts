import type { ModuleItem, Presence } from "./items";

/**
 * How a module is by now: what was said when the page was read may have grown too old since.
 * @param nowMs  milliseconds since 1970
 */
export function presenceOf({ presence, last_seen, silent_after_s }: ModuleItem, nowMs: number): Presence {
  if (presence === "revoked" || last_seen === null) return presence;
  return nowMs - Date.parse(last_seen) > silent_after_s * 1_000 ? "silent" : presence;
}

/** What the page says first about all modules; those that were revoked count for nothing. */
export function modulesVerdict(presences: readonly Presence[]): {
  readonly kind: "none" | "good" | "bad" | "unheard";
  readonly count: number;
} {
  const living = presences.filter((presence) => presence !== "revoked");
  const bad = living.filter((presence) => presence === "down" || presence === "degraded").length;
  if (bad > 0) return { kind: "bad", count: bad };
  const unheard = living.filter((presence) => presence !== "ok").length;
  if (unheard > 0) return { kind: "unheard", count: unheard };
  return living.length === 0 ? { kind: "none", count: 0 } : { kind: "good", count: living.length };
}
