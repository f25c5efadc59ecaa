import { ROLES, type Role } from "../types";
import { areTenantRoles } from "./rights/may-grant";

/** What somebody may do, and where: tenant ids, or exactly ["*"]. */
export interface Rights {
  readonly roles: readonly Role[];
  readonly tenants: readonly string[];
}

/** What holding a role implies (protocol.md, People), so that two lists of roles can be compared. */
const IMPLIES: Readonly<Record<Role, readonly Role[]>> = {
  viewer: ["viewer"],
  operator: ["viewer", "operator"],
  approver: ["viewer", "approver"],
  security_admin: ["viewer", "security_admin"],
  auditor: ["auditor"],
  tenant_admin: ["viewer", "tenant_admin"],
  pay_admin: ["viewer", "operator", "approver", "pay_admin"],
};

/** All roles that a list of roles amounts to, in the order of ROLES; names that are no roles grant nothing. */
export function impliedRoles(roles: readonly string[]): Role[] {
  const all = new Set<Role>(ROLES.filter((role) => roles.includes(role)).flatMap((role) => IMPLIES[role]));
  if (all.has("operator") && all.has("approver")) all.add("pay_admin");
  return ROLES.filter((role) => all.has(role));
}

function cutTenants(claimed: readonly string[], recorded: readonly string[]): string[] {
  if (claimed.includes("*")) return [...recorded];
  const ids = claimed.map((id) => id.toLowerCase());
  return recorded.includes("*") ? ids : ids.filter((id) => recorded.includes(id));
}

/**
 * Whether a record may take anything from a token. One that only a tenant's own administrator stands behind binds what that
 * administrator could have given: else a merchant would strip the platform's people by making records of them.
 */
export function bindsClaims(record: Rights & { readonly bindsEverywhere: boolean }, claimed: Rights): boolean {
  if (record.bindsEverywhere) return true;
  return areTenantRoles(claimed.roles) && claimed.tenants.every((id) => record.tenants.includes(id.toLowerCase()));
}

/**
 * What a token's claims amount to once the person's own record has cut them: never more than either says.
 *
 * @param recorded  null when Center has no record of the person: then the claims stand as they are
 */
export function cutRights(claimed: { roles: readonly string[]; tenants: readonly string[] }, recorded: typeof claimed | null): Rights {
  const roles = impliedRoles(claimed.roles);
  if (!recorded) return { roles, tenants: claimed.tenants.map((id) => id.toLowerCase()) };
  const allowed = impliedRoles(recorded.roles);
  return { roles: roles.filter((role) => allowed.includes(role)), tenants: cutTenants(claimed.tenants, recorded.tenants) };
}
