import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeAttempt, makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { type AnyTable, anyRow, anyTables, fillTables, insertOf } from "./any-row";
import { openAs } from "./open-as";
import { outcomeOf, outcomesOf, undone } from "./undone";

const superuser = openAs("superuser");
const breakglass = openAs("breakglass");
afterAll(() => Promise.all([superuser.end(), breakglass.end()]));

const BY = "breakglass:center_breakglass";
const KILL = "UPDATE ops_policy SET autopatch_enabled = false WHERE id = 1";
const CANCEL = `UPDATE plugin_autopatch_attempts
SET status = 'cancelled'
WHERE status IN ('pending', 'staging', 'applying')`;

const audited = (subject: string) => superuser<
  { actor: string; command: string; outcome: string; tenant_id: string | null; before: object; after: object }[]
>`
  select actor, command, outcome, tenant_id, before, after from audit_entries where subject = ${subject} order by at`;

describe("the runbook's kill switch by hand", () => {
  test("works, raises the policy's version and names the hand", async () => {
    const [before] = await superuser<{ version: number }[]>`select version from ops_policy`;
    expect(await breakglass.unsafe(KILL)).toMatchObject({ count: 1 });
    const [after] =
      await superuser`select autopatch_enabled, version, updated_by, updated_at > now() - interval '1 minute' as is_recent from ops_policy`;
    expect(after).toEqual({ autopatch_enabled: false, version: (before?.version ?? 0) + 1, updated_by: BY, is_recent: true });
  });

  test("leaves an audit entry with before and after", async () => {
    const entries = await audited("ops_policy:1");
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      actor: BY,
      command: "breakglass.write",
      outcome: "done",
      tenant_id: null,
      before: { autopatch_enabled: true },
      after: { autopatch_enabled: false, updated_by: BY },
    });
  });

  test("whatever the hand writes into version and author, the database's word stands", async () => {
    const [before] = await superuser<{ version: number }[]>`select version from ops_policy`;
    await breakglass`update ops_policy set version = 1, updated_by = 'somebody else'`;
    expect(await superuser`select version, updated_by from ops_policy`).toEqual([{ version: (before?.version ?? 0) + 1, updated_by: BY }]);
  });
});

describe("the runbook's cancellation by hand", () => {
  const STATUSES = [
    ["pending", "queued"],
    ["staging", "staging"],
    ["applying", "dispatch"],
    ["verifying", "probation"],
    ["success", "done"],
  ] as const;
  const attempts = new Map<string, { id: string; tenantId: string }>();

  beforeAll(async () => {
    const tenant = await makeTenant();
    for (const [status, phase] of STATUSES) {
      const incident = await makeIncident(await makePlugin(tenant.id));
      attempts.set(status, await makeAttempt(incident, { status, phase, dueAt: null }));
    }
    await breakglass.unsafe(CANCEL);
  });

  test.each(["pending", "staging", "applying"])("%s is cancelled, due at once, with its event and audit entry", async (status) => {
    const attempt = attempts.get(status) ?? { id: "", tenantId: "" };
    const [row] =
      await superuser`select status, due_at <= now() and due_at > now() - interval '1 minute' as is_due from plugin_autopatch_attempts where id = ${attempt.id}`;
    expect(row).toEqual({ status: "cancelled", is_due: true });
    const events =
      await superuser`select tenant_id, from_status, to_status, actor from autopatch_attempt_events where attempt_id = ${attempt.id} order by at`;
    expect(events.slice(1)).toEqual([{ tenant_id: attempt.tenantId, from_status: status, to_status: "cancelled", actor: BY }]);
    const entries = await audited(`plugin_autopatch_attempts:${attempt.id}`);
    expect(entries).toMatchObject([
      { actor: BY, command: "breakglass.write", tenant_id: attempt.tenantId, before: { status }, after: { status: "cancelled" } },
    ]);
  });

  test.each(["verifying", "success"])("%s is left alone", async (status) => {
    const { id } = attempts.get(status) ?? { id: "" };
    expect(await superuser`select status, due_at from plugin_autopatch_attempts where id = ${id}`).toEqual([{ status, due_at: null }]);
    expect(await superuser`select 1 from autopatch_attempt_events where attempt_id = ${id}`).toHaveLength(1);
  });

  test("an audit that cannot be written undoes the write", async () => {
    const outcome = await undone(superuser, async (tx) => {
      await tx`alter table audit_entries add constraint planted check (command <> 'breakglass.write') not valid`;
      await tx`set local session authorization center_breakglass`;
      return outcomeOf(tx, "update ops_policy set autopatch_enabled = true");
    });
    expect(outcome).toMatchObject({ refused: "23514" });
  });
});

describe("break-glass may do nothing else", () => {
  const SEES = [
    "audit_entries",
    "autopatch_attempt_events",
    "ops_policy",
    "plugin_agent_commands",
    "plugin_autopatch_attempts",
    "plugin_incidents",
    "plugin_state",
    "plugins",
    "safety_switches",
    "tenants",
  ];
  const CHANGES = ["ops_policy", "plugin_autopatch_attempts", "safety_switches"];
  let tables: (AnyTable & { insert: string })[];

  beforeAll(async () => {
    const all = await anyTables(superuser);
    const tenant = crypto.randomUUID();
    await fillTables(superuser, all, tenant);
    tables = [];
    for (const table of all) tables.push({ ...table, insert: insertOf(table.name, await anyRow(superuser, table.name, tenant)) });
  });

  const allowed = (statement: (table: AnyTable & { insert: string }) => string) =>
    undone(breakglass, async (tx) => {
      const names: string[] = [];
      for (const table of tables) {
        const outcome = await outcomeOf(tx, statement(table));
        if ("rows" in outcome) names.push(table.name);
        else expect({ table: table.name, outcome }).toMatchObject({ outcome: { refused: "42501" } });
      }
      return names;
    });

  test("it reads what the runbook looks at", async () => {
    expect(await allowed(({ name }) => `select 1 from ${name}`)).toEqual(SEES);
  });
  test("it updates policy, attempts and switches", async () => {
    expect(await allowed(({ name, firstColumn }) => `update ${name} set "${firstColumn}" = "${firstColumn}"`)).toEqual(CHANGES);
  });
  test("it inserts nowhere", async () => {
    expect(await allowed(({ insert }) => insert)).toEqual([]);
  });
  test("it deletes nowhere", async () => {
    expect(await allowed(({ name }) => `delete from ${name}`)).toEqual([]);
  });
  test("it truncates nowhere", async () => {
    expect(await allowed(({ name }) => `truncate ${name} cascade`)).toEqual([]);
  });

  test("it calls none of the gateway's functions, makes nothing and becomes nobody", async () => {
    const statements = [
      "select gateway_open()",
      "select gateway_token()",
      "select audit_append(gen_random_uuid(), now(), null, 'x', null, 'x', 'done', 'x', null, null, null, 'x')",
      "select ensure_heartbeat_partitions('2026-01-01', 1)",
      "select drop_heartbeat_partitions('2026-01-01')",
      "create table planted (id int)",
      "alter table ops_policy disable trigger user",
      "set role center_writer",
      "set session_replication_role = replica",
      "select 1 from pgboss.job",
    ];
    const outcomes = await undone(breakglass, (tx) => outcomesOf(tx, statements));
    expect(outcomes.map((outcome) => ("refused" in outcome ? outcome.refused : "done"))).toEqual(statements.map(() => "42501"));
  });
});
