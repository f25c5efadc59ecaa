import { log } from "@/lib/platform/log";
import type { SecretPlace } from "./tenant-secrets";

interface SealedSecret {
  readonly place: SecretPlace;
  readonly sealed: Buffer;
  readonly validUntil: Date | null;
}

/**
 * Opens every secret of one sender by itself: one that a lost key sealed keeps out none that was made since, and is logged.
 *
 * @throws what opening threw, where a secret counts and none opens
 */
export function openEach(
  secrets: readonly SealedSecret[],
  open: (place: SecretPlace, sealed: Buffer) => string,
  now: Date,
): { secret: string; validUntil: Date | null }[] {
  const shut: { row: string; counts: boolean; error: unknown }[] = [];
  const opened = secrets.flatMap(({ place, sealed, validUntil }) => {
    try {
      return [{ secret: open(place, sealed), validUntil }];
    } catch (error) {
      shut.push({ row: place.row, counts: validUntil === null || validUntil > now, error });
      return [];
    }
  });
  const [first] = shut;
  if (!first) return opened;
  const counting = shut.find(({ counts }) => counts);
  if (opened.length === 0 && counting) throw counting.error;
  log.warn("ERR_INTERNAL", "Secrets that do not open were passed over", { rows: shut.map(({ row }) => row), error: first.error });
  return opened;
}
