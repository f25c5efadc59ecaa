import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { systemActorFor } from "@/lib/access/system-actor";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { Refusal } from "@/lib/kernel/refusal";
import { throwSwitch } from "@/lib/policy/commands/throw-switch";
import { CATEGORIES, type Category } from "@/lib/policy/types";
import { personActor } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { makePlugin, makeTenant } from "@/test/factories";
import { defineCommand } from "./define-command";
import { runCommand } from "./run-command";

const superuser = openAs("superuser");
let tenantId: string;
let pluginId: string;
beforeAll(async () => {
  tenantId = (await makeTenant()).id;
  pluginId = (await makePlugin(tenantId)).id;
});
afterEach(async () => {
  await superuser`update ops_policy set autopatch_enabled = true`;
  await superuser`delete from safety_switches`;
});
afterAll(() => superuser.end());

/** Where a test may hold a healing command, its switches being read already. */
let afterGate: () => Promise<void> = async () => undefined;
const heal = defineCommand({
  name: "test.heal",
  permission: "system",
  input: z.strictObject({ isAutomatic: z.boolean(), pluginId: z.uuid().nullable(), category: z.enum(CATEGORIES).optional() }),
  heals: ({ isAutomatic, pluginId: healed, category }) => ({ tenantId, pluginId: healed, isAutomatic, ...(category ? { category } : {}) }),
  async apply(tx) {
    await afterGate();
    const [row] = await tx.execute<{ at: string }>(sql`select clock_timestamp() as at`);
    return { subject: "test:heal", tenantId, before: null, after: null, result: { at: String(row?.at) } };
  },
});
const rescue = defineCommand({
  name: "test.rescue",
  permission: "system",
  input: z.strictObject({}),
  apply: async () => ({ subject: "test:rescue", tenantId, before: null, after: null, result: "done" }),
});

const actor = () => systemActorFor("test", tenantId);
const run = (isAutomatic = true, healed: string | null = pluginId, category?: Category) =>
  runCommand(heal, { input: { isAutomatic, pluginId: healed, category }, actor: actor(), now: new Date() });
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof Refusal ? error.details.code : error),
  );
const person = personActor(["pay_admin"]);
const turnOn = (input: Record<string, unknown>) =>
  runCommand(throwSwitch, { input: { on: true, reason: "something is wrong", ...input }, actor: person, now: new Date() });

describe("what is thrown holds what heals", () => {
  test("with everything off it works", async () => {
    expect([await outcome(run()), await outcome(run(false))]).toEqual(["done", "done"]);
  });

  const SCOPES = ["global", "tenant", "plugin"] as const;
  const place = (scope: (typeof SCOPES)[number]) => ({ global: {}, tenant: { tenantId }, plugin: { targetId: pluginId } })[scope];

  test.each(SCOPES)("the kill switch, scope %s: whoever ordered it; toward safety goes on", async (scope) => {
    await turnOn({ name: "kill_switch", scope, ...place(scope) });
    expect([await outcome(run()), await outcome(run(false))]).toEqual(["ERR_KILL_SWITCH", "ERR_KILL_SWITCH"]);
    expect(await runCommand(rescue, { input: {}, actor: actor(), now: new Date() })).toBe("done");
  });

  test.each(SCOPES)("SAFE_MODE, scope %s: what is automatic, not what a person ordered", async (scope) => {
    await turnOn({ name: "safe_mode", scope, ...place(scope) });
    expect([await outcome(run()), await outcome(run(false))]).toEqual(["ERR_SAFE_MODE", "done"]);
  });

  test.each(SCOPES)(
    "automatic healing of a category, scope %s: that category's, not another's, and not what a person ordered",
    async (scope) => {
      await turnOn({ name: "auto_heal_off_perf", scope, ...place(scope) });
      expect(await outcome(run(true, pluginId, "PERF"))).toBe("ERR_AUTO_HEAL_OFF");
      expect([await outcome(run(true, pluginId, "DATA")), await outcome(run(false, pluginId, "PERF"))]).toEqual(["done", "done"]);
    },
  );

  test("the scanner's stop: what is automatic, not what a person ordered", async () => {
    await superuser`insert into scan_blocks (tenant_id, id, kind, target, violation_id, reason, set_by, set_at)
      values (${PLATFORM_TENANT}, ${randomUUID()}, 'writer', 'automatic', ${randomUUID()}, 'test', 'test', now())`;
    expect([await outcome(run()), await outcome(run(false))]).toEqual(["ERR_WRITER_STOPPED", "done"]);
    await superuser`delete from scan_blocks`;
    expect(await outcome(run())).toBe("done");
  });

  test("another tenant's and another plugin's switches do not", async () => {
    const other = await makeTenant();
    const neighbour = await makePlugin(tenantId);
    await turnOn({ name: "kill_switch", scope: "tenant", tenantId: other.id });
    await turnOn({ name: "kill_switch", scope: "plugin", targetId: neighbour.id });
    expect(await outcome(run())).toBe("done");
    expect(await outcome(run(true, neighbour.id))).toBe("ERR_KILL_SWITCH");
  });

  test("a narrower scope grants nothing that a wider one denies", async () => {
    await turnOn({ name: "kill_switch", scope: "global" });
    await superuser`insert into safety_switches values (${tenantId}, ${randomUUID()}, 'plugin', ${pluginId}, 'kill_switch', false, 'x', 'x', now())`;
    expect(await outcome(run())).toBe("ERR_KILL_SWITCH");
  });

  test("a switch that this version does not know counts as SAFE_MODE", async () => {
    await superuser`insert into safety_switches values (${tenantId}, ${randomUUID()}, 'tenant', null, 'from_the_future', true, 'x', 'x', now())`;
    expect(await outcome(run())).toBe("ERR_SAFE_MODE");
  });

  test("without a policy nothing is permitted", async () => {
    await superuser`create table kept as select * from ops_policy`;
    await superuser`delete from ops_policy`;
    expect(await outcome(run(false))).toBe("ERR_SWITCHES_UNKNOWN");
    await superuser`insert into ops_policy select * from kept`;
    await superuser`drop table kept`;
  });

  test("the refusal is audited with its code", async () => {
    await turnOn({ name: "kill_switch", scope: "global" });
    await outcome(run());
    const [entry] = await superuser`select outcome, reason from audit_entries where command = 'test.heal' order by xid desc limit 1`;
    expect(entry).toEqual({ outcome: "refused", reason: "ERR_KILL_SWITCH: The kill switch is on (policy)" });
  });
});

const RUNBOOK = "update ops_policy set autopatch_enabled = false where id = 1";
/** Backends of this database that wait for somebody's lock. */
const waiters = async () =>
  (await superuser`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).length;

describe("a switch thrown at the same moment leaves no gap", () => {
  const SWITCHES = [
    ["the kill switch", { name: "kill_switch", scope: "global" }, "ERR_KILL_SWITCH"],
    ["SAFE_MODE of a tenant", { name: "safe_mode", scope: "tenant" }, "ERR_SAFE_MODE"],
  ] as const;

  test.each(SWITCHES)("%s waits for what passed the gate before it, and holds the next", async (_name, input, code) => {
    let release: () => void = () => undefined;
    const passed = new Promise<void>((reached) => {
      afterGate = () => {
        reached();
        return new Promise((resolve) => {
          release = resolve;
        });
      };
    });
    const healing = outcome(run());
    await passed;
    afterGate = async () => undefined;
    let isThrown = false;
    const thrown = turnOn({ ...input, ...(input.scope === "tenant" ? { tenantId } : {}) }).then(() => {
      isThrown = true;
    });
    await vi.waitFor(async () => expect(await waiters()).toBe(1));
    expect(isThrown).toBe(false);
    release();
    expect(await healing).toBe("done");
    await thrown;
    expect(await outcome(run())).toBe(code);
  });

  test.each([
    ["the runbook's statement", RUNBOOK, "ERR_KILL_SWITCH"],
    ["a switch", "update safety_switches set is_on = true", "ERR_SAFE_MODE"],
  ])("what heals waits for %s that is being thrown by hand, and is held by it", async (_name, statement, code) => {
    await superuser`insert into safety_switches values (${tenantId}, ${randomUUID()}, 'tenant', null, 'safe_mode', false, 'x', 'x', now())`;
    const breakglass = openAs("breakglass");
    let healing: Promise<unknown> = Promise.resolve();
    await breakglass.begin(async (tx) => {
      await tx.unsafe(statement);
      healing = outcome(run());
      await vi.waitFor(async () => expect(await waiters()).toBe(1));
    });
    expect(await healing).toBe(code);
    await breakglass.end();
  });
});
