import type postgres from "postgres";

/** One column that a made-up row needs, with a value as PostgreSQL reads it. */
interface Cell {
  readonly column: string;
  readonly text: string;
}

const VALUES: Readonly<Record<string, string>> = {
  text: "x",
  jsonb: "{}",
  integer: "1",
  bigint: "1",
  xid8: "1",
  "double precision": "1",
  boolean: "f",
  date: "2026-01-01",
  bytea: "\\x00",
  "text[]": "{}",
  "uuid[]": "{}",
  "timestamp(3) with time zone": "2026-01-01T00:00:00Z",
};

/** Columns that may be empty, but not together with the others of their table's check. */
const NEEDED_TOO: readonly string[] = ["support_sessions.target_tenant", "audit_identities.lookup", "postmortems.incident_id"];

/** What tables are partitioned by, around today. */
const PARTITIONED_BY = ["received_at", "at", "minute_at"];

/** A table of public as the tests meet it. */
export interface AnyTable {
  readonly name: string;
  readonly isTenant: boolean;
  readonly isGoverned: boolean;
  readonly isAppendOnly: boolean;
  readonly firstColumn: string;
}

/** All tables of public but partitions, as the catalog has them. */
export async function anyTables(sql: postgres.Sql): Promise<AnyTable[]> {
  return sql<AnyTable[]>`
    select c.relname as name,
      c.relname = 'tenants' or exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id') as "isTenant",
      exists (select 1 from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'a_guard_governed') as "isGoverned",
      exists (select 1 from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'a_append_only') as "isAppendOnly",
      (select a.attname from pg_attribute a where a.attrelid = c.oid and a.attnum = 1) as "firstColumn"
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`;
}

/** Cells of a row that would fit a table, made up from the catalog; the tenant's own where it has a tenant. */
export async function anyRow(sql: postgres.Sql, table: string, tenantId: string): Promise<Cell[]> {
  const columns = await sql<{ column: string; type: string; uuid: string }[]>`
    select attname as column, format_type(atttypid, atttypmod) as type, gen_random_uuid()::text as uuid
    from pg_attribute where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and (attnotnull or attname = 'tenant_id'
      or ${table} || '.' || attname = any (${sql.array([...NEEDED_TOO])}))`;
  return columns.map(({ column, type, uuid }) => {
    const isTenant = column === "tenant_id" || (table === "tenants" && column === "id");
    const text = isTenant ? tenantId : type === "uuid" ? uuid : type === "text" ? uuid : VALUES[type];
    if (text === undefined) throw new RangeError(`no value for ${table}.${column} (${type})`);
    return { column, text: PARTITIONED_BY.includes(column) ? new Date().toISOString() : text };
  });
}

/** The row as an INSERT. */
export function insertOf(table: string, row: readonly Cell[]): string {
  return `insert into ${table} (${row.map(({ column }) => `"${column}"`).join(", ")}) values (${row.map(({ text }) => `'${text}'`).join(", ")})`;
}

/** The row as COPY takes it: the statement and one line. */
export function copyOf(table: string, row: readonly Cell[]): { statement: string; line: string } {
  const columns = row.map(({ column }) => `"${column}"`).join(", ");
  return {
    statement: `copy ${table} (${columns}) from stdin`,
    line: `${row.map(({ text }) => text.replaceAll("\\", "\\\\")).join("\t")}\n`,
  };
}

/** Puts one row of a tenant into every table, past all triggers and keys: only for looking at who sees and changes it. */
export async function fillTables(superuser: postgres.Sql, tables: readonly AnyTable[], tenantId: string): Promise<void> {
  await superuser.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    for (const { name } of tables) {
      if (name === "ops_policy" || name === "gateway_secret" || name === "audit_floor") continue;
      await tx.unsafe(insertOf(name, await anyRow(tx as unknown as postgres.Sql, name, tenantId)));
    }
  });
}
