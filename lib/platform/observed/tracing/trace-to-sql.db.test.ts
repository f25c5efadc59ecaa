import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { scopeFor } from "@/lib/access/system-actor";
import { read } from "../../scope";
import { newTrace, withTrace } from "../../trace";

test("while a transaction lasts the database knows in which trace it is, and forgets it afterwards", async () => {
  const trace = newTrace();
  const ask = (tx: Parameters<Parameters<typeof read>[1]>[0]) =>
    tx.execute<{ name: string }>(sql`select application_name as name from pg_stat_activity where pid = pg_backend_pid()`);
  const [inside] = await withTrace(trace, () => read(scopeFor("operate"), ask));
  const [outside] = await read(scopeFor("operate"), ask);
  expect([inside?.name, outside?.name]).toEqual([`center ${trace.traceId}`, "center:reader"]);
});
