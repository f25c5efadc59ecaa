import { randomUUID } from "node:crypto";
import type postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AnyTable, anyRow, anyTables, fillTables, insertOf } from "./any-row";
import { openAs } from "./open-as";
import { type Outcome, outcomeOf, undone } from "./undone";

const tenant = randomUUID();
const stranger = randomUUID();
const superuser = openAs("superuser");
const ROLES = ["writer", "reader", "ingest", "auditor"] as const;
const roles = Object.fromEntries(ROLES.map((role) => [role, openAs(role)]));
let tables: AnyTable[];

beforeAll(async () => {
  const all = await anyTables(superuser);
  await fillTables(superuser, all, tenant);
  tables = all.filter(({ isTenant }) => isTenant);
});
afterAll(() => Promise.all([superuser, ...Object.values(roles)].map((sql) => sql.end())));

const bind = (tx: postgres.TransactionSql, tenants: string) => tx`select set_config('center.tenants', ${tenants}, true)`;

/** All four verbs on every tenant table, the gateway being open where the role may open it, so that row security alone stands. */
async function tryEverything(tx: postgres.TransactionSql): Promise<{ what: string; outcome: Outcome }[]> {
  const found: { what: string; outcome: Outcome }[] = [];
  await outcomeOf(tx, "select gateway_open()");
  for (const { name, firstColumn } of tables) {
    const statements = {
      select: `select 1 from ${name}`,
      update: `update ${name} set "${firstColumn}" = "${firstColumn}"`,
      insert: insertOf(name, await anyRow(superuser, name, tenant)),
      delete: `delete from ${name}`,
    };
    for (const [verb, statement] of Object.entries(statements))
      found.push({ what: `${verb} ${name}`, outcome: await outcomeOf(tx, statement) });
  }
  return found;
}

/** Nothing seen, nothing done: no rows, or a plain "not permitted". */
const isNothing = ({ outcome }: { outcome: Outcome }) => ("rows" in outcome ? outcome.rows === 0 : outcome.refused === "42501");

const SCOPES = [
  ["no tenant", async () => undefined],
  ["an empty set", (tx: postgres.TransactionSql) => bind(tx, "{}")],
  ["another tenant", (tx: postgres.TransactionSql) => bind(tx, `{${stranger}}`)],
] as const;

describe.each(ROLES)("as center_%s", (role) => {
  const sql = roles[role] as postgres.Sql;

  test.each(SCOPES)("with %s every tenant table is empty and closed, by all four verbs", async (_scope, scoped) => {
    const found = await undone(sql, async (tx) => {
      await scoped(tx);
      return tryEverything(tx);
    });
    expect(found).toHaveLength(tables.length * 4);
    expect(found.filter((entry) => !isNothing(entry))).toEqual([]);
  });

  test("with the '' that SET LOCAL leaves behind likewise", async () => {
    await sql.begin((tx) => bind(tx, `{${tenant}}`));
    const [left] = await sql`select current_setting('center.tenants', true) as value`;
    expect(left?.value).toBe("");
    const found = await undone(sql, tryEverything);
    expect(found.filter((entry) => !isNothing(entry))).toEqual([]);
  });

  test("with the tenant bound it sees just what is granted: the emptiness above is row security's", async () => {
    const granted = await superuser<{ name: string }[]>`
      select table_name as name from information_schema.role_table_grants where grantee = ${`center_${role}`} and privilege_type = 'SELECT'`;
    const expected = tables.map(({ name }) => name).filter((name) => granted.some((grant) => grant.name === name));
    const found = await undone(sql, async (tx) => {
      await bind(tx, `{${tenant}}`);
      return tryEverything(tx);
    });
    const seen = found.flatMap(({ what, outcome }) =>
      what.startsWith("select ") && "rows" in outcome && outcome.rows > 0 ? [what.slice(7)] : [],
    );
    expect(seen.toSorted()).toEqual(expected.toSorted());
  });
});

test("an INSERT of the writer fails for its scope and nothing else", async () => {
  const insert = insertOf("work_leases", await anyRow(superuser, "work_leases", tenant));
  const as = (tenants: string) =>
    undone(roles.writer as postgres.Sql, async (tx) => {
      await bind(tx, tenants);
      return outcomeOf(tx, insert);
    });
  expect(await as(`{${stranger}}`)).toMatchObject({ refused: "42501", message: expect.stringContaining("row-level security") });
  expect(await as(`{${stranger},${tenant}}`)).toEqual({ rows: 1 });
});

test("nobody reads a partition directly", async () => {
  const [partition] = await superuser<{ name: string }[]>`
    select inhrelid::regclass::text as name from pg_inherits where inhparent = 'plugin_heartbeats'::regclass limit 1`;
  for (const role of ROLES) {
    const outcome = await undone(roles[role] as postgres.Sql, async (tx) => {
      await bind(tx, `{${tenant}}`);
      return outcomeOf(tx, `select 1 from ${partition?.name}`);
    });
    expect(outcome).toMatchObject({ refused: "42501" });
  }
});
