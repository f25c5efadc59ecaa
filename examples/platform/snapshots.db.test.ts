import { createHash, randomUUID } from "node:crypto";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { environment } from "@/lib/platform/env";
import type { Task } from "@/module-client/js/types.d.mts";
import { migratePlatform } from "./database/migrate.mjs";
import { type Database, openDatabase } from "./database/open-database.mjs";
import { ROLES } from "./database/schema.mjs";
import { seedTenants } from "./database/seed-tenants.mjs";
import { billingModule } from "./modules/billing.mjs";
import { catalogModule } from "./modules/catalog.mjs";
import { searchModule } from "./modules/search.mjs";

const [atlas, boreal] = ["atlas", "boreal"].map((slug) => ({
  id: randomUUID(),
  slug: `${slug}-${randomUUID().slice(0, 4)}`,
  name: slug,
})) as [Tenant, Tenant];
type Tenant = { id: string; slug: string; name: string };
let owner: postgres.Sql;
let db: Database;
beforeAll(async () => {
  const passwords = Object.fromEntries(ROLES.map((role) => [role, "one-for-every-test-of-this-server"]));
  const database = await migratePlatform(environment().databaseUrl ?? "", passwords);
  await seedTenants(database.platform_owner ?? "", [atlas, boreal]);
  owner = postgres(database.platform_owner ?? "", { max: 1, onnotice: () => undefined });
  db = openDatabase(database.platform_app ?? "", 2);
});
afterAll(async () => {
  await db.close();
  await owner.end();
});

type Row = { part: string; row: unknown };
/** A task whose rows stay here; `sum` is what Center would compare. */
function taskOf(tenantId: string, saved: readonly Row[] = [], isDrill = false) {
  const rows: Row[] = [];
  const snapshot = {
    isDrill,
    undo: null,
    write: async (part: string, given: Iterable<unknown>) => {
      for (const row of given) rows.push({ part, row });
    },
    rows: async function* () {
      yield* saved;
    },
  };
  const task = { tenantId, params: { snapshot_id: "s" }, signal: new AbortController().signal, commandId: "c", snapshot } as Task;
  const sum = () => createHash("sha256").update(JSON.stringify(rows)).digest("hex");
  return { task, rows, sum };
}
const stateOf = async (tenantId: string, tables: readonly string[]) => {
  const states: string[] = [];
  for (const table of tables) {
    const [row] = await owner.unsafe(
      `SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS sum FROM platform.${table} t WHERE tenant_id = '${tenantId}'`,
    );
    states.push(`${table} ${row?.sum}`);
  }
  return states;
};
const surroundings = () => ({ db, watch: owner, dir: "/nowhere", externalUrl: "" }) as never;
const handlers = (make: typeof catalogModule) => make(surroundings()).declaration.snapshot ?? expect.fail("no snapshot");

test.each([
  ["catalog", catalogModule, ["documents", "grants"], "DELETE FROM platform.documents WHERE title LIKE 'oak%' AND tenant_id = $1; "],
  ["search", searchModule as typeof catalogModule, ["search_index"], "DELETE FROM platform.search_index WHERE tenant_id = $1"],
] as const)(
  "%s: one tenant's rows come back as they were, nobody else's are touched, and a rehearsal changes nothing",
  async (_key, make, tables, damage) => {
    const { take, restore } = handlers(make);
    const [mine, theirs] = [await stateOf(atlas.id, tables), await stateOf(boreal.id, tables)];
    const taken = taskOf(atlas.id);
    await take(taken.task);
    expect(taken.rows.length).toBeGreaterThan(0);
    await owner.unsafe(damage.replace(/;.*/, ""), [atlas.id]);
    const broken = await stateOf(atlas.id, tables);
    expect(broken).not.toEqual(mine);
    const drill = taskOf(atlas.id, taken.rows, true);
    await restore(drill.task);
    expect(drill.sum()).toBe(taken.sum());
    expect(await stateOf(atlas.id, tables)).toEqual(broken);
    const back = taskOf(atlas.id, taken.rows);
    await restore(back.task);
    expect(back.sum()).toBe(taken.sum());
    expect(await stateOf(atlas.id, tables)).toEqual(mine);
    expect(await stateOf(boreal.id, tables)).toEqual(theirs);
  },
);

test("a restore sees just what would take it back, and replaces nothing that moved since or moves meanwhile", async () => {
  const { take, restore } = handlers(catalogModule);
  const [taken, now] = [taskOf(atlas.id), taskOf(atlas.id)];
  await take(taken.task);
  await owner`UPDATE platform.documents SET title = title || ' (changed)' WHERE tenant_id = ${atlas.id}`;
  await take(now.task);
  const tables = ["documents", "grants"];
  const there = await stateOf(atlas.id, tables);
  const compare = (requireSame: () => Promise<void>) => {
    const [back, seen] = [taskOf(atlas.id, taken.rows), taskOf(atlas.id)];
    const undo = {
      write: async (part: string, rows: Iterable<unknown>) => void (await seen.task.snapshot?.write(part, rows)),
      requireSame,
    };
    return { seen, task: { ...back.task, snapshot: { ...back.task.snapshot, undo } } as Task };
  };
  const moved = compare(() => Promise.reject(new Error("moved")));
  await expect(restore(moved.task)).rejects.toThrow("moved");
  expect(moved.seen.sum()).toBe(now.sum());
  expect(await stateOf(atlas.id, tables)).toEqual(there);
  const raced = compare(async () => void (await owner`UPDATE platform.documents SET title = title || '!' WHERE tenant_id = ${atlas.id}`));
  await expect(restore(raced.task)).rejects.toThrow("could not serialize");
  const [kept] = await owner`SELECT count(*)::int AS n FROM platform.documents WHERE tenant_id = ${atlas.id} AND title LIKE '% (changed)!'`;
  expect(kept?.n).toBeGreaterThan(0);
  await restore(compare(() => Promise.resolve()).task);
});

test("billing: the ledger is only added to, so what came later stays, and totals follow from it", async () => {
  const { take, restore } = handlers(billingModule as typeof catalogModule);
  const taken = taskOf(atlas.id);
  await take(taken.task);
  const [invoice] = await owner`SELECT id FROM platform.invoices WHERE tenant_id = ${atlas.id} ORDER BY number LIMIT 1`;
  await owner`INSERT INTO platform.ledger (tenant_id, id, invoice_id, kind, amount_cents) VALUES (${atlas.id}, ${randomUUID()}, ${invoice?.id}, 'credit', 100)`;
  await owner`UPDATE platform.invoices SET customer = 'nobody', total_cents = total_cents + 7 WHERE tenant_id = ${atlas.id}`;
  await owner`DELETE FROM platform.invoice_lines WHERE tenant_id = ${atlas.id}`;
  const theirs = await stateOf(boreal.id, ["invoices", "invoice_lines", "ledger"]);
  for (const isDrill of [true, false]) {
    const back = taskOf(atlas.id, taken.rows, isDrill);
    expect(await restore(back.task)).toEqual({ kept: isDrill ? 0 : 1 });
    expect(back.sum()).toBe(taken.sum());
  }
  const [skewed] =
    await owner`SELECT count(*)::int AS n FROM platform.invoices i WHERE tenant_id = ${atlas.id} AND (customer = 'nobody' OR total_cents <> (
    SELECT coalesce(sum(CASE kind WHEN 'charge' THEN amount_cents WHEN 'credit' THEN -amount_cents ELSE 0 END), 0) FROM platform.ledger l WHERE l.invoice_id = i.id))`;
  expect(skewed?.n).toBe(0);
  expect(await stateOf(boreal.id, ["invoices", "invoice_lines", "ledger"])).toEqual(theirs);
});
