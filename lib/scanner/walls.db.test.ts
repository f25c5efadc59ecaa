import { drizzle } from "drizzle-orm/postgres-js";
import { afterAll, expect, test } from "vitest";
import { declaringCatalog } from "@/db/declare-catalog";
import { systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { openAs } from "@/test/database/open-as";
import { restoreWalls } from "./commands/restore-walls";

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
