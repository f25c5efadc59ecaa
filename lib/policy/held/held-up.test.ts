import { describe, expect, test } from "vitest";
import { type HeldAttempt, type HeldIncident, type HoldingSwitch, heldUpBy } from "./held-up";

const SINCE = "2026-01-01T12:00:00.000Z";
const LATER = "2026-01-01T12:01:00.000Z";
const EARLIER = "2026-01-01T11:59:00.000Z";
const place = { tenant_id: "t1", tenant_name: "Atlas", plugin_id: "p1", plugin_key: "demo-pay" };
const ATTEMPT: HeldAttempt = {
  ...place,
  id: "a1",
  incident_id: "i1",
  method: "update",
  status: "applying",
  phase: "dispatch",
  from_version: "1.2.2",
  to_version: "1.2.3",
  automatic: true,
  end_reason: null,
  finished_at: null,
};
const INCIDENT: HeldIncident = { ...place, id: "i1", type: "latency_p95", severity: "low", status: "open", opened_at: EARLIER };
const KILL: HoldingSwitch = { name: "kill_switch", scope: "global", tenantId: null, targetId: null, since: SINCE };

describe("attempts", () => {
  test.each<[string, Partial<HoldingSwitch>, Partial<HeldAttempt>, string | null]>([
    ["under way", {}, {}, "in_flight"],
    ["ended cancelled since", {}, { status: "cancelled", phase: "done", finished_at: LATER }, "stopped"],
    ["ended verified since", {}, { status: "success", phase: "done", finished_at: LATER }, "ended"],
    ["rolled back since", {}, { status: "rolled_back", phase: "done", finished_at: LATER }, "ended"],
    ["ended before", {}, { status: "cancelled", phase: "done", finished_at: EARLIER }, null],
    ["a rollback passes", {}, { method: "rollback" }, null],
    ["of the tenant", { scope: "tenant", tenantId: "t1" }, {}, "in_flight"],
    ["of another tenant", { scope: "tenant", tenantId: "t2" }, {}, null],
    ["of the plugin", { scope: "plugin", targetId: "p1" }, {}, "in_flight"],
    ["of another plugin", { scope: "plugin", targetId: "p2" }, {}, null],
    ["a module's switch is about no plugin", { scope: "module", targetId: "p1" }, {}, null],
    ["SAFE_MODE stops Center's own", { name: "safe_mode" }, {}, "in_flight"],
    ["SAFE_MODE leaves a person's order", { name: "safe_mode" }, { automatic: false }, null],
    ["a category stops none that has begun", { name: "auto_heal_off_perf" }, {}, null],
  ])("%s", (_why, held, attempt, state) => {
    const { attempts } = heldUpBy({ ...KILL, ...held }, [{ ...ATTEMPT, ...attempt }], [], 10);
    expect(attempts.map((item) => item.state)).toEqual(state === null ? [] : [state]);
  });
});

test.each<[Partial<HoldingSwitch>, boolean]>([
  [{}, true],
  [{ name: "safe_mode" }, true],
  [{ name: "auto_heal_off_perf" }, true],
  [{ name: "auto_heal_off_data" }, false],
  [{ scope: "tenant", tenantId: "t2" }, false],
])("a slow plugin's incident under %j -> held %s", (held, isHeld) => {
  expect(heldUpBy({ ...KILL, ...held }, [], [INCIDENT], 10).incidents).toHaveLength(isHeld ? 1 : 0);
});

test("more than is listed is said", () => {
  const attempts = Array.from({ length: 3 }, (_, index) => ({ ...ATTEMPT, id: `a${index}` }));
  expect(heldUpBy(KILL, attempts, [], 2)).toMatchObject({ attempts: [{ id: "a0" }, { id: "a1" }], more: true });
  expect(heldUpBy(KILL, attempts, [], 3)).toMatchObject({ more: false });
});
