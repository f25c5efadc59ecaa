import fc from "fast-check";
import { expect, test } from "vitest";
import { ROLE_PERMISSIONS } from "../roles";
import { ROLES, type Role } from "../types";
import { bindsClaims, cutRights, impliedRoles } from "./cut-rights";

const A = "00000000-0000-7000-8000-00000000000a";
const B = "00000000-0000-7000-8000-00000000000b";

test.each([
  {
    claimed: [["pay_admin"], ["*"]],
    recorded: null,
    roles: ["viewer", "operator", "approver", "pay_admin"],
    tenants: ["*"],
    why: "no record: the claims stand",
  },
  {
    claimed: [["pay_admin"], ["*"]],
    recorded: [["operator"], [A]],
    roles: ["viewer", "operator"],
    tenants: [A],
    why: "the record cuts both",
  },
  { claimed: [["viewer"], [A]], recorded: [["pay_admin"], ["*"]], roles: ["viewer"], tenants: [A], why: "the record adds nothing" },
  {
    claimed: [["operator", "approver"], [A]],
    recorded: [["pay_admin"], [A]],
    roles: ["viewer", "operator", "approver", "pay_admin"],
    tenants: [A],
    why: "two names of one right",
  },
  { claimed: [["operator"], [A, B]], recorded: [["operator"], [B]], roles: ["viewer", "operator"], tenants: [B], why: "tenants in both" },
  { claimed: [["auditor"], ["*"]], recorded: [["viewer"], ["*"]], roles: [], tenants: ["*"], why: "an auditor is no viewer" },
  { claimed: [["root"], ["*"]], recorded: [["root"], ["*"]], roles: [], tenants: ["*"], why: "an unknown role grants nothing" },
] as const)("$why", ({ claimed, recorded, roles, tenants }) => {
  const side = ([names, ids]: readonly [readonly string[], readonly string[]]) => ({ roles: names, tenants: ids });
  expect(cutRights(side(claimed), recorded && side(recorded))).toEqual({ roles, tenants });
});

test.each([
  { record: [["viewer"], [A]], everywhere: false, claimed: [["operator"], [A]], binds: true, why: "its own people" },
  { record: [["viewer"], [A]], everywhere: false, claimed: [["operator"], []], binds: true, why: "nobody's people" },
  { record: [["viewer"], [A]], everywhere: false, claimed: [["operator"], ["*"]], binds: false, why: "the platform's people" },
  { record: [["viewer"], [A]], everywhere: false, claimed: [["operator"], [A, B]], binds: false, why: "somebody of another tenant too" },
  { record: [["viewer"], [A]], everywhere: false, claimed: [["auditor"], [A]], binds: false, why: "a role it could not have given" },
  {
    record: [["viewer"], [A]],
    everywhere: false,
    claimed: [["viewer", "security_admin"], [A]],
    binds: false,
    why: "one such role is enough",
  },
  {
    record: [["viewer"], [A]],
    everywhere: true,
    claimed: [["auditor"], ["*"]],
    binds: true,
    why: "somebody of all tenants stands behind it",
  },
] as const)("a record binds $claimed: $binds ($why)", ({ record, everywhere, claimed, binds }) => {
  const rights = ([roles, tenants]: readonly [readonly Role[], readonly string[]]) => ({ roles, tenants });
  expect(bindsClaims({ ...rights(record), bindsEverywhere: everywhere }, rights(claimed))).toBe(binds);
});

const roleLists = fc.uniqueArray(fc.constantFrom(...ROLES));
const tenantLists = fc.oneof(fc.constant(["*"]), fc.uniqueArray(fc.constantFrom(A, B)));
const sides = fc.record({ roles: roleLists, tenants: tenantLists });
const permissionsOf = (roles: readonly Role[]) => new Set(roles.flatMap((role) => ROLE_PERMISSIONS[role]));
const within = (tenants: readonly string[], outer: readonly string[]) => outer.includes("*") || tenants.every((id) => outer.includes(id));

test("a role's implied roles grant nothing beyond the role itself", () => {
  for (const role of ROLES) expect(permissionsOf(impliedRoles([role]))).toEqual(permissionsOf([role]));
});

test("what is left is never more than either side grants", () => {
  fc.assert(
    fc.property(sides, sides, (claimed, recorded) => {
      const cut = cutRights(claimed, recorded);
      for (const side of [claimed, recorded]) {
        const allowed = permissionsOf(side.roles);
        for (const permission of permissionsOf(cut.roles)) expect(allowed).toContain(permission);
        expect(within(cut.tenants, side.tenants)).toBe(true);
      }
    }),
  );
});
