import { LIMITS } from "@/lib/platform/limits";

/** How long ago each part of Center last showed that it works, in seconds; null where nothing ever did. */
export interface Signs {
  /** Whether the web processes answer that traffic may be sent there. */
  readonly isWebReady: boolean;
  readonly scanSeconds: number | null;
  /** Age of the oldest audit entry that has no place in the log yet; 0 when all have. */
  readonly unsealedSeconds: number;
  /** Age of the oldest sealed entry that no checkpoint covers; 0 when all are covered. */
  readonly uncoveredSeconds: number;
}

export const PARTS = ["web", "scan", "audit_seal", "audit_checkpoint"] as const;
export type Part = (typeof PARTS)[number];

/**
 * Which parts of Center are not known to work. The worker that asks works, and so does the database that answered; everything else has to
 * have shown it lately, and what is unknown does not count as well.
 */
export function staleParts({ isWebReady, scanSeconds, unsealedSeconds, uncoveredSeconds }: Signs): Part[] {
  const isStale: Readonly<Record<Part, boolean>> = {
    web: !isWebReady,
    scan: scanSeconds === null || scanSeconds > LIMITS.freshScanSeconds,
    audit_seal: unsealedSeconds > LIMITS.freshSealSeconds,
    audit_checkpoint: uncoveredSeconds > LIMITS.freshCheckpointSeconds,
  };
  return PARTS.filter((part) => isStale[part]);
}
