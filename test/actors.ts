import { scopeFor } from "@/lib/access/system-actor";
import type { Actor, Role } from "@/lib/access/types";

/** A person as authentication would answer them: of all tenants, or of these. */
export function personActor(roles: readonly Role[] = ["pay_admin"], tenantIds?: readonly string[], email = "ops@center.test"): Actor {
  const tenants = tenantIds ? ({ kind: "set", ids: tenantIds } as const) : scopeFor("operate");
  return { kind: "person", id: `person:${email}`, email, roles, tenants };
}

/** The same person by a token that says that they have just entered a second factor. */
export function steppedUp(actor: Actor): Actor {
  return {
    ...actor,
    proof: {
      get authTime() {
        return new Date();
      },
      amr: ["otp"],
    },
  };
}
