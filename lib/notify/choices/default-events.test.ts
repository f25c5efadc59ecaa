import { describe, expect, test } from "vitest";
import { MERCHANT_EVENTS, suggestedEvents, wantsMail } from "./default-events";

const merchant = { roles: ["tenant_admin"], tenants: ["t-1"], ownEvents: null };
const ops = { roles: ["operator"], tenants: ["*"], ownEvents: null };

describe("who is told by e-mail", () => {
  test.each([
    [
      "a merchant's administrator, of what touches their plugin",
      merchant,
      "incident.opened",
      { severity: "high", merchantEvents: null },
      true,
    ],
    ["and of a change that was undone", merchant, "attempt.rolled_back", { severity: null, merchantEvents: null }, true],
    ["but not of what is low", merchant, "incident.opened", { severity: "low", merchantEvents: null }, false],
    ["nor of approvals, which are not theirs", merchant, "incident.approval_needed", { severity: "high", merchantEvents: null }, false],
    [
      "nor of what their merchant left out",
      merchant,
      "incident.opened",
      { severity: "high", merchantEvents: ["incident.resolved"] },
      false,
    ],
    [
      "a merchant's viewer of nothing",
      { ...merchant, roles: ["viewer"] },
      "incident.opened",
      { severity: "high", merchantEvents: null },
      false,
    ],
    ["an operator, of what needs a person", ops, "incident.escalated", { severity: "high", merchantEvents: null }, true],
    ["and of what many merchants have at once", ops, "fleet.opened", { severity: "high", merchantEvents: null }, true],
    ["which is no merchant's matter", merchant, "fleet.opened", { severity: "high", merchantEvents: null }, false],
    ["an operator, of a version that was pulled", ops, "release.recalled", { severity: null, merchantEvents: null }, true],
    ["and of a rollout that waits for a person", ops, "rollout.waits_for_person", { severity: null, merchantEvents: null }, true],
    ["neither is a merchant's matter", merchant, "rollout.waits_for_person", { severity: null, merchantEvents: null }, false],
    ["and not of what heals by itself", ops, "incident.opened", { severity: "high", merchantEvents: null }, false],
    [
      "an approver, of what waits for them",
      { ...ops, roles: ["approver"] },
      "incident.approval_needed",
      { severity: "high", merchantEvents: null },
      true,
    ],
    [
      "a security administrator, of switches",
      { ...ops, roles: ["security_admin"] },
      "switch.changed",
      { severity: null, merchantEvents: null },
      true,
    ],
    ["an operator, of a module that needs a person", ops, "module-incident.escalated", { severity: "high", merchantEvents: null }, true],
    [
      "and of none that opens, since most end by themselves",
      ops,
      "module-incident.opened",
      { severity: "high", merchantEvents: null },
      false,
    ],
    ["a merchant of none, unless they chose it", merchant, "module-incident.opened", { severity: "high", merchantEvents: null }, false],
    [
      "and of those that they chose",
      merchant,
      "module-incident.opened",
      { severity: "high", merchantEvents: ["module-incident.opened"] },
      true,
    ],
    ["a merchant's choice is not for ops", ops, "incident.escalated", { severity: "high", merchantEvents: [] }, true],
    [
      "who chose for themselves, of that also when it is low",
      { ...ops, ownEvents: ["incident.opened"] },
      "incident.opened",
      { severity: "low", merchantEvents: null },
      true,
    ],
    [
      "and of nothing else",
      { ...ops, ownEvents: ["incident.opened"] },
      "incident.escalated",
      { severity: "high", merchantEvents: null },
      false,
    ],
    [
      "who wants nothing, of nothing",
      { ...merchant, ownEvents: [] },
      "incident.escalated",
      { severity: "critical", merchantEvents: null },
      false,
    ],
  ] as const)("%s", (_why, person, event, about, expected) => {
    expect(wantsMail(person, event, about)).toBe(expected);
  });

  test("somebody of several roles hears of each thing once", () => {
    expect(suggestedEvents({ roles: ["operator", "pay_admin"], tenants: ["*"] }, null)).toEqual([
      "incident.escalated",
      "module-incident.escalated",
      "attempt.rolled_back",
      "fleet.opened",
      "release.recalled",
      "rollout.waits_for_person",
      "incident.approval_needed",
    ]);
    expect(suggestedEvents(merchant, null)).toEqual(MERCHANT_EVENTS);
  });
});
