import { readdirSync } from "node:fs";
import path from "node:path";
import { is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { afterAll, expect, test } from "vitest";
import { openAs } from "./open-as";

const owner = openAs("owner");
afterAll(() => owner.end());

/** What code does not know by its schema, and why. */
const NOT_IN_CODE = ["gateway_secret"]; // read by the guard's own functions alone

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly isNotNull: boolean;
  readonly hasDefault: boolean;
}
const inOrder = (columns: readonly Column[]) => columns.toSorted((a, b) => (`${a.table}.${a.column}` < `${b.table}.${b.column}` ? -1 : 1));

/** Every file of the schema, those of its rooms too. */
function schemaFiles(): Promise<Record<string, unknown>[]> {
  const folder = path.resolve("db/schema");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  return Promise.all(files.map((file) => import(path.join(folder, file)) as Promise<Record<string, unknown>>));
}

async function columnsOfCode(): Promise<Column[]> {
  const modules = await schemaFiles();
  const tables = modules.flatMap((module) => Object.values(module)).filter((value) => is(value, PgTable));
  return tables.flatMap((table) => {
    const { name, columns } = getTableConfig(table as PgTable);
    return columns.map((column) => ({
      table: name,
      column: column.name,
      type: column.getSQLType().replace("timestamp (3)", "timestamp(3)"),
      isNotNull: column.notNull,
      hasDefault: column.hasDefault,
    }));
  });
}

function columnsOfDatabase(): Promise<Column[]> {
  return owner<Column[]>`
    select c.relname::text as table, a.attname::text as column, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as "isNotNull", a.atthasdef as "hasDefault"
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and not c.relname = any (${NOT_IN_CODE})`;
}

test("tables, columns, types and what may be empty are the same in code and database", async () => {
  const inCode = inOrder(await columnsOfCode());
  expect(inCode.length).toBeGreaterThan(200);
  expect(inCode).toEqual(inOrder(await columnsOfDatabase()));
});

test("what code leaves out is there", async () => {
  expect(await owner`select relname from pg_class where relname = any (${NOT_IN_CODE})`).toHaveLength(NOT_IN_CODE.length);
});

test("keys are the same: primary, unique and foreign", async () => {
  const modules = await schemaFiles();
  const tables = modules.flatMap((module) => Object.values(module)).filter((value): value is PgTable => is(value, PgTable));
  const inCode = tables.flatMap((table) => {
    const config = getTableConfig(table);
    const alone = config.columns.filter((column) => column.primary).map((column) => `${config.name} p (${column.name})`);
    const together = config.primaryKeys.map((key) => `${config.name} p (${key.columns.map(({ name }) => name).join(", ")})`);
    const unique = config.uniqueConstraints.map((key) => `${config.name} u (${key.columns.map(({ name }) => name).join(", ")})`);
    const aloneUnique = config.columns.filter((column) => column.isUnique).map((column) => `${config.name} u (${column.name})`);
    const foreign = config.foreignKeys.map((key) => {
      const { columns, foreignTable, foreignColumns } = key.reference();
      return `${config.name} f (${columns.map(({ name }) => name).join(", ")}) ${getTableConfig(foreignTable).name} (${foreignColumns.map(({ name }) => name).join(", ")})`;
    });
    return [...alone, ...together, ...unique, ...aloneUnique, ...foreign];
  });
  const rows = await owner<{ key: string }[]>`
    select c.relname::text || ' ' || k.contype::text || ' (' || (select string_agg(a.attname, ', ' order by n) from unnest(k.conkey) with ordinality u (attnum, n)
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum) || ')'
      || coalesce(' ' || r.relname || ' (' || (select string_agg(a.attname, ', ' order by n) from unnest(k.confkey) with ordinality u (attnum, n)
        join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.attnum) || ')', '') as key
    from pg_constraint k join pg_class c on c.oid = k.conrelid left join pg_class r on r.oid = k.confrelid
    where c.relnamespace = 'public'::regnamespace and not c.relispartition and k.contype in ('p', 'u', 'f') and not c.relname = any (${NOT_IN_CODE})`;
  expect(inCode.toSorted()).toEqual(rows.map(({ key }) => key).toSorted());
});
