import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defineModule } from "@/module-client/js/define-module.mjs";
import { openAs } from "@/test/database/open-as";
import { ROLES, SCHEMA } from "../database/schema.mjs";
import { migrationRepair } from "./migration-repair.mjs";
import { withRepairs } from "./with-repairs.mjs";

/** The jobs of the platform's modules on a schema of the test's own database, as the application's own role, without processes. */
const superuser = openAs("superuser");
const dir = mkdtempSync(join(tmpdir(), "repairs-"));
const [mine, other] = [randomUUID(), randomUUID()];

/** Dies before or after the commit of the transaction of this number. */
interface Death {
  at: number;
  isAfter: boolean;
}
let death: Death | null = null;
let transactions = 0;

const inScope = (tx: postgres.TransactionSql, tenantId: string, reason: string) =>
  tx`SELECT set_config('search_path', 'platform', true), set_config('role', 'platform_app', true), set_config('app.tenant', ${tenantId}, true),
    set_config('app.reason', ${reason}, true), set_config('app.module', 'test', true), set_config('app.trace', '', true)`;

// biome-ignore lint/suspicious/noExplicitAny: a transaction of whatever driver the platform uses
async function open<Result>(tenantId: string, reason: string, work: (tx: any) => Promise<Result>): Promise<Result> {
  const isLast = death !== null && ++transactions >= death.at;
  const done = await superuser.begin(async (tx) => {
    await inScope(tx, tenantId, reason);
    const result = await work(tx);
    if (isLast && !death?.isAfter) throw new Error("died before the commit");
    return result;
  });
  if (isLast) throw new Error("died after the commit");
  return done as Result;
}

const jobs = Object.fromEntries(
  ["billing", "cache", "catalog", "scheduler", "search", "storage"].flatMap((key) => {
    const declaration = { key, title: key, version: "1.0.0", namespace: key, criticality: "standard" } as const;
    const snapshot = { take: () => null, restore: () => null };
    return defineModule(withRepairs({ ...declaration, snapshot }, open, dir)).handlers.repairJobs.map((job) => [job.key, job] as const);
  }),
);

const call = async (
  job: string,
  what: "dryRun" | "apply" | "rollback",
  params: Record<string, unknown>,
  tenantId: string | null = mine,
) => {
  const found = jobs[job];
  if (!found) throw new Error(`no job ${job}`);
  const task = { tenantId, params, signal: new AbortController().signal, commandId: randomUUID(), snapshot: null };
  // biome-ignore lint/suspicious/noExplicitAny: what a handler answers is any JSON
  return found[what](task) as Promise<any>;
};

/** Everything that the platform keeps, of both tenants, but the journal and what says when and why something was written. */
async function fingerprint(): Promise<string> {
  const hash = createHash("sha256");
  for (const table of ["documents", "search_index", "invoices", "invoice_lines", "ledger", "objects", "grants", "jobs"]) {
    const [row] = await superuser.unsafe(`select md5(string_agg(t::text, E'\\n' order by t::text)) as rows from platform.${table} t`);
    hash.update(`${table} ${row?.rows}`);
  }
  for (const folder of ["cache", "objects"])
    for (const tenant of readdirSync(join(dir, folder)).sort())
      for (const name of readdirSync(join(dir, folder, tenant)).sort())
        hash.update(`${folder}/${tenant}/${name}`).update(readFileSync(join(dir, folder, tenant, name)));
  return hash.digest("hex");
}

const file = (folder: string, tenant: string, name: string, text: string) => {
  mkdirSync(join(dir, folder, tenant), { recursive: true });
  writeFileSync(join(dir, folder, tenant, name), text);
  const old = new Date(Date.now() - 3_600_000);
  utimesSync(join(dir, folder, tenant, name), old, old);
};
const cached = (text: string, sum = createHash("sha256").update(text).digest("hex")) => `${sum} 1\n${text}`;

/** Two tenants, each broken in every way a job mends; 55 rows of a kind, so that a job takes several transactions. */
async function breakBoth(tenant: string): Promise<void> {
  await superuser.begin(async (tx) => {
    await tx`select set_config('search_path', 'platform', true), set_config('app.tenant', ${tenant}, true), set_config('app.reason', 'test', true)`;
    await tx`insert into documents select ${tenant}, gen_random_uuid(), 'thing ' || n, case when n > 60 then U&'cafe\\0301 ' else 'a body ' end || n, 100 + n from generate_series(1, 110) n`;
    await tx`insert into search_index select tenant_id, id, to_tsvector('simple', title || ' ' || body) from documents where tenant_id = ${tenant} and price_cents > 155`;
    await tx`update search_index set words = to_tsvector('simple', 'wrong') where tenant_id = ${tenant} and document_id in (select document_id from search_index where tenant_id = ${tenant} limit 5)`;
    await tx`update documents set price_cents = -price_cents where tenant_id = ${tenant} and price_cents > 155`;
    await tx`insert into invoices select ${tenant}, gen_random_uuid(), n, 'Ada', 500 + n, 0 from generate_series(1, 55) n`;
    await tx`insert into invoice_lines select tenant_id, id, 1, 'lamp', 1, 500 + number from invoices where tenant_id = ${tenant}`;
    await tx`insert into ledger (tenant_id, id, invoice_id, kind, amount_cents) select tenant_id, gen_random_uuid(), id, 'charge', 500 from invoices where tenant_id = ${tenant}`;
    await tx`insert into grants select ${tenant}, 'clerk' || n || '@shop.test', 'clerk', unnest(array['catalog:read', 'invoices:write']) from generate_series(1, 55) n`;
    await tx`insert into jobs (tenant_id, id, kind, status, tries, error) select ${tenant}, gen_random_uuid(), 'remind', 'dead', 4, 'it failed' from generate_series(1, 55)`;
  });
  for (let n = 0; n < 60; n += 1) {
    file("cache", tenant, `${n}.json`, n % 3 === 0 ? cached(`right ${n}`) : cached(`wrong ${n}`, "0".repeat(64)));
    file("objects", tenant, createHash("sha256").update(`orphan ${n}`).digest("hex"), `orphan ${n}`);
  }
}

beforeAll(async () => {
  for (const role of ROLES)
    await superuser.unsafe(`do $$ begin create role ${role}; exception when duplicate_object or unique_violation then null; end $$`);
  await superuser.unsafe(
    `create schema if not exists platform; create schema if not exists platform_drill; set search_path = platform; ${SCHEMA}; reset search_path`,
  );
  for (const tenant of [mine, other]) await breakBoth(tenant);
});
afterAll(async () => {
  await superuser.unsafe("drop schema platform cascade");
  await superuser.end();
  rmSync(dir, { recursive: true, force: true });
});

const CHANGING = Object.values(jobs).flatMap(({ key, level }) => (level < 3 ? [key] : []));

describe.each(CHANGING)("%s", (job) => {
  test("tried it leaves no trace, applied it leaves nothing to mend, applied again it does nothing, taken back every byte is what it was", async () => {
    const before = await fingerprint();
    const [run_id, tried] = [randomUUID(), await call(job, "dryRun", {})];
    expect(await fingerprint()).toBe(before);
    expect(tried.rows_total).toBeGreaterThan(30);
    const done = await call(job, "apply", { run_id, digest: tried.digest });
    expect(done).toMatchObject({ is_same: true, rows_done: tried.rows_total, rows_kept: 0 });
    expect((await call(job, "dryRun", {})).rows_total).toBe(0);
    const after = await fingerprint();
    expect(await call(job, "apply", { run_id, digest: tried.digest })).toEqual(done);
    expect(await fingerprint()).toBe(after);
    expect(await call(job, "rollback", { run_id })).toMatchObject({ rows_done: tried.rows_total, rows_kept: 0 });
    expect(await fingerprint()).toBe(before);
    await expect(call(job, "apply", { run_id, digest: tried.digest })).rejects.toThrow("taken back");
  });

  test("dying before or after any of its commits, it ends where it would have ended, and can be taken back", async () => {
    const before = await fingerprint();
    const { digest, rows_total } = await call(job, "dryRun", {});
    for (const isAfter of [false, true]) {
      for (let at = 1; at <= 2; at += 1) {
        const run_id = randomUUID();
        const dies = async (what: "apply" | "rollback") => {
          [death, transactions] = [{ at, isAfter }, 0];
          await call(job, what, { run_id, digest }).catch((error) => expect(error.message).toMatch(/^died/));
          death = null;
        };
        await dies("apply");
        if (at % 2 === 0) expect((await call(job, "apply", { run_id, digest })).rows_done).toBe(rows_total);
        await dies("rollback");
        await call(job, "rollback", { run_id });
        expect(await fingerprint(), `death ${isAfter ? "after" : "before"} commit ${at}`).toBe(before);
      }
    }
  });
});

test("what is no longer what was shown is not applied, not even in part", async () => {
  const before = await fingerprint();
  const { digest } = await call("repair_reconcile_invoices", "dryRun", {});
  const moved = await call("repair_reconcile_invoices", "apply", {
    run_id: randomUUID(),
    digest: digest.replace(/.$/, (end: string) => (end === "0" ? "1" : "0")),
  });
  expect(moved).toEqual({ is_same: false, digest, rows_done: 0, rows_kept: 0 });
  expect(await fingerprint()).toBe(before);
});

test("a row that somebody else changed meanwhile stays theirs, forward and back", async () => {
  const run_id = randomUUID();
  const { digest, rows_total } = await call("repair_invalid_fields", "dryRun", {});
  await call("repair_invalid_fields", "apply", { run_id, digest });
  const [row] = await open<{ id: string }[]>(
    mine,
    "somebody else",
    (tx) =>
      tx`update documents set price_cents = 777 where id = (select min(id::text)::uuid from documents where price_cents > 155) returning id`,
  );
  expect(await call("repair_invalid_fields", "rollback", { run_id })).toEqual({ is_same: true, rows_done: rows_total - 1, rows_kept: 1 });
  const [kept] = await superuser`select price_cents from platform.documents where id = ${row?.id ?? null}`;
  expect(kept?.price_cents).toBe(777);
});

test("level 3 writes a plan and changes nothing; a repair is one tenant's", async () => {
  const before = await fingerprint();
  const tried = await call("repair_ledger_entries", "dryRun", {});
  expect(tried.plan.entries[0]).toMatchObject({ kind: "charge", amount_cents: 1 });
  await expect(call("repair_ledger_entries", "apply", { run_id: randomUUID(), digest: tried.digest })).rejects.toThrow("changes nothing");
  await expect(call("repair_rebuild_index", "dryRun", {}, null)).rejects.toThrow("one tenant");
  await expect(call("repair_purge_cache", "rollback", { run_id: "../../etc" })).rejects.toThrow("by its id");
  expect(await fingerprint()).toBe(before);
});

const task = (params: Record<string, unknown>) => ({
  ...{ tenantId: mine, params, signal: new AbortController().signal, commandId: "c", snapshot: null },
});

describe("repair_migration", () => {
  const shapes = [{ table: "documents", key: { id: "uuid" }, columns: { title: "text" } }];
  const tried = (statement: string) =>
    migrationRepair(open, [{ id: "0001-tried", describe: "", statements: [statement], shapes }]).dryRun(task({}));

  test.each([
    ["changes documents again", "UPDATE documents SET title = title || '!' WHERE tenant_id = $1::text::uuid"],
    ["does something else than UPDATE", "DELETE FROM documents WHERE tenant_id = $1::text::uuid"],
    ["does something else than UPDATE", "ALTER TABLE documents ADD COLUMN more text"],
    ["columns of documents that it does not declare", "UPDATE documents SET price_cents = 1 WHERE tenant_id = $1::text::uuid"],
    ["writes platform.grants, which it does not declare", "UPDATE grants SET role = 'manager' WHERE tenant_id = $1::text::uuid"],
    ["cannot insert multiple commands", "UPDATE documents SET title = 'a' WHERE tenant_id = $1::text::uuid; DROP TABLE documents"],
    ["for another tenant", `UPDATE documents SET tenant_id = '${other}', title = $1::text`],
  ])("its gate stays closed where it %s: %s", async (why, statement) => {
    const before = await fingerprint();
    await expect(tried(statement)).rejects.toThrow(why);
    expect(await fingerprint()).toBe(before);
  });

  test("the list of migrations is only added to, and one that was applied is never edited", async () => {
    const run_id = randomUUID();
    const { digest, rows } = await call("repair_migration", "dryRun", {});
    expect(rows.find((row: { table: string }) => row.table === "migrations")?.after.statements).toHaveLength(1);
    await call("repair_migration", "apply", { run_id, digest });
    const edited = {
      id: "0001-texts-are-nfc",
      describe: "",
      statements: ["UPDATE documents SET title = title WHERE false AND tenant_id = $1::text::uuid"],
      shapes,
    };
    const again = migrationRepair(open, [edited]).dryRun(task({}));
    await expect(again).rejects.toThrow("needs an id of its own");
    await call("repair_migration", "rollback", { run_id });
    const list = await superuser`select state from platform.migrations where run_id = ${run_id} order by n`;
    expect(list.map(({ state }) => state)).toEqual(["applied", "compensated"]);
    await expect(superuser`delete from platform.migrations`).rejects.toThrow("ERR_APPEND_ONLY");
    expect((await call("repair_migration", "dryRun", {})).digest).toBe(digest);
  });
});

describe("several migrations", () => {
  const DOCUMENTS = ["documents", "id"] as const;
  const [TITLE, BODY] = [["title", "text"] as const, ["body", "text"] as const];
  type Pair = readonly [string, string];
  const setting = (id: string, [table, key]: Pair, [column, type]: Pair, value: string) => ({
    ...{ id, describe: "", shapes: [{ table, key: { [key]: "uuid" }, columns: { [column]: type } }] },
    statements: [`UPDATE ${table} SET ${column} = ${value} WHERE tenant_id = $1::text::uuid AND ${column} <> ${value}`],
  });
  // biome-ignore lint/suspicious/noExplicitAny: what a handler answers is any JSON
  const start = async (job: ReturnType<typeof migrationRepair>): Promise<any> => {
    const params = { run_id: randomUUID(), digest: ((await job.dryRun(task({}))) as { digest: string }).digest };
    return { params, done: await job.apply(task(params)) };
  };

  test("two migrations of one table are applied and taken back; what is written since one was applied is not its to change", async () => {
    const before = await fingerprint();
    const upper = setting("0001-upper", DOCUMENTS, TITLE, "upper(title)");
    const job = migrationRepair(open, [upper, setting("0002-plain", DOCUMENTS, BODY, "'plain'")]);
    const { params, done } = await start(job);
    expect(done).toMatchObject({ is_same: true, rows_done: 112, rows_kept: 0 });
    const id = randomUUID();
    await open(mine, "a customer", (tx) => tx`insert into documents values (${mine}, ${id}, 'written since', 'since', 1)`);
    expect(await job.dryRun(task({}))).toMatchObject({ rows_total: 0 });
    await open(mine, "a customer", (tx) => tx`delete from documents where id = ${id}`);
    expect(await job.rollback(task(params))).toMatchObject({ rows_done: 112, rows_kept: 0 });
    expect(await fingerprint()).toBe(before);
  });

  test("a migration of which somebody else's change kept a row is not applied, and stays due", async () => {
    const job = migrationRepair(open, [setting("0003-words", ["search_index", "document_id"], ["words", "tsvector"], "'done'::tsvector")]);
    [death, transactions] = [{ at: 2, isAfter: true }, 0];
    const { digest } = (await job.dryRun(task({}))) as { digest: string };
    const params = { run_id: randomUUID(), digest };
    await expect(job.apply(task(params))).rejects.toThrow("died after the commit");
    death = null;
    await open(
      mine,
      "somebody else",
      (tx) =>
        tx`update search_index set words = 'theirs'::tsvector where document_id = (select max(document_id::text)::uuid from search_index)`,
    );
    expect(await job.apply(task(params))).toMatchObject({ rows_kept: 2 });
    expect(await job.dryRun(task({}))).toMatchObject({ rows_total: 2, tables: { search_index: 1, migrations: 1 } });
  });

  test.each([
    ["columns of documents that it does not declare", "UPDATE documents SET body = 'b' WHERE tenant_id = $1::text::uuid"],
    ["writes platform_drill.documents", "UPDATE platform_drill.documents SET title = 'a' WHERE tenant_id = $1::text::uuid"],
  ])("what only a neighbour declares, and a table of the same name elsewhere, keep the gate closed: %s", async (refused, statement) => {
    const list = [{ ...setting("0004-a", DOCUMENTS, TITLE, "'a'"), statements: [statement] }, setting("0005-b", DOCUMENTS, BODY, "'b'")];
    await superuser.unsafe("create table if not exists platform_drill.documents (like platform.documents including all)");
    await superuser.unsafe("grant usage on schema platform_drill to platform_app; grant all on platform_drill.documents to platform_app");
    await superuser`insert into platform_drill.documents values (${mine}, ${mine}, 'a copy', '', 1) on conflict do nothing`;
    await expect(migrationRepair(open, list).dryRun(task({}))).rejects.toThrow(refused);
  });
});
