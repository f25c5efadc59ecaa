// biome-ignore-all lint/style/useFilenamingConvention: the specification calls it so (reliability-spec §7)
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { autopatchAttempts, pluginAgentCommands } from "@/db/schema/delivery";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { actionNamed, CATALOGUE, isFor } from "@/lib/modules/healing/catalogue";
import { ladderOf } from "@/lib/modules/healing/ladders";
import { ORDER_TYPES } from "@/lib/modules/types";
import { anyTables } from "@/test/database/any-row";
import { openAs } from "@/test/database/open-as";
import { Patient } from "./patient";
import { layOut, PLATFORM_ACTIONS } from "./platform-actions";

/**
 * What every self-heal action owes (reliability-spec §7): the gateway or the signed ops channel, an audit entry with a trace id, nothing written
 * outside its tenant, and a way back that leaves equal hashes. The lists below are compared with what the code declares: an action that is new, or
 * takes another way, fails here until it says how it keeps this contract.
 */
const ROOT = path.join(import.meta.dirname, "..", "..", "..");

/** How each action of the catalogue takes effect. */
const WAYS = {
  restart: "order",
  rebuild_index: "order",
  purge_cache: "order",
  replay_jobs: "order",
  rollback_release: "order",
  open_circuit: "order",
  tighten_limits: "order",
  degrade: "order",
  repair_reconcile_invoices: "run",
  repair_invalid_fields: "run",
  repair_orphan_files: "run",
  repair_excess_permissions: "run",
  plan_tenant_contract: "plan",
  plan_money: "plan",
} as const;

/** How each automatic action on a merchant's plugin takes effect: by a signed command of an attempt, or by nothing that reaches the plugin. */
const PLUGIN_WAYS = ["update", "rollback", "config_update", "restart", "isolate", "commit", "ping"] as const;

/** Where what reaches a module or a plugin is put, and the only files that put it there: each is part of a command of the gateway. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  moduleCommands: ["lib/modules/channel/commands/order-module.ts"],
  pluginAgentCommands: ["lib/rollout/commands/issue-command.ts", "lib/rollout/commands/sandbox/order-sandbox.ts"],
  healActions: ["lib/modules/healing/commands/propose-action.ts"],
  repairRuns: ["lib/repair/commands/request-dry-run.ts"],
};
const EFFECTS = [
  "module_commands",
  "plugin_agent_commands",
  "heal_actions",
  "heal_action_events",
  "module_decisions",
  "patch_plans",
  "repair_runs",
];

const superuser = openAs("superuser");
const dir = mkdtempSync(path.join(tmpdir(), "gates-"));
let hands: Awaited<ReturnType<typeof layOut>>;
beforeAll(async () => {
  hands = await layOut(superuser, dir);
});
afterAll(async () => {
  await superuser.end();
  rmSync(dir, { recursive: true });
});

describe("nothing is missed", () => {
  test("every action of the catalogue says how it takes effect", () => {
    const declared = CATALOGUE.map(({ key, level, job }) => [key, level === 3 ? "plan" : job === null ? "order" : "run"]);
    expect(Object.fromEntries(declared)).toEqual(WAYS);
  });

  test("every kind of command to a plugin is known here", () => {
    expect([...pluginAgentCommands.type.enumValues].sort()).toEqual([...PLUGIN_WAYS].sort());
    expect([...autopatchAttempts.method.enumValues].sort()).toEqual([...PLUGIN_WAYS].sort());
  });

  test("orders and plugin commands are put where they are fetched by the gateway's commands alone", () => {
    const files = ["lib", "app", "scripts"].flatMap((room) =>
      readdirSync(path.join(ROOT, room), { recursive: true, encoding: "utf8" })
        .filter((file) => /\.ts$/.test(file) && !/\.test\.ts$|\/testing\//.test(file))
        .map((file) => `${room}/${file}`),
    );
    const texts = files.map((file) => [file, readFileSync(path.join(ROOT, file), "utf8")] as const);
    for (const [table, doors] of Object.entries(DOORS)) {
      const found = texts.filter(([, text]) => new RegExp(`\\.insert\\(${table}\\)`).test(text)).map(([file]) => file);
      expect(found.sort(), table).toEqual([...doors].sort());
      expect(found.every((file) => file.includes("/commands/"))).toBe(true);
    }
  });
});

test("the database itself refuses an order, a run or a plan that did not come by the gateway", async () => {
  const guarded = (await anyTables(superuser)).filter(({ isGoverned }) => isGoverned).map(({ name }) => name);
  // What a guard refuses, verb by verb, is shown for every governed table by test/database/guard.db.test.ts.
  expect(guarded).toEqual(expect.arrayContaining(EFFECTS));
});

describe.each(CATALOGUE.map((entry) => [entry.key, entry] as const))("%s", (_key, entry) => {
  test("knows its level's price", () => {
    for (const { type } of entry.orders) expect(ORDER_TYPES).toContain(type);
    if (entry.level === 3) expect(entry).toMatchObject({ orders: [], undo: null });
    if (entry.level === 2) {
      // The run itself saves before it changes anything (lib/repair); without a snapshot it is not chosen (decide-heal.test.ts).
      expect(entry.orders.map(({ type, prepares }) => `${type} ${prepares}`)).toEqual(["repair_dry_run true", "repair_apply false"]);
      expect(entry).toMatchObject({ undo: "repair_rollback", target: { hasSnapshot: true, hasRollback: true } });
    }
    if (entry.contains) expect(entry.undo).not.toBeNull();
  });
});

const ORDERED = CATALOGUE.filter(({ key }) => WAYS[key as keyof typeof WAYS] === "order").map(({ key }) => key);

test.each(ORDERED)("%s: signed, audited with its trace, of its tenant alone, and taken back to equal hashes", async (key) => {
  const how = PLATFORM_ACTIONS[key] ?? expect.fail(`how a platform does ${key} is not said`);
  expect(ladderOf(how.type, how.code ? [how.code] : [])[0]).toBe(key);
  const before = await hands.fingerprints();
  // What changes the process that all tenants share is ordered for all of them, and never for one.
  const tenantId = isFor(hands.mine, actionNamed(key)) ? hands.mine : null;
  const patient = await Patient.fallsIll(hands, how, tenantId ?? PLATFORM_TENANT);
  await patient.heal();
  const order = await patient.takeOrder();
  expect(order).toMatchObject({ outcome: "accepted", command: { type: key, tenantId } });
  expect(await patient.takeOrderAs("somebody else's key")).toBe("ignored");

  await patient.obey(order);
  expect(patient.trespasses).toEqual(["refused"]);
  const { undo } = actionNamed(key);
  if (undo !== null) {
    await patient.doesNotRecover();
    const back = await patient.takeOrder();
    expect(back).toMatchObject({ outcome: "accepted", command: { type: undo, tenantId } });
    await patient.obey(back);
    expect(await patient.state()).toBe("rolled_back");
  }
  expect(await hands.fingerprints()).toEqual(before);

  const entries = await patient.auditEntries();
  expect(entries.map(({ command }) => command)).toEqual(expect.arrayContaining(["heal-action.propose", "heal-action.advance"]));
  expect(entries.every(({ trace_id: trace }) => /^[0-9a-f]{32}$/.test(trace))).toBe(true);
  expect(entries.length).toBeGreaterThanOrEqual(await patient.countSteps());
  expect(await patient.tenantsOfOrders()).toEqual([String(tenantId)]);
});

test("level 3 writes a plan, and orders nothing", async () => {
  const before = await hands.fingerprints();
  const patient = await Patient.fallsIll(hands, { type: "cross_tenant", code: null, declaration: () => ({}) });
  await patient.heal();
  expect(await patient.state()).toBe("planned");
  expect(await patient.tenantsOfOrders()).toEqual([]);
  expect(await hands.fingerprints()).toEqual(before);
});

test("while healing was not proven lately, recovery goes on: repairs alone wait for somebody's word (decide-heal.test.ts)", async () => {
  await superuser`update heal_proofs set ended_at = now() - interval '3 hours'`;
  const how = { type: "silence", code: null, declaration: () => ({ restart: () => null }) } as const;
  const patient = await Patient.fallsIll(hands, how, PLATFORM_TENANT);
  await patient.heal();
  await patient.heal();
  expect([await patient.state(), await patient.tenantsOfOrders()]).toEqual(["ordered", ["null"]]);
  await superuser`update heal_proofs set ended_at = now()`;
});
