import { LIMITS } from "@/lib/platform/limits";

/** A metadata file as it stands here. */
export interface StoredFile {
  readonly role: string;
  readonly version: number;
  /** When Center took it in. */
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface ExpiryWarning extends StoredFile {
  readonly kind: "soon" | "expired";
}

/** How a file stands against its expiry: within the last quarter of its life it has to be signed anew soon. */
export function expiryState({ createdAt, expiresAt }: Pick<StoredFile, "createdAt" | "expiresAt">, now: Date): "good" | "soon" | "expired" {
  const leftMs = expiresAt.getTime() - now.getTime();
  if (leftMs <= 0) return "expired";
  return leftMs <= LIMITS.tufWarnShare * (expiresAt.getTime() - createdAt.getTime()) ? "soon" : "good";
}

/**
 * The warnings that are due: every day from the last quarter of a file's life on, until it is signed anew.
 *
 * @param told  when people were last told of each, by `warningKey`
 */
export function dueWarnings(files: readonly StoredFile[], told: ReadonlyMap<string, Date>, now: Date): ExpiryWarning[] {
  return files.flatMap((file) => {
    const kind = expiryState(file, now);
    if (kind === "good") return [];
    const last = told.get(warningKey({ ...file, kind }));
    const isTold = last !== undefined && now.getTime() - last.getTime() < LIMITS.tufWarnAgainSeconds * 1_000;
    return isTold ? [] : [{ ...file, kind }];
  });
}

/** What a warning is remembered by. */
export function warningKey({ role, version, kind }: Pick<ExpiryWarning, "role" | "version" | "kind">): string {
  return `${role} ${version} ${kind}`;
}
