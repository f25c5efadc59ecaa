/** What the chip says of the data on the page. */
export type FreshnessState = "live" | "paused" | "stale" | "offline";

export interface Freshness {
  readonly state: FreshnessState;
  /** Whole seconds since the data was last known to be right. */
  readonly ageSeconds: number;
  /** False once what is shown may no longer be true: health then reads as unknown, never as green. */
  readonly isTrusted: boolean;
}

export interface Contact {
  readonly isPaused: boolean;
  /** When the server last spoke, or last answered a read, in milliseconds. */
  readonly heardAtMs: number;
  /** Since when some read keeps failing, in milliseconds; null while all succeed. */
  readonly failingSinceMs: number | null;
}

const STALE_AFTER_SECONDS = 30;
const OFFLINE_AFTER_SECONDS = 60;

/**
 * Says how far the data on the page can be trusted. A read that keeps failing counts from its first failure, even while
 * the stream itself still speaks: a page must not call itself live over data that it could not fetch.
 */
export function judgeFreshness(contact: Contact, nowMs: number): Freshness {
  const knownAtMs = Math.min(contact.heardAtMs, contact.failingSinceMs ?? contact.heardAtMs);
  const ageSeconds = Math.max(0, Math.floor((nowMs - knownAtMs) / 1000));
  const isTrusted = ageSeconds <= STALE_AFTER_SECONDS;
  if (contact.isPaused) return { state: "paused", ageSeconds, isTrusted };
  if (ageSeconds > OFFLINE_AFTER_SECONDS) return { state: "offline", ageSeconds, isTrusted };
  return { state: isTrusted ? "live" : "stale", ageSeconds, isTrusted };
}
