import { and, desc, eq, inArray } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { tenantKeys, tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { keyVersionOf, makeDataKey, open, openDataKey, seal, sealDataKey } from "./envelope";
import { keyInForce, openByAny } from "./master-key-ring";

/** Where a secret of a tenant lies; it opens there and nowhere else. */
export interface SecretPlace {
  readonly tenantId: string;
  readonly table: string;
  readonly column: string;
  /** What tells the row from its neighbours, e.g. `<plugin id>:<version>`. */
  readonly row: string;
}

type Selecting = Pick<PostgresJsDatabase, "select">;

/** A tenant has no data key (of that version) that this transaction may see. */
class TenantKeyMissingError extends Error {
  constructor(tenantId: string) {
    super(`Tenant ${tenantId} has no data key here`);
    this.name = "TenantKeyMissingError";
  }
}

/** Gives a tenant its first data key, sealed by the master key. A tenant that has one keeps it. */
export async function createTenantKey(tx: WriterTx, tenantId: string, now: Date): Promise<void> {
  const sealed = sealDataKey(await keyInForce(tx), makeDataKey(), tenantId, 1);
  await tx.insert(tenantKeys).values({ tenantId, version: 1, sealed, createdAt: now }).onConflictDoNothing();
}

/** The platform is a tenant of its own for secrets of ops; it comes into being with the first of them. */
async function ensurePlatformTenant(tx: WriterTx, now: Date): Promise<void> {
  await tx.insert(tenants).values({ id: PLATFORM_TENANT, slug: "platform", name: "Platform", createdAt: now }).onConflictDoNothing();
  await createTenantKey(tx, PLATFORM_TENANT, now);
}

/** The key that seals now. It is not destroyed until the caller's transaction ends. */
async function newestKey(tx: WriterTx, tenantId: string) {
  const ofTenant = tx.select().from(tenantKeys).where(eq(tenantKeys.tenantId, tenantId));
  const [row] = await ofTenant.orderBy(desc(tenantKeys.version)).limit(1).for("share");
  return row;
}

/** Opens a tenant's data key. @throws TenantKeyMissingError when it was destroyed: nothing sealed by it opens again, anywhere */
export function openTenantKey(key: { readonly tenantId: string; readonly version: number; readonly sealed: Buffer }): Buffer {
  if (key.sealed.length === 0) throw new TenantKeyMissingError(key.tenantId);
  return openByAny((masterKey) => openDataKey(masterKey, key.sealed, key.tenantId, key.version));
}

/**
 * Seals a secret of a tenant under its newest data key.
 * @throws TenantKeyMissingError when the tenant is unknown or out of the transaction's scope
 */
export async function sealTenantSecret(
  tx: WriterTx,
  place: SecretPlace,
  plain: string | Uint8Array,
  now: Date,
): Promise<{ sealed: Buffer; keyVersion: number }> {
  if (place.tenantId === PLATFORM_TENANT) await ensurePlatformTenant(tx, now);
  const key = await newestKey(tx, place.tenantId);
  if (!key) throw new TenantKeyMissingError(place.tenantId);
  const dataKey = openTenantKey(key);
  return { sealed: seal(dataKey, plain, { ...place, keyVersion: key.version }), keyVersion: key.version };
}

function openBytesWith(key: Parameters<typeof openTenantKey>[0] | undefined, place: SecretPlace, sealed: Buffer): Buffer {
  if (!key) throw new TenantKeyMissingError(place.tenantId);
  const version = keyVersionOf(sealed);
  return open(openTenantKey(key), sealed, { ...place, keyVersion: version });
}

function openWith(key: Parameters<typeof openTenantKey>[0] | undefined, place: SecretPlace, sealed: Buffer): string {
  return openBytesWith(key, place, sealed).toString("utf8");
}

/**
 * Opens a secret with the data key that sealed it, in a reader's or the gateway's transaction.
 * @throws TenantKeyMissingError, or SealBrokenError for another place or changed bytes
 */
export async function openTenantSecret(tx: Selecting, place: SecretPlace, sealed: Buffer): Promise<string> {
  return (await openTenantBytes(tx, place, sealed)).toString("utf8");
}

/** The same for what is no text. */
export async function openTenantBytes(tx: Selecting, place: SecretPlace, sealed: Buffer): Promise<Buffer> {
  const [key] = await tx
    .select()
    .from(tenantKeys)
    .where(and(eq(tenantKeys.tenantId, place.tenantId), eq(tenantKeys.version, keyVersionOf(sealed))));
  return openBytesWith(key, place, sealed);
}

/**
 * Reads the data keys of some tenants at once.
 * @returns what opens a secret of theirs, with the errors of openTenantSecret
 */
export async function readSecretOpener(
  tx: Selecting,
  tenantIds: readonly string[],
): Promise<(place: SecretPlace, sealed: Buffer) => string> {
  const rows = await tx
    .select()
    .from(tenantKeys)
    .where(inArray(tenantKeys.tenantId, [...new Set(tenantIds)]));
  const keys = new Map(rows.map((row) => [`${row.tenantId}:${row.version}`, row]));
  return (place, sealed) => openWith(keys.get(`${place.tenantId}:${keyVersionOf(sealed)}`), place, sealed);
}
