import type { people } from "@/db/schema/people";
import { refuse } from "@/lib/kernel/refusal";
import type { Actor } from "../types";

type Linked = Pick<typeof people.$inferSelect, "bindsEverywhere" | "idpSubject" | "isDisabled">;

/**
 * A link is a way to sign in as somebody, and whoever is shown it could take it. So a tenant's administrator makes one only for a
 * record that nobody but its tenant stands behind, of somebody whom no identity provider has ever vouched for.
 *
 * @throws Refusal forbidden; conflict for a disabled person
 */
export function requireMayLink({ bindsEverywhere, idpSubject, isDisabled }: Linked, actor: Actor): void {
  if (isDisabled) refuse("conflict", "A disabled person gets no link");
  if (actor.tenants.kind === "all") return;
  if (idpSubject !== null)
    refuse("forbidden", "This person signs in by the identity provider: only a security_admin of all tenants sends a link");
  if (bindsEverywhere) refuse("forbidden", "The platform stands behind this record: only a security_admin of all tenants sends a link");
}
