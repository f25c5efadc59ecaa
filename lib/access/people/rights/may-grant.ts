import type { Actor, Role } from "../../types";

/** What a tenant's own administrator hands out; the rest is for a security_admin. */
const TENANT_ROLES: ReadonlySet<Role> = new Set(["viewer", "operator", "approver", "pay_admin", "tenant_admin"]);

/** Whether a tenant's own administrator could have given all these roles. */
export function areTenantRoles(roles: readonly Role[]): boolean {
  return roles.every((role) => TENANT_ROLES.has(role));
}

/** Whether these tenants (ids, or ["*"]) all lie within what an actor may touch; nobody's are no one's but the platform's. */
export function coversTenants(actor: Pick<Actor, "tenants">, tenants: readonly string[]): boolean {
  if (actor.tenants.kind === "all") return true;
  const { ids } = actor.tenants;
  return tenants.length > 0 && tenants.every((id) => ids.includes(id));
}

/**
 * Whether an actor may hand out these roles in these tenants. The same answers whose record it may change: nobody changes
 * a record that holds more than they could have given, a password included.
 */
export function mayGrant(actor: Actor, roles: readonly Role[], tenants: readonly string[]): boolean {
  if (!coversTenants(actor, tenants)) return false;
  if (actor.kind === "system" || actor.roles.includes("security_admin")) return true;
  return actor.roles.includes("tenant_admin") && areTenantRoles(roles);
}
