import fc from "fast-check";
import { expect, test } from "vitest";
import type { SwitchRow } from "@/lib/policy/effective-switches";
import { effectiveSwitches, SWITCH_NAMES, SWITCH_SCOPES } from "@/lib/policy/effective-switches";
import { OPEN_POLICY } from "@/test/fixtures/permit-input";

const SUBJECT = { tenantId: "t1", moduleId: null, pluginId: "p1" };
const row = (changes: Partial<SwitchRow>): SwitchRow => ({
  scope: "global",
  tenantId: "platform",
  targetId: null,
  name: "safe_mode",
  isOn: true,
  ...changes,
});
const OFF = { killSwitch: false, safeMode: false, autoHealOff: [] };

test.each([
  { rows: [], expected: OFF, why: "nothing stored" },
  { rows: [row({ isOn: false })], expected: OFF, why: "stored and off" },
  { rows: [row({})], expected: { ...OFF, safeMode: true }, why: "global" },
  { rows: [row({ scope: "tenant", tenantId: "t1" })], expected: { ...OFF, safeMode: true }, why: "own tenant" },
  { rows: [row({ scope: "tenant", tenantId: "t2" })], expected: OFF, why: "another tenant" },
  { rows: [row({ scope: "plugin", tenantId: "t1", targetId: "p1" })], expected: { ...OFF, safeMode: true }, why: "own plugin" },
  { rows: [row({ scope: "plugin", tenantId: "t1", targetId: "p2" })], expected: OFF, why: "another plugin" },
  { rows: [row({ scope: "module", tenantId: "t1", targetId: "m1" })], expected: OFF, why: "a module, which this is not" },
  {
    rows: [row({}), row({ scope: "plugin", tenantId: "t1", targetId: "p1", isOn: false })],
    expected: { ...OFF, safeMode: true },
    why: "narrower off does not lift wider on",
  },
  {
    rows: [row({ name: "kill_switch", scope: "tenant", tenantId: "t1" })],
    expected: { ...OFF, killSwitch: true },
    why: "a tenant's own kill switch",
  },
  {
    rows: [row({ name: "auto_heal_off_perf" }), row({ name: "auto_heal_off_data" })],
    expected: { ...OFF, autoHealOff: ["DATA", "PERF"] },
    why: "two categories",
  },
  { rows: [row({ name: "from_the_future" })], expected: { ...OFF, safeMode: true }, why: "an unknown switch is SAFE_MODE" },
])("$why", ({ rows, expected }) => expect(effectiveSwitches(rows, OPEN_POLICY, SUBJECT).switches).toEqual(expected));

test("the policy's own row is the kill switch, and says so", () => {
  const state = effectiveSwitches([row({ scope: "tenant", tenantId: "t1" })], { ...OPEN_POLICY, autopatch_enabled: false }, SUBJECT);
  expect(state.switches).toEqual({ ...OFF, killSwitch: true, safeMode: true });
  expect(state.sources).toEqual([
    { name: "kill_switch", from: "policy", targetId: null },
    { name: "safe_mode", from: "tenant", targetId: "t1" },
  ]);
});

test("what could not be read is unknown, not off", () => {
  expect(effectiveSwitches(null, OPEN_POLICY, SUBJECT).switches).toBeNull();
  expect(effectiveSwitches([], null, SUBJECT).switches).toBeNull();
});

test("one more row never gives power back", () => {
  const anyRow: fc.Arbitrary<SwitchRow> = fc.record({
    scope: fc.constantFrom(...SWITCH_SCOPES),
    tenantId: fc.constantFrom("t1", "t2"),
    targetId: fc.constantFrom(null, "m1", "p1", "p2"),
    name: fc.constantFrom(...SWITCH_NAMES, "other"),
    isOn: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(anyRow), anyRow, (rows, more) => {
      const before = effectiveSwitches(rows, OPEN_POLICY, SUBJECT).switches!;
      const after = effectiveSwitches([...rows, more], OPEN_POLICY, SUBJECT).switches!;
      if (before.killSwitch) expect(after.killSwitch).toBe(true);
      if (before.safeMode) expect(after.safeMode).toBe(true);
      for (const category of before.autoHealOff) expect(after.autoHealOff).toContain(category);
    }),
  );
});

test("a switch at a module's service holds it for every tenant, and no other module", () => {
  const rows: SwitchRow[] = [{ scope: "module", tenantId: "platform", targetId: "service", name: "safe_mode", isOn: true }];
  const at = (serviceId: string | null) =>
    effectiveSwitches(rows, { autopatch_enabled: true }, { tenantId: "any", moduleId: "own", serviceId, pluginId: null }).switches
      ?.safeMode;
  expect([at("service"), at("another"), at(null)]).toEqual([true, false, false]);
});
