import { randomUUID } from "node:crypto";
import { once } from "node:events";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type AnyTable, anyRow, anyTables, copyOf, fillTables, insertOf } from "./any-row";
import { openAs } from "./open-as";
import { type Outcome, outcomeOf, outcomesOf, undone } from "./undone";

const tenant = randomUUID();
const superuser = openAs("superuser");
const writer = openAs("writer");
type Guarded = AnyTable & { readonly insert: string; readonly copy: ReturnType<typeof copyOf> };
let guarded: Guarded[];

beforeAll(async () => {
  const tables = await anyTables(superuser);
  await fillTables(superuser, tables, tenant);
  guarded = [];
  for (const table of tables.filter(({ name, isGoverned }) => isGoverned || name === "audit_entries")) {
    const row = await anyRow(superuser, table.name, tenant);
    guarded.push({ ...table, insert: insertOf(table.name, row), copy: copyOf(table.name, row) });
  }
});
afterAll(() => Promise.all([superuser.end(), writer.end()]));

const bind = (tx: postgres.TransactionSql) =>
  tx`select set_config('center.tenants', ${`{${tenant}}`}, true), set_config('center.scope_all', 'operate', true)`;
const updateOf = ({ name, firstColumn }: AnyTable) => `update ${name} set "${firstColumn}" = "${firstColumn}"`;

/** INSERT, UPDATE, DELETE and TRUNCATE on every guarded table, with all tenants in scope so that the guard alone stands. */
async function writePast(tx: postgres.TransactionSql): Promise<{ what: string; outcome: Outcome }[]> {
  const found: { what: string; outcome: Outcome }[] = [];
  await bind(tx);
  for (const table of guarded) {
    const statements = {
      insert: table.insert,
      update: updateOf(table),
      delete: `delete from ${table.name}`,
      truncate: `truncate ${table.name} cascade`,
    };
    for (const [verb, statement] of Object.entries(statements))
      found.push({ what: `${verb} ${table.name}`, outcome: await outcomeOf(tx, statement) });
  }
  return found;
}
const isRefused = ({ outcome }: { outcome: Outcome }) => "refused" in outcome && outcome.refused === "42501";

/** Sends one row by COPY as the writer and tells how its transaction stands then; the driver itself does not say, once the data is under way. */
async function stateAfterCopy({ statement, line }: Guarded["copy"]): Promise<string> {
  const sql = openAs("writer");
  const [own] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const ended = sql
    .begin(async (tx) => {
      await bind(tx);
      const stream = await tx.unsafe(statement).writable();
      stream.end(line);
      await once(stream, "close");
    })
    .catch((error: unknown) => error);
  const settled = "idle in transaction (aborted)";
  const state = vi.waitFor(
    async () => {
      const [row] = await superuser<
        { state: string; query: string }[]
      >`select state, query from pg_stat_activity where pid = ${own?.pid ?? 0}`;
      if (!row?.query.startsWith("copy") || row.state === "active") throw new Error("still copying");
      return row.state;
    },
    { interval: 5, timeout: 5_000 },
  );
  const first = await Promise.race([state, ended.then((error) => (error instanceof postgres.PostgresError ? error.code : settled))]);
  state.catch((error: unknown) => error);
  await sql.end({ timeout: 0 });
  return first;
}

describe("case 15: nothing is written past the gateway", () => {
  test("by the writer", async () => {
    const found = await undone(writer, writePast);
    expect(found.length).toBeGreaterThan(100);
    expect(found.filter((entry) => !isRefused(entry))).toEqual([]);
  });

  test("by a superuser that took on the writer's role", async () => {
    const found = await undone(superuser, async (tx) => {
      await tx`set local role center_writer`;
      return writePast(tx);
    });
    expect(found.filter((entry) => !isRefused(entry))).toEqual([]);
  });

  test.each(["ingest", "reader", "auditor"] as const)("by center_%s, neither inside nor outside of anything", async (role) => {
    const sql = openAs(role);
    const found = await undone(sql, writePast).finally(() => sql.end());
    expect(found.filter((entry) => !isRefused(entry))).toEqual([]);
  });

  test("by COPY", async () => {
    const states: Record<string, string> = {};
    for (const { name, copy } of guarded) states[name] = await stateAfterCopy(copy);
    // Row security does not go with COPY FROM at all (0A000); rows that no tenant owns meet the guard.
    const guardedAlone = guarded.filter(({ name, isTenant }) => !isTenant && name !== "audit_entries").map(({ name }) => name);
    expect(guardedAlone.length).toBeGreaterThan(7);
    for (const [name, state] of Object.entries(states)) {
      const expected = guardedAlone.includes(name)
        ? "idle in transaction (aborted)"
        : expect.stringMatching(/^(0A000|42501|idle in transaction \(aborted\))$/);
      expect({ name, state }).toEqual({ name, state: expected });
    }
  });

  test("while the same updates work once the gateway is open: it is the guard that refused", async () => {
    const mayUpdate = await superuser<{ name: string }[]>`
      select table_name as name from information_schema.role_table_grants where grantee = 'center_writer' and privilege_type = 'UPDATE'`;
    const outcomes = await undone(writer, async (tx) => {
      await bind(tx);
      await tx`select gateway_open()`;
      const found: { name: string; outcome: Outcome }[] = [];
      for (const table of guarded.filter(({ name }) => mayUpdate.some((grant) => grant.name === name))) {
        found.push({ name: table.name, outcome: await outcomeOf(tx, updateOf(table)) });
      }
      return found;
    });
    expect(outcomes.length).toBeGreaterThan(15);
    expect(outcomes.filter(({ outcome }) => !("rows" in outcome && outcome.rows > 0))).toEqual([]);
  });

  test("nor is the audit log, the gateway being open", async () => {
    const outcomes = await undone(writer, async (tx) => {
      await bind(tx);
      await tx`select gateway_open()`;
      const statements = [
        guarded.find(({ name }) => name === "audit_entries")?.insert ?? "",
        "update audit_entries set actor = 'nobody'",
        "delete from audit_entries",
        "truncate audit_entries",
      ];
      return outcomesOf(tx, statements);
    });
    expect(outcomes.map((outcome) => ("refused" in outcome ? outcome.refused : outcome))).toEqual(["42501", "42501", "42501", "42501"]);
  });

  test("append-only rows stay as they are, even for the owner", async () => {
    const owner = openAs("owner");
    const outcome = await undone(owner, (tx) => outcomeOf(tx, "update incident_events set summary = 'another'")).finally(() => owner.end());
    expect(outcome).toMatchObject({ refused: "42501", message: "incident_events is append-only" });
  });
});

describe("the gateway's token", () => {
  const insertLabel = `insert into installation (key, value, updated_at) values ('planted', 'x', now())`;
  const append = `select audit_append(gen_random_uuid(), now(), null, 'person:x', null, 'x', 'done', 'x', null, null, null, 'x')`;

  test("an open gateway without an audit entry is refused at the commit", async () => {
    const commit = writer.begin(async (tx) => {
      await tx`select gateway_open()`;
      await tx.unsafe(insertLabel);
    });
    await expect(commit).rejects.toThrow("ERR_GATEWAY_BYPASS: INSERT on installation without an audit entry");
    expect(await superuser`select 1 from installation where key = 'planted'`).toHaveLength(0);
  });

  test("every governed table asks for that entry", async () => {
    const outcomes = await undone(superuser, async (tx) => {
      const found: { name: string; outcome: Outcome }[] = [];
      for (const table of guarded.filter(({ isGoverned, isAppendOnly }) => isGoverned && !isAppendOnly)) {
        // The break-glass trigger would write the entry: without it the check at the commit stands alone.
        const alone = `alter table ${table.name} disable trigger b_audit_direct; ${updateOf(table)}; set constraints all immediate`;
        found.push({ name: table.name, outcome: await outcomeOf(tx, alone) });
      }
      return found;
    });
    expect(outcomes.length).toBeGreaterThan(15);
    for (const { name, outcome } of outcomes)
      expect({ name, outcome }).toMatchObject({
        outcome: { refused: "42501", message: expect.stringContaining("without an audit entry") },
      });
  });

  test("with one it is committed", async () => {
    await writer.begin(async (tx) => {
      await tx`select gateway_open()`;
      await tx.unsafe(insertLabel);
      await tx.unsafe(append);
    });
    expect(await superuser`select 1 from installation where key = 'planted'`).toHaveLength(1);
  });

  test("an entry of an earlier transaction does not count", async () => {
    const commit = writer.begin(async (tx) => {
      await tx`select gateway_open()`;
      await tx`update installation set value = 'y' where key = 'planted'`;
    });
    await expect(commit).rejects.toThrow("without an audit entry");
  });

  test("nor does one of another cluster that was restored here and carries the same transaction number", async () => {
    const planted = (seq: string) => `insert into audit_entries (id, at, actor, command, outcome, subject, trace_id, seq, leaf_hash, xid)
      values (gen_random_uuid(), now(), 'system:old', 'old', 'done', 'x', 'x', ${seq}, pg_current_xact_id())`;
    const write = `alter table installation disable trigger b_audit_direct; update installation set value = 'z'; set constraints all immediate`;
    const after = (entry: string) =>
      undone(superuser, async (tx) => {
        await tx.unsafe(entry);
        return outcomeOf(tx, write);
      });
    expect(await after(planted("1000000, '\\x00'"))).toMatchObject({
      refused: "42501",
      message: expect.stringContaining("without an audit entry"),
    });
    expect(await after(planted("null, null"))).not.toHaveProperty("refused");
  });

  test("one of another transaction opens nothing, however it is handed over", async () => {
    const token = await writer.begin(async (tx) => {
      await tx`select gateway_open()`;
      const [row] = await tx<{ token: string }[]>`select current_setting('center.gateway') as token`;
      return row?.token ?? "";
    });
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    await writer`select set_config('center.gateway', ${token}, false)`;
    const outcomes = await undone(writer, async (tx) => {
      const kept = [await outcomeOf(tx, insertLabel), await outcomeOf(tx, append)];
      await tx`select set_config('center.gateway', ${token}, true)`;
      return [...kept, await outcomeOf(tx, insertLabel), await outcomeOf(tx, append)];
    });
    await writer`select set_config('center.gateway', '', false)`;
    expect(outcomes.map((outcome) => ("refused" in outcome ? outcome.refused : outcome))).toEqual(["42501", "42501", "42501", "42501"]);
  });

  test("is nothing that anybody but the owner could make", async () => {
    for (const role of ["writer", "ingest", "reader", "auditor", "breakglass"] as const) {
      const sql = openAs(role);
      const forbidden = ["select gateway_token()", "select secret from gateway_secret"];
      const outcomes = await undone(sql, (tx) => outcomesOf(tx, forbidden)).finally(() => sql.end());
      expect(outcomes).toMatchObject([{ refused: "42501" }, { refused: "42501" }]);
    }
  });
});
