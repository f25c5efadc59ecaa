import { and, asc, eq, gt, isNull, or } from "drizzle-orm";
import { auditIdentities, signingKeys } from "@/db/schema/spine";
import { tenantKeys } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { openDataKey, SealBrokenError, sealDataKey } from "../envelope";
import { openByAny } from "../master-key-ring";
import { openKeyText, sealKeyText } from "../signing-keys";

type TenantKey = typeof tenantKeys.$inferSelect;

/** How far a walk over the tenants' keys has come. */
export interface KeyPlace {
  readonly tenantId: string;
  readonly version: number;
}

function isSealedBy(masterKey: Buffer, row: TenantKey): boolean {
  try {
    openDataKey(masterKey, row.sealed, row.tenantId, row.version);
    return true;
  } catch (error) {
    if (error instanceof SealBrokenError) return false;
    throw error;
  }
}

/**
 * Seals the next data keys of tenants by another master key; those that it seals already stay as they are.
 *
 * @returns how many were sealed anew, and where to go on, or null at the end
 * @throws SealBrokenError for a key that none of this process' master keys opens: going on would lose it
 */
export async function resealTenantKeys(tx: WriterTx, masterKey: Buffer, after: KeyPlace | null, most: number) {
  const later = after
    ? or(gt(tenantKeys.tenantId, after.tenantId), and(eq(tenantKeys.tenantId, after.tenantId), gt(tenantKeys.version, after.version)))
    : undefined;
  const rows = await tx
    .select()
    .from(tenantKeys)
    .where(later)
    .orderBy(asc(tenantKeys.tenantId), asc(tenantKeys.version))
    .limit(most)
    .for("update");
  let resealed = 0;
  for (const row of rows) {
    if (row.sealed.length === 0 || isSealedBy(masterKey, row)) continue;
    const dataKey = openByAny((key) => openDataKey(key, row.sealed, row.tenantId, row.version));
    const sealed = sealDataKey(masterKey, dataKey, row.tenantId, row.version);
    await tx
      .update(tenantKeys)
      .set({ sealed })
      .where(and(eq(tenantKeys.tenantId, row.tenantId), eq(tenantKeys.version, row.version)));
    resealed += 1;
  }
  const last = rows.at(-1);
  return { resealed, next: rows.length < most || !last ? null : { tenantId: last.tenantId, version: last.version } };
}

/** Seals Center's own signing keys by another master key. There are a handful. */
export async function resealSigningKeys(tx: WriterTx, masterKey: Buffer): Promise<number> {
  const rows = await tx.select().from(signingKeys).for("update");
  for (const row of rows) {
    const sealedPrivate = sealKeyText(masterKey, row.keyid, openKeyText(row));
    await tx.update(signingKeys).set({ sealedPrivate }).where(eq(signingKeys.keyid, row.keyid));
  }
  return rows.length;
}

/** Seals the keys of the audit log's identities by another master key. There are as many as people were ever named; what was sealed by a lost key stays. */
export async function resealIdentityKeys(tx: WriterTx, masterKey: Buffer): Promise<number> {
  const rows = await tx.select().from(auditIdentities).where(isNull(auditIdentities.erasedAt)).for("update");
  let resealed = 0;
  for (const { alias, sealedKey } of rows) {
    const key = openOrNull(sealedKey);
    if (key === null) continue;
    await tx
      .update(auditIdentities)
      .set({ sealedKey: sealDataKey(masterKey, key, null, 1) })
      .where(eq(auditIdentities.alias, alias));
    resealed += 1;
  }
  return resealed;
}

function openOrNull(sealedKey: Buffer): Buffer | null {
  try {
    return openByAny((masterKey) => openDataKey(masterKey, sealedKey, null, 1));
  } catch (error) {
    if (error instanceof SealBrokenError) return null;
    throw error;
  }
}
