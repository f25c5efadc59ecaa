import { beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "@/lib/gateway/run-command";
import { throwSwitch } from "@/lib/policy/commands/throw-switch";
import { permit } from "@/lib/policy/permit/permit";
import type { Policy } from "@/lib/policy/types";
import { decide } from "@/lib/sira/decide";
import { MODEL_V0 } from "@/lib/sira/model-v0";
import { makeTenant } from "@/test/factories";
import { makeShop, OPS, type Shop, type ShopOptions, setPolicy } from "@/test/loop/make-shop";
import { stopTime } from "@/test/loop/virtual-time";
import { asOwner } from "@/test/loop/worker";

stopTime();
beforeAll(() => setPolicy());

const hour = () => new Date().getUTCHours();
/** A window that does not hold this hour. */
const elsewhen = () => (hour() === 0 ? { from: 1, to: 2 } : { from: 0, to: hour() });

interface Row {
  readonly what: string;
  readonly policy?: () => Partial<Policy> | Promise<Partial<Policy>>;
  readonly shop?: ShopOptions;
  readonly prepare?: (shop: Shop) => Promise<unknown>;
  readonly kind: "auto" | "approval" | "suggest" | "deny";
  readonly status: "healing" | "awaiting_approval" | "open";
  /** Gates that stopped it. */
  readonly stopped: readonly string[];
  readonly signatures?: number;
}

const sick = (failShare: number) => ({ behaviours: { "1.2.2": { failShare } } });
const held = (name: "kill_switch" | "safe_mode", scope: "plugin" | "tenant") => (shop: Shop) => shop.throwSwitch(name, scope);
const off = (shop: Shop) => {
  const input = { name: "auto_heal_off_integration", scope: "tenant", tenantId: shop.tenantId, on: true, reason: "test" };
  return runCommand(throwSwitch, { input, actor: OPS, now: new Date() });
};

const ROWS: readonly Row[] = [
  { what: "an ordinary case", kind: "auto", status: "healing", stopped: [], signatures: 0 },
  {
    what: "nobody whitelisted",
    policy: () => ({ whitelist: [] }),
    kind: "approval",
    status: "awaiting_approval",
    stopped: ["whitelist"],
    signatures: 1,
  },
  {
    what: "only another tenant whitelisted",
    policy: async () => ({ whitelist: [(await makeTenant()).id] }),
    kind: "approval",
    status: "awaiting_approval",
    stopped: ["whitelist"],
    signatures: 1,
  },
  {
    what: "severity above the threshold",
    shop: sick(0.95),
    kind: "approval",
    status: "awaiting_approval",
    stopped: ["severity"],
    signatures: 1,
  },
  {
    what: "severity above a lower threshold",
    policy: () => ({ severity_threshold: "low" }),
    kind: "approval",
    status: "awaiting_approval",
    stopped: ["severity"],
    signatures: 1,
  },
  {
    what: "confidence below the threshold",
    policy: () => ({ confidence_threshold: 0.9, required_signatures: 3 }),
    kind: "approval",
    status: "awaiting_approval",
    stopped: ["confidence"],
    signatures: 3,
  },
  {
    what: "outside the windows",
    policy: () => ({ windows: [elsewhen()] }),
    kind: "approval",
    status: "awaiting_approval",
    stopped: ["window"],
    signatures: 1,
  },
  {
    what: "no window at all",
    policy: () => ({ windows: [] }),
    kind: "approval",
    status: "awaiting_approval",
    stopped: ["window"],
    signatures: 1,
  },
  {
    what: "a major version",
    shop: { releases: { "2.0.0": {} } },
    policy: () => ({ confidence_threshold: 0.5 }),
    kind: "approval",
    status: "awaiting_approval",
    stopped: ["major"],
    signatures: 2,
  },
  {
    what: "a large share of the payments",
    shop: { paymentVolume: 1e6 },
    kind: "approval",
    status: "awaiting_approval",
    stopped: ["impact"],
    signatures: 2,
  },
  { what: "SAFE_MODE of the plugin", prepare: held("safe_mode", "plugin"), kind: "suggest", status: "open", stopped: ["safe_mode"] },
  { what: "SAFE_MODE of the tenant", prepare: held("safe_mode", "tenant"), kind: "suggest", status: "open", stopped: ["safe_mode"] },
  { what: "the kill switch of the plugin", prepare: held("kill_switch", "plugin"), kind: "deny", status: "open", stopped: ["kill_switch"] },
  { what: "the kill switch of the tenant", prepare: held("kill_switch", "tenant"), kind: "deny", status: "open", stopped: ["kill_switch"] },
  { what: "healing of the category switched off", prepare: off, kind: "suggest", status: "open", stopped: ["auto_heal"] },
  {
    what: "no attempt allowed on an incident",
    policy: () => ({ attempts_per_incident: 0 }),
    kind: "suggest",
    status: "open",
    stopped: ["incident_cap"],
  },
  {
    what: "no attempt allowed a day",
    policy: () => ({ attempts_per_plugin_per_day: 0 }),
    kind: "suggest",
    status: "open",
    stopped: ["plugin_cap"],
  },
  { what: "a storm", policy: () => ({ storm_share: 0 }), kind: "suggest", status: "open", stopped: ["storm"] },
  {
    what: "a release with an irreversible effect (level 3)",
    shop: { releases: { "1.2.3": { schemaEffect: "irreversible" } } },
    kind: "suggest",
    status: "open",
    stopped: ["level"],
  },
  {
    what: "an agent that cannot roll back (level 2 without a way back)",
    shop: { capabilities: ["update"] },
    kind: "deny",
    status: "open",
    stopped: ["undo"],
  },
];

describe("ops policy enforcement", () => {
  beforeAll(async () => {
    // A fleet beside which no shop of this file is a storm or of high impact by itself.
    for (let count = 0; count < 5; count += 1) await makeShop({ releases: {}, paymentVolume: 1_000, version: "1.2.3" });
  });

  test.each(ROWS)("$what -> $kind, $status", async ({ policy, shop: given, prepare, kind, status, stopped, signatures }) => {
    await setPolicy(policy ? await policy() : {});
    const shop = await makeShop(given);
    await prepare?.(shop);
    await shop.agent.beat();
    await shop.live(1);

    const { decisions, incidents, attempts, commands, plans, audit } = await shop.records();
    const [stored] = decisions;
    if (!stored) throw new Error("nothing was decided");
    expect(stored.permit).toMatchObject({ kind, ...(signatures === undefined ? {} : { requiredSignatures: signatures }) });
    expect(stored.permit.gates.filter(({ passed }) => !passed).map(({ gate }) => gate)).toEqual(stopped);
    expect(incidents).toMatchObject([{ status, permit: { kind } }]);

    // Whatever was decided can be decided again from what is stored, and gives the same.
    expect(permit(stored.permitInput)).toEqual(stored.permit);
    expect(decide(stored.request, MODEL_V0)).toEqual(stored.decision);
    expect(audit.filter(({ command, outcome }) => command === "incident.decide" && outcome === "done")).toHaveLength(decisions.length);

    if (kind === "auto") {
      expect(attempts).toHaveLength(1);
    } else {
      expect(attempts).toEqual([]);
      expect(commands).toEqual([]);
      expect(shop.agent.received).toEqual([]);
    }
    expect(plans.map((plan) => plan.status)).toEqual(kind === "auto" ? ["executed"] : kind === "approval" ? ["awaiting"] : []);
  });

  test("SAFE_MODE for everybody -> suggest, open", async () => {
    await setPolicy();
    const shop = await makeShop();
    const input = { name: "safe_mode", scope: "global", on: true, reason: "test" };
    await runCommand(throwSwitch, { input, actor: OPS, now: new Date() });
    await shop.live(2);
    // Away from safety it takes two people; here a hand past all of that makes room for the next test.
    await asOwner()`update safety_switches set is_on = false where scope = 'global'`;
    const { decisions, attempts } = await shop.records();
    expect(decisions[0]?.permit).toMatchObject({ kind: "suggest" });
    expect(attempts).toEqual([]);
  });

  test("where staging is required nothing is sent without its report, where it is not the sandbox is left alone", async () => {
    await setPolicy({ staging_required: true });
    const [rehearsed, direct] = [await makeShop(), await makeShop()];
    await rehearsed.live(1);
    await setPolicy({ staging_required: false });
    await direct.live(1);
    expect(await rehearsed.attempt()).toMatchObject({ status: "applying", stagingReport: { passed: true } });
    expect(await direct.attempt()).toMatchObject({ status: "applying", stagingReport: null });
  });

  test("what a switch of today held back is looked at again later, and stays held as long as the switch is on", async () => {
    await setPolicy();
    const shop = await makeShop();
    await shop.throwSwitch("safe_mode");
    await shop.live(12, 30);
    const { decisions, attempts } = await shop.records();
    expect(decisions.length).toBeGreaterThan(1);
    expect(new Set(decisions.map(({ permit: { kind } }) => kind))).toEqual(new Set(["suggest"]));
    expect(attempts).toEqual([]);
  });
});
