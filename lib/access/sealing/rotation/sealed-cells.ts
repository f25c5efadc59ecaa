import { and, desc, eq, sql } from "drizzle-orm";
import { tenantKeys } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { keyVersionOf, open, seal } from "../envelope";
import { openTenantKey } from "../tenant-secrets";

/** One column that holds secrets of tenants, each sealed for its row. */
interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** SQL: what the envelope calls the row. */
  readonly row: string;
  /** SQL: whose key seals it. */
  readonly tenant: string;
  /** The column that says which key version seals it, where there is one. */
  readonly version: string | null;
  /** The column that the envelope is bound to, where it is another: a secret that gave way to a newer one keeps its address. */
  readonly boundTo?: string;
}

/** Every column of the database that a tenant's data key seals: a test compares this list with the catalog. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: "plugin_secrets", column: "sealed", row: "plugin_id || ':' || version", tenant: "tenant_id", version: "key_version" },
  { table: "module_secrets", column: "sealed", row: "module_id || ':' || version", tenant: "tenant_id", version: "key_version" },
  { table: "webhook_endpoints", column: "sealed_secret", row: "id::text", tenant: "tenant_id", version: "key_version" },
  {
    table: "webhook_endpoints",
    column: "previous_sealed_secret",
    row: "id::text",
    tenant: "tenant_id",
    version: null,
    boundTo: "sealed_secret",
  },
  { table: "snapshot_keys", column: "sealed", row: "tenant_id::text", tenant: "tenant_id", version: "key_version" },
  { table: "snapshot_chunks", column: "sealed", row: "digest", tenant: "tenant_id", version: "key_version" },
  { table: "totp_factors", column: "sealed_secret", row: "person_id::text", tenant: `'${PLATFORM_TENANT}'::uuid`, version: "key_version" },
];

/** The key version within an envelope: bytes 1 to 4. */
const versionIn = (column: string) =>
  `(get_byte(${column}, 1)::bigint << 24) + (get_byte(${column}, 2) << 16) + (get_byte(${column}, 3) << 8) + get_byte(${column}, 4)`;

interface Cell {
  readonly row: string;
  readonly sealed: Buffer;
}

async function staleCells(tx: WriterTx, at: SealedColumn, tenantId: string, newest: number, most: number): Promise<Cell[]> {
  const rows = await tx.execute<{ row: string; sealed: Buffer }>(sql`
    select ${sql.raw(at.row)} as row, ${sql.raw(at.column)} as sealed from ${sql.raw(at.table)}
    where ${sql.raw(at.tenant)} = ${tenantId}::uuid and length(${sql.raw(at.column)}) > 33 and ${sql.raw(versionIn(at.column))} < ${newest}
    order by 1 limit ${most} for update`);
  return [...rows];
}

async function putCell(tx: WriterTx, at: SealedColumn, tenantId: string, { row, sealed }: Cell): Promise<void> {
  const newest = keyVersionOf(sealed);
  const version = at.version === null ? sql`` : sql`, ${sql.raw(at.version)} = ${newest}`;
  await tx.execute(sql`
    update ${sql.raw(at.table)} set ${sql.raw(at.column)} = ${sealed}${version}
    where ${sql.raw(at.tenant)} = ${tenantId}::uuid and ${sql.raw(at.row)} = ${row}`);
}

/**
 * Seals secrets of a tenant anew under its newest data key, at most so many; what is under it already stays as it is.
 *
 * @returns how many were sealed anew; fewer than `most` when none is left
 * @throws SealBrokenError for a secret that does not open: nothing is changed then
 */
export async function resealCells(tx: WriterTx, tenantId: string, most: number): Promise<number> {
  const ofTenant = tx.select().from(tenantKeys).where(eq(tenantKeys.tenantId, tenantId));
  const keys = await ofTenant.orderBy(desc(tenantKeys.version));
  const newest = keys[0];
  if (!newest) return 0;
  const fresh = openTenantKey(newest);
  const opened = new Map(keys.filter(({ sealed }) => sealed.length > 0).map((key) => [key.version, openTenantKey(key)]));
  let done = 0;
  for (const at of SEALED_COLUMNS) {
    for (const { row, sealed } of await staleCells(tx, at, tenantId, newest.version, most - done)) {
      const place = { tenantId, table: at.table, column: at.boundTo ?? at.column, row };
      const version = keyVersionOf(sealed);
      const plain = open(opened.get(version) ?? Buffer.alloc(32), sealed, { ...place, keyVersion: version });
      await putCell(tx, at, tenantId, { row, sealed: seal(fresh, plain, { ...place, keyVersion: newest.version }) });
      done += 1;
    }
  }
  return done;
}

/** Makes nothing of older data keys, once none of them seals anything. @returns how many were destroyed, or null when some still do */
export async function destroyOlderKeys(tx: WriterTx, tenantId: string, now: Date): Promise<number | null> {
  // Whoever is sealing by one of them at this moment is waited for.
  const ofTenant = tx.select().from(tenantKeys).where(eq(tenantKeys.tenantId, tenantId));
  const keys = await ofTenant.orderBy(desc(tenantKeys.version)).for("update");
  const newest = keys[0];
  if (!newest) return 0;
  for (const at of SEALED_COLUMNS) if ((await staleCells(tx, at, tenantId, newest.version, 1)).length > 0) return null;
  const older = keys.filter(({ version, destroyedAt }) => version < newest.version && destroyedAt === null);
  for (const { version } of older) {
    await tx
      .update(tenantKeys)
      .set({ sealed: Buffer.alloc(0), destroyedAt: now })
      .where(and(eq(tenantKeys.tenantId, tenantId), eq(tenantKeys.version, version)));
  }
  return older.length;
}
