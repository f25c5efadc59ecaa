/** What a plugin's word or silence means. `unknown`: we cannot tell, which is never good news. */
export type Presence = "online" | "late" | "silent" | "unknown";

/** When silence begins to mean something, in seconds since the last beat (detection, rule `silence`). */
export interface PresenceLimits {
  readonly lateAfterSeconds: number;
  readonly silentAfterSeconds: number;
}

/** Presence by the age of the last beat; a plugin that was never heard is unknown. Times in milliseconds. */
export function presenceAt(lastSeenMs: number | null, nowMs: number, limits: PresenceLimits): Presence {
  if (lastSeenMs === null) return "unknown";
  const ageSeconds = (nowMs - lastSeenMs) / 1000;
  if (ageSeconds <= limits.lateAfterSeconds) return "online";
  return ageSeconds <= limits.silentAfterSeconds ? "late" : "silent";
}
