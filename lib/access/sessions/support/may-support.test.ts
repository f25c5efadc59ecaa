import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { permissionsOf } from "@/lib/access/roles";
import { type Actor, ROLES, type Role } from "@/lib/access/types";
import { type SupportTarget, whyNotSupport } from "./may-support";

const A = "00000000-0000-7000-8000-00000000000a";
const B = "00000000-0000-7000-8000-00000000000b";

const helper = (roles: readonly Role[], tenants: readonly string[] = ["*"], given: Partial<Actor> = {}): Actor => ({
  kind: "person",
  id: "person:helper@center.test",
  email: "helper@center.test",
  roles,
  tenants: tenants.includes("*") ? { kind: "all", purpose: "operate" } : { kind: "set", ids: tenants },
  sessionId: "00000000-0000-7000-8000-0000000000ff",
  ...given,
});
const person = (roles: readonly Role[], tenants: readonly string[] = [A], given = {}): SupportTarget => ({
  kind: "person",
  email: "target@shop.test",
  isDisabled: false,
  roles,
  tenants,
  ...given,
});
const merchant = (tenantId: string, isDisabled = false): SupportTarget => ({ kind: "tenant", tenantId, isDisabled });

describe("whose view somebody may see", () => {
  test.each([
    ["an operator a viewer's", helper(["operator"]), person(["viewer"]), true],
    ["an operator another operator's", helper(["operator"]), person(["operator"]), true],
    ["an operator an approver's, who may do more", helper(["operator"]), person(["approver"]), false],
    ["an operator a merchant's administrator's, who sees people", helper(["operator"]), person(["tenant_admin"]), false],
    ["a security_admin that administrator's, whom they could appoint", helper(["security_admin"]), person(["tenant_admin"]), true],
    ["a security_admin an approver's of all merchants", helper(["security_admin"]), person(["pay_admin"], ["*"]), true],
    ["nobody a security_admin's", helper(["security_admin"]), person(["security_admin"]), false],
    ["nobody an auditor's", helper(["security_admin", "auditor"]), person(["auditor"]), false],
    ["of two roles one unseen", helper(["security_admin"]), person(["viewer", "auditor"]), false],
    ["a viewer nobody's", helper(["viewer"]), person(["viewer"]), false],
    ["an approver nobody's", helper(["approver"]), person(["viewer"]), false],
    ["whoever acts for one merchant theirs", helper(["operator"], [A]), person(["viewer"], [A]), true],
    ["and not another's", helper(["operator"], [A]), person(["viewer"], [B]), false],
    ["nor of somebody who sees both", helper(["operator"], [A]), person(["viewer"], [A, B]), false],
    ["nor of somebody who sees all", helper(["operator"], [A]), person(["viewer"], ["*"]), false],
    ["of somebody disabled", helper(["operator"]), person(["viewer"], [A], { isDisabled: true }), false],
    ["of somebody without roles", helper(["operator"]), person([]), false],
    ["one's own", helper(["operator"]), person(["viewer"], [A], { email: "helper@center.test" }), false],
    ["a merchant's", helper(["operator"]), merchant(A), true],
    ["another merchant's", helper(["operator"], [B]), merchant(A), false],
    ["a disabled merchant's", helper(["operator"]), merchant(A, true), false],
    ["by a token", helper(["operator"], ["*"], { sessionId: undefined }), merchant(A), false],
    ["by a machine", helper([], ["*"], { kind: "system" }), merchant(A), false],
  ])("%s", (_what, who, target, isAllowed) => {
    expect(whyNotSupport(who, target) === null).toBe(isAllowed);
  });

  test("never within support mode", () => {
    const self = helper(["operator"]);
    const target = { kind: "tenant", id: A, name: "A" } as const;
    const supporting = { id: A, self, target, onBehalfOf: `tenant:${A}`, endsAt: new Date(0), over: null };
    expect(whyNotSupport({ ...self, supporting }, merchant(A))).toMatch(/already/);
  });

  test("whoever hands out no rights never sees somebody who may do what they may not", () => {
    const someRoles = fc.uniqueArray(fc.constantFrom(...ROLES));
    fc.assert(
      fc.property(someRoles, someRoles, (own, theirs) => {
        const giver = own.some((role) => role === "security_admin" || role === "tenant_admin");
        if (giver || whyNotSupport(helper(own), person(theirs)) !== null) return;
        const mine = permissionsOf(own);
        for (const permission of permissionsOf(theirs)) expect(mine).toContain(permission);
      }),
    );
  });
});
