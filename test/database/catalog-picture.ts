import { createHash } from "node:crypto";
import type postgres from "postgres";

/** Everything that migrations make, in words and in a fixed order. */
const PICTURES: Readonly<Record<string, string>> = {
  columns: `select c.oid::regclass::text as object, a.attname::text, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull, pg_get_expr(d.adbin, d.adrelid) as value
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relkind in ('r', 'p', 'v', 'm') and c.relnamespace in (select oid from pg_namespace where nspname in ('public', 'pgboss', 'drizzle')) order by 1, 2`,
  rights: `select oid::regclass::text as object, relrowsecurity, relforcerowsecurity, relacl::text from pg_class
    where relnamespace in (select oid from pg_namespace where nspname in ('public', 'pgboss', 'drizzle')) and relkind <> 't' order by 1`,
  constraints: `select conrelid::regclass::text as object, conname::text, pg_get_constraintdef(oid) as definition from pg_constraint where conrelid <> 0 and connamespace in
    (select oid from pg_namespace where nspname in ('public', 'pgboss', 'drizzle')) order by 1, 2, 3`,
  indexes: `select indexname::text as object, indexdef from pg_indexes where schemaname in ('public', 'pgboss', 'drizzle') order by 1, 2`,
  triggers: `select tgrelid::regclass::text as object, pg_get_triggerdef(oid) as definition from pg_trigger where not tgisinternal order by 1, 2`,
  policies: `select tablename::text as object, policyname::text, roles::text, cmd, qual, with_check from pg_policies order by 1, 2`,
  functions: `select oid::regprocedure::text as object, pg_get_functiondef(oid) as definition, proacl::text from pg_proc
    where pronamespace in (select oid from pg_namespace where nspname in ('public', 'pgboss')) order by 1`,
  queues: "select name::text as object, policy from pgboss.queue order by 1",
  migrations: "select hash as object from drizzle.__drizzle_migrations order by 1",
};

/** A database's shape: per kind of object how many there are, and a digest of their definitions. Names of the database itself do not count. */
export async function catalogPicture(sql: postgres.Sql): Promise<Record<string, string>> {
  const picture: Record<string, string> = {};
  for (const [kind, query] of Object.entries(PICTURES)) {
    const rows = await sql.unsafe(query);
    picture[kind] = `${rows.length} ${createHash("sha256").update(JSON.stringify(rows)).digest("hex").slice(0, 16)}`;
  }
  return picture;
}
