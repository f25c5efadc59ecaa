import { impliedRoles, type Rights } from "@/lib/access/people/cut-rights";
import { coversTenants, mayGrant } from "@/lib/access/people/rights/may-grant";
import { may, permissionsOf } from "@/lib/access/roles";
import type { Actor, Role } from "@/lib/access/types";

/** Whose view somebody wants to see. */
export type SupportTarget =
  | { readonly kind: "tenant"; readonly tenantId: string; readonly isDisabled: boolean }
  | ({ readonly kind: "person"; readonly email: string; readonly isDisabled: boolean } & Rights);

/** With what rights a merchant's view is seen: those of somebody there who may look and nothing else. */
export const TENANT_VIEW: readonly Role[] = ["viewer"];

/** Whoever guards people, keys and the log is seen by nobody: their view is a power of its own. */
const UNSEEN: ReadonlySet<Role> = new Set(["security_admin", "auditor"]);

/**
 * Why somebody may not see a view in support mode, or null when they may. Asked when they enter, and again at each request: a power that
 * either of the two loses ends it.
 *
 * Nobody sees more than they could see or hand out themselves: every permission of the person is theirs too, or one that they could give.
 *
 * @param helper  whoever looks, with their own rights
 */
export function whyNotSupport(helper: Actor, target: SupportTarget): string | null {
  if (helper.kind !== "person" || helper.sessionId === undefined) return "Support mode belongs to a browser's session";
  if (helper.supporting) return "You are in support mode already: leave it first";
  if (!may(helper, "support:enter")) return "This needs operator";
  if (target.isDisabled) return "This record is disabled: nobody has this view";
  if (target.kind === "tenant") return coversTenants(helper, [target.tenantId]) ? null : "This merchant is not yours to see";
  if (target.email === helper.email) return "This is your own view";
  const roles = impliedRoles(target.roles);
  if (roles.length === 0 || target.tenants.length === 0) return "This person sees nothing";
  if (roles.some((role) => UNSEEN.has(role))) return "Nobody looks at the view of a security_admin or an auditor";
  if (!coversTenants(helper, target.tenants)) return "This person sees merchants that you do not";
  const own = permissionsOf(helper.roles);
  const isWithin = [...permissionsOf(roles)].every((permission) => own.has(permission));
  return isWithin || mayGrant(helper, roles, target.tenants) ? null : "This person may do more than you could see or give";
}
