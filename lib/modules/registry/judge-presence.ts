import type { Health } from "@/lib/modules/types";

/** How a module is, the worst first. What was not heard lately is unknown, and unknown is never good. */
export const PRESENCES = ["down", "degraded", "silent", "unknown", "revoked", "ok"] as const;
export type Presence = (typeof PRESENCES)[number];

export interface Heard {
  readonly status: "active" | "revoked";
  readonly lastSeen: Date | null;
  readonly health: Health | null;
}

/**
 * @param silentSeconds  how long a beat says anything
 * @returns `unknown` where none was ever heard, `silent` where the last is too old to say anything
 */
export function judgePresence({ status, lastSeen, health }: Heard, now: Date, silentSeconds: number): Presence {
  if (status === "revoked") return "revoked";
  if (lastSeen === null || health === null) return "unknown";
  if (now.getTime() - lastSeen.getTime() > silentSeconds * 1_000) return "silent";
  return health.status;
}

/** Order of a list in which somebody looks for trouble. */
export function worstFirst(a: Presence, b: Presence): number {
  return PRESENCES.indexOf(a) - PRESENCES.indexOf(b);
}
