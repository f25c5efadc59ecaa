import { expect, test } from "vitest";
import { rightsGrow } from "./rights-grow";

const held = (roles: string[], tenants: string[], isDisabled = false) => ({ roles, tenants, isDisabled });

test.each([
  [held(["viewer"], ["a"]), held(["operator"], ["a"]), true, "a role more"],
  [held(["viewer"], ["a"]), held(["viewer"], ["a", "b"]), true, "a tenant more"],
  [held(["viewer"], ["a"]), held(["viewer"], ["*"]), true, "all tenants"],
  [held([], []), held(["viewer"], []), true, "a first role"],
  [held(["viewer"], ["a"], true), held(["viewer"], ["a"]), true, "enabled again"],
  [held(["operator", "approver"], ["a"]), held(["pay_admin"], ["a"]), false, "the same by another name"],
  [held(["pay_admin"], ["*"]), held(["viewer"], ["a"]), false, "less of both"],
  [held(["operator"], ["a"]), held(["operator"], ["a"], true), false, "disabled"],
  [held(["viewer"], ["a"]), held(["security_admin"], ["*"], true), false, "more on paper, and disabled"],
  [held(["viewer"], ["a"]), held(["viewer"], ["a"]), false, "nothing"],
])("%j -> %j: %s (%s)", (before, after, grows) => {
  expect(rightsGrow(before, after)).toBe(grows);
});
