import { refuse } from "@/lib/kernel/refusal";
import type { Actor } from "../types";

/**
 * Four eyes count people, and people are told apart by their addresses. An address that only a tenant's own administrator wrote down may
 * be anybody's, that administrator's too, until the identity provider or somebody acting for the platform says whose it is.
 *
 * @throws Refusal forbidden with ERR_SECOND_PERSON
 */
export function requireVouchedFor(actor: Actor): void {
  if (actor.isVouchedFor !== false) return;
  refuse(
    "forbidden",
    "Nobody has verified that this address is yours: sign in by the identity provider, or let a security_admin confirm your record",
    {
      code: "ERR_SECOND_PERSON",
    },
  );
}
