import { couldFire } from "@/lib/detection/could-fire";
import type { ConfiguredRules } from "@/lib/detection/types";
import type { ScanSubject } from "@/lib/telemetry/types";

/**
 * Whether a scan has to load a plugin's window: false means that no rule could find anything in it, and nothing would be proven by it.
 * For the healthy many, their newest word is enough to tell.
 *
 * @param since  instants since which a plugin counts as lately heard of, and as silent
 */
export function needsLook(
  { isWatched, isUnproven, bootedAt, newest }: ScanSubject,
  configured: ConfiguredRules,
  since: { readonly heardSince: Date; readonly silentSince: Date },
): boolean {
  if (isWatched || isUnproven || newest.receivedAt < since.silentSince) return true;
  return couldFire(newest, configured, bootedAt > since.heardSince ? null : newest.bootId);
}
