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
  if (actor.tenants.kind === "all" && (actor.kind === "system" || actor.roles.includes("security_admin"))) return;
  const who =
    idpSubject !== null
      ? "The identity provider vouches for this person"
      : bindsEverywhere
        ? "The platform stands behind this record"
        : null;
  if (who !== null) refuse("forbidden", `${who}: a link needs security_admin of all tenants`);
}
