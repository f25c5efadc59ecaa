import { isDeepStrictEqual } from "node:util";
import type { Metadata, Snapshot, Timestamp } from "@tufjs/models";
import { LIMITS } from "@/lib/platform/limits";
import { composeSnapshot, composeTimestamp, metadataText, signMetadata } from "./compose";
import type { Repository } from "./judge-bundle";
import { readMetadata, signersOf } from "./read-metadata";
import type { MetadataSigner } from "./tuf-key";

/** Center's own two files: what stands, and what has to be written. */
export interface OnlineFile {
  readonly role: "snapshot" | "timestamp";
  readonly version: number;
  readonly text: string;
  readonly expires: Date;
  readonly keyid: string;
}

interface Standing {
  readonly snapshot: string | null;
  readonly timestamp: string | null;
}

/** Keys that Center holds for a role, of which the root names one. */
export type OnlineSigners = Readonly<Record<"snapshot" | "timestamp", readonly MetadataSigner[]>>;

const HOUR_MS = 60 * 60 * 1_000;

/**
 * Decides which of snapshot and timestamp must be signed anew: when what they say is no longer so, when half their life is over, or when
 * the root no longer trusts who signed them.
 *
 * @param recalled  paths that Center called back
 * @returns the new files, snapshot first; none while both are still good
 * @throws RangeError when Center holds no key that the root names
 */
export function planOnline(
  repository: Repository,
  standing: Standing,
  recalled: readonly string[],
  signers: OnlineSigners,
  now: Date,
): OnlineFile[] {
  const { root, targets, vendors, texts } = repository;
  // A role that was listed once stays listed, though targets may no longer speak of it: one that vanished is a rollback to agents (TUF 5.5.5).
  const roles = [["targets", targets] as const, ...vendors];
  const files = Object.fromEntries(roles.map(([role, { signed }]) => [role, { version: signed.version, text: texts.get(role) ?? "" }]));
  const before = standing.snapshot === null ? null : readMetadata("snapshot", standing.snapshot);
  const head = { version: (before?.signed.version ?? 0) + 1, expires: later(now, LIMITS.tufSnapshotHours) };
  const wanted = composeSnapshot(head, files, [...recalled].sort());
  const isGood =
    before !== null && saysTheSame(before, wanted) && isFresh(before, LIMITS.tufSnapshotHours, now) && isTrusted(root, "snapshot", before);

  const written: OnlineFile[] = [];
  if (!isGood) written.push(signOnline("snapshot", wanted, repository, signers));
  const snapshot = written[0] ?? { version: before?.signed.version ?? 0, text: standing.snapshot ?? "" };
  const stamp = standing.timestamp === null ? null : readMetadata("timestamp", standing.timestamp);
  const isStampGood = isGood && stamp !== null && isFresh(stamp, LIMITS.tufTimestampHours, now) && isTrusted(root, "timestamp", stamp);
  if (!isStampGood) {
    const next = { version: (stamp?.signed.version ?? 0) + 1, expires: later(now, LIMITS.tufTimestampHours) };
    written.push(signOnline("timestamp", composeTimestamp(next, snapshot), repository, signers));
  }
  return written;
}

function later(now: Date, hours: number): Date {
  return new Date(Math.floor(now.getTime() / 1_000) * 1_000 + hours * HOUR_MS);
}

function saysTheSame(before: Metadata<Snapshot>, wanted: Snapshot): boolean {
  const said = ({ meta, unrecognizedFields }: Snapshot) => ({
    meta: Object.fromEntries(Object.entries(meta).map(([name, file]) => [name, file.toJSON()])),
    recalled: unrecognizedFields.recalled ?? [],
  });
  return isDeepStrictEqual(said(before.signed), said(wanted));
}

/** Files are renewed at half their life, so that a worker may be away for the other half. */
function isFresh({ signed }: Metadata<Snapshot> | Metadata<Timestamp>, hours: number, now: Date): boolean {
  return Date.parse(signed.expires) - now.getTime() > (hours * HOUR_MS) / 2;
}

function isTrusted(root: Repository["root"], role: string, metadata: Metadata<Snapshot> | Metadata<Timestamp>): boolean {
  const { keyids, threshold } = signersOf(root, role, metadata);
  return keyids.length >= threshold && threshold > 0;
}

function signOnline(role: "snapshot" | "timestamp", body: Snapshot | Timestamp, { root }: Repository, signers: OnlineSigners): OnlineFile {
  const named = root.signed.roles[role]?.keyIDs ?? [];
  const signer = signers[role].find(({ keyid }) => named.includes(keyid));
  if (!signer) throw new RangeError(`Center holds no key that the root lets sign ${role}`);
  const text = metadataText(signMetadata(body, [signer]));
  return { role, version: body.version, text, expires: new Date(body.expires), keyid: signer.keyid };
}
