import { impliedRoles, type Rights } from "./cut-rights";

type Held = Pick<Rights, "tenants"> & { readonly roles: readonly string[]; readonly isDisabled: boolean };

/** Whether somebody could do more after a change than before it: another role, another tenant, or anything at all again. */
export function rightsGrow(before: Held, after: Held): boolean {
  if (after.isDisabled) return false;
  const roles = impliedRoles(before.roles);
  const isNew = (id: string) => !before.tenants.includes("*") && !before.tenants.includes(id);
  return before.isDisabled || impliedRoles(after.roles).some((role) => !roles.includes(role)) || after.tenants.some(isNew);
}
