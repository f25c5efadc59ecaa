import { describe, expect, test } from "vitest";
import { may, missingRole, ROLE_PERMISSIONS } from "./roles";
import { type Permission, ROLES, type Role } from "./types";

/** The specification: one column a role, in the order of ROLES without pay_admin. */
const TABLE: readonly [Permission, string][] = [
  //                    viewer operator approver security auditor tenant_admin
  ["session:open", /* */ "yes    yes      yes      yes      yes     yes"],
  ["incident:read", /**/ "yes    yes      yes      yes      no      yes"],
  ["incident:write", /* */ "no     yes      no       no       no      no"],
  ["plan:approve", /* */ "no     no       yes      no       no      no"],
  ["policy:write", /* */ "no     no       yes      yes      no      no"],
  ["switch:safer", /* */ "no     yes      yes      yes      no      no"],
  ["switch:looser", /**/ "no     no       no       yes      no      no"],
  ["plugin:write", /* */ "no     yes      no       yes      no      yes"],
  ["tenant:write", /* */ "no     yes      no       no       no      no"],
  ["people:write", /* */ "no     no       no       yes      no      yes"],
  ["release:write", /**/ "no     yes      no       no       no      no"],
  ["rule:write", /*   */ "no     yes      no       no       no      no"],
  ["audit:read", /*   */ "no     no       no       no       yes     no"],
  ["webhook:write", /**/ "no     yes      no       no       no      yes"],
  ["agent", /*        */ "no     no       no       no       no      no"],
  ["module", /*       */ "no     no       no       no       no      no"],
  ["system", /*       */ "no     no       no       no       no      no"],
];
const COLUMNS: readonly Role[] = ["viewer", "operator", "approver", "security_admin", "auditor", "tenant_admin"];
const person = (...roles: Role[]) => ({ kind: "person", roles }) as const;

describe("a person", () => {
  const cells = TABLE.flatMap(([permission, row]) =>
    row.split(/\s+/).map((cell, column) => [COLUMNS[column]!, permission, cell === "yes"] as const),
  );

  test.each(cells)("as %s may %s: %s", (role, permission, isAllowed) => {
    expect(may(person(role), permission)).toBe(isAllowed);
  });

  test("pay_admin is operator and approver, no more and no less", () => {
    for (const [permission] of TABLE) {
      expect([permission, may(person("pay_admin"), permission)]).toEqual([permission, may(person("operator", "approver"), permission)]);
    }
  });

  test("several roles add up, none gives nothing", () => {
    expect(may(person("viewer", "auditor"), "audit:read")).toBe(true);
    expect(TABLE.some(([permission]) => may(person(), permission))).toBe(false);
  });
});

test.each(TABLE)("a plugin may %s only as an agent", (permission) => {
  expect(may({ kind: "plugin", roles: [...ROLES] }, permission)).toBe(permission === "agent");
});

test.each(TABLE)("a module of the platform may %s only as one", (permission) => {
  expect(may({ kind: "module", roles: [...ROLES] }, permission)).toBe(permission === "module");
});

test.each(TABLE)("a part of Center may %s unless it takes a person or an agent", (permission) => {
  expect(may({ kind: "system", roles: [] }, permission)).toBe(!["agent", "module", "plan:approve", "switch:looser"].includes(permission));
});

test("every role is in the table, and the role a 403 names would have sufficed", () => {
  expect(Object.keys(ROLE_PERMISSIONS).sort()).toEqual([...ROLES].sort());
  for (const [permission] of TABLE) {
    const named = missingRole(permission);
    if (named === "plugin" || named === "module" || named === "system") expect(["agent", "module", "system"]).toContain(permission);
    else expect(may(person(named), permission)).toBe(true);
  }
});
