import { LIMITS } from "@/lib/platform/limits";

/** A metadata file that people, not Center, have to renew. */
export interface OfflineFile {
  readonly role: string;
  readonly version: number;
  readonly expiresAt: Date;
}

export interface ExpiryWarning extends OfflineFile {
  readonly kind: "soon" | "expired";
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** How long before its expiry people are told, ms: the root takes a ceremony, the others a command. */
function warningMs(role: string): number {
  return (role === "root" ? LIMITS.tufWarnRootDays : LIMITS.tufWarnTargetsDays) * DAY_MS;
}

/** How a file stands against its expiry. */
export function expiryState(file: OfflineFile, now: Date): "good" | "soon" | "expired" {
  const leftMs = file.expiresAt.getTime() - now.getTime();
  if (leftMs <= 0) return "expired";
  return leftMs <= warningMs(file.role) ? "soon" : "good";
}

/** The warnings that are due: one when a file nears its expiry, one when it is past it. */
export function dueWarnings(files: readonly OfflineFile[], told: ReadonlySet<string>, now: Date): ExpiryWarning[] {
  return files.flatMap((file) => {
    const kind = expiryState(file, now);
    return kind === "good" || told.has(warningKey({ ...file, kind })) ? [] : [{ ...file, kind }];
  });
}

/** What a warning is remembered by. */
export function warningKey({ role, version, kind }: Pick<ExpiryWarning, "role" | "version" | "kind">): string {
  return `${role} ${version} ${kind}`;
}
