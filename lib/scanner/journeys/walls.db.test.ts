import { drizzle } from "drizzle-orm/postgres-js";
import { afterAll, expect, test } from "vitest";
import { declaringCatalog } from "@/db/declare-catalog";
import { systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { openAs } from "@/test/database/open-as";
import { makeTenant } from "@/test/factories";
import { restoreWalls } from "../commands/restore-walls";
import { readUnaudited, type SeenRows } from "../queries-world";

const [superuser, owner] = [openAs("superuser"), openAs("owner")];
afterAll(() => Promise.all([superuser.end(), owner.end()]));

const drift = () => superuser<{ object: string }[]>`select object from catalog_drift order by 1`;
const restore = (table: string) => runCommand(restoreWalls, { input: { table }, actor: systemActor("test", "scan"), now: new Date() });

test("a right on a whole table is taken away and leaves those that migrations gave on its columns", async () => {
  const columns = () => superuser`select column_name from information_schema.column_privileges
    where table_name = 'passkeys' and grantee = 'center_reader' and privilege_type = 'SELECT' order by 1`;
  const before = await columns();
  expect(before.length).toBeGreaterThan(0);
  await superuser.unsafe(
    "grant select on passkeys to center_reader; grant update (id) on passkeys to center_reader; grant delete on passkeys to public",
  );
  expect((await restore("passkeys")).done).toEqual([
    "DELETE is taken from PUBLIC",
    "SELECT is taken from center_reader",
    "UPDATE (id) is taken from center_reader",
  ]);
  expect(await columns()).toEqual(before);
  expect(await drift()).toEqual([]);
});

test("a right that may be passed on loses that alone", async () => {
  await superuser.unsafe("grant select on plugins to center_reader with grant option");
  await restore("plugins");
  expect(await drift()).toEqual([]);
});

test("migrations that broke off before their baseline are no alarm, and the next start writes it", async () => {
  await superuser.unsafe("update catalog_baseline set digest = '1/1' where kind = 'migrations'; grant delete on plans to center_writer");
  expect(await superuser`select * from lint_grant_undeclared`).toHaveLength(0);
  await expect(restore("plans")).rejects.toThrow("stand as migrations made them");
  await declaringCatalog(drizzle(owner), async () => undefined);
  expect(await superuser`select 1 from catalog_baseline where object = 'plans DELETE to center_writer'`).toHaveLength(1);
  await superuser.unsafe("grant truncate on plans to center_writer");
  await declaringCatalog(drizzle(owner), async () => undefined);
  expect((await drift()).map(({ object }) => object)).toEqual(["plans TRUNCATE to center_writer"]);
});

const past = (table: string) =>
  superuser.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(`update ${table} set name = name`);
  });
const unaudited = async (seen: SeenRows) => (await readUnaudited(seen))?.value.find(({ table }) => table === "tenants")?.rows;

test("a write past the gateway whose counter comes late is found when it comes", async () => {
  await makeTenant();
  const first = (await readUnaudited({}))?.watermark.rows as SeenRows;
  await past("tenants");
  await superuser`select pg_stat_force_next_flush()`;
  const counted = (await readUnaudited(first))?.watermark.rows as SeenRows;
  // As if the counter had said nothing yet when other tables were looked at: this one is left alone, and looked at from where it was.
  const late = { ...first, tenants: { ...first.tenants, writes: counted.tenants?.writes } } as SeenRows;
  expect(await unaudited(late)).toBe(0);
  const after = (await readUnaudited(late))?.watermark.rows as SeenRows;
  expect(after.tenants?.from).toBe(first.tenants?.from);
  expect(await unaudited({ ...after, tenants: { from: after.tenants?.from ?? null } })).toBeGreaterThan(0);
});

test("an upgrade makes nothing right that was written past the gateway and is open", async () => {
  await superuser`select contract_keep(array['tenants'])`;
  await superuser`update catalog_baseline set digest = '1/1' where kind = 'migrations'`;
  await declaringCatalog(drizzle(owner), async () => undefined);
  expect(await unaudited({})).toBeGreaterThan(0);
  await superuser`select contract_keep('{}')`;
  expect(await unaudited({})).toBe(0);
});
