import { createPublicKey } from "node:crypto";
import { and, desc, eq, sql } from "drizzle-orm";
import { tufMetadata } from "@/db/schema/tuf";
import { readPublicKeys } from "@/lib/access/sealing/signing-keys";
import type { TenantScope } from "@/lib/access/types";
import { read } from "@/lib/platform/scope";
import { expiryState } from "./expiry-warnings";
import { delegatedVendors, openRepository, type Repository } from "./judge-bundle";
import { readMetadata, signersOf } from "./read-metadata";
import { keyidOf, publicHexOf } from "./tuf-key";

/** Signed metadata belongs to no tenant, so that no tenant has to be in sight to read it. */
const NOBODY: TenantScope = { kind: "set", ids: [] };

/** The newest text of one role, or null. */
export async function readNewest(role: string): Promise<string | null> {
  const [row] = await read(NOBODY, (tx) =>
    tx.select({ body: tufMetadata.body }).from(tufMetadata).where(eq(tufMetadata.role, role)).orderBy(desc(tufMetadata.version)).limit(1),
  );
  return row?.body ?? null;
}

/**
 * A metadata file as TUF clients ask for it: `timestamp.json`, else `<version>.<role>.json`.
 * @returns its exact text, and whether the name can ever mean another one; null for a name that is none, or not yet
 */
export async function readMetadataFile(name: string): Promise<{ text: string; isForEver: boolean } | null> {
  if (name === "timestamp.json") {
    const text = await readNewest("timestamp");
    return text === null ? null : { text, isForEver: false };
  }
  const [, version, role] = /^([1-9]\d{0,8})\.([a-z0-9._-]{1,128})\.json$/.exec(name) ?? [];
  if (version === undefined || role === undefined || role === "timestamp") return null;
  const [row] = await read(NOBODY, (tx) =>
    tx
      .select({ body: tufMetadata.body })
      .from(tufMetadata)
      .where(and(eq(tufMetadata.role, role), eq(tufMetadata.version, Number(version)))),
  );
  return row ? { text: row.body, isForEver: true } : null;
}

/** One role as people look at it: who may sign, who did, until when. */
function roleItem(repository: Repository, role: string, { text, createdAt }: { text: string; createdAt: Date }, now: Date) {
  const { root, targets } = repository;
  const type = role === "root" || role === "snapshot" || role === "timestamp" ? role : "targets";
  const metadata = readMetadata(type, text);
  const isVendor = type === "targets" && role !== "targets";
  const kind: "root" | "targets" | "snapshot" | "timestamp" | "vendor" = isVendor ? "vendor" : type;
  const { keyids, known, threshold } = signersOf(isVendor ? targets : root, role, metadata);
  const expiresAt = new Date(metadata.signed.expires);
  const isOnline = role === "snapshot" || role === "timestamp";
  const standing = expiryState({ createdAt, expiresAt }, now);
  return {
    role,
    kind,
    version: metadata.signed.version,
    expires_at: expiresAt.toISOString(),
    /** Center renews its own two by itself, so that only their end is news. */
    state: isOnline && standing === "soon" ? ("good" as const) : standing,
    threshold,
    keyids: known,
    signed_by: keyids,
    /** Whether the keys that the repository trusts today really signed it. */
    is_met: keyids.length >= threshold && threshold > 0,
  };
}

/** Public halves of Center's keys for its own two files, the newest last. */
export async function readOnlineKeys() {
  return read(NOBODY, async (tx) => {
    const of = async (purpose: "tuf_snapshot" | "tuf_timestamp") =>
      (await readPublicKeys(tx, purpose)).map(({ publicKey }) => {
        const publicHex = publicHexOf(createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" }));
        return { keyid: keyidOf(publicHex), public: publicHex };
      });
    return { snapshot: await of("tuf_snapshot"), timestamp: await of("tuf_timestamp") };
  });
}

/** The repository as it stands: every role in force, and Center's own public keys, which a root has to name (the newest last). */
export async function showRepository(now: Date) {
  const newest = await read(NOBODY, (tx) =>
    tx.execute<{ role: string; body: string; created_at: string }>(
      sql`select distinct on (role) role, body, created_at from tuf_metadata order by role, version desc`,
    ),
  );
  const files = new Map(newest.map(({ role, body, created_at }) => [role, { text: body, createdAt: new Date(created_at) }]));
  const repository = openRepository([...files].map(([role, { text }]) => ({ role, text })));
  const spoken = repository ? ["root", "targets", ...delegatedVendors(repository).map(([role]) => role), "snapshot", "timestamp"] : [];
  const roles = spoken.flatMap((role) => {
    const file = files.get(role);
    return repository && file ? [roleItem(repository, role, file, now)] : [];
  });
  return { established: repository !== null, roles, online_keys: await readOnlineKeys() };
}
