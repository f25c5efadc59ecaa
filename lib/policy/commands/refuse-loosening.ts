import { may, missingRole } from "@/lib/access/roles";
import type { Actor } from "@/lib/access/types";
import { refuse } from "@/lib/kernel/refusal";

/** Away from safety nobody goes alone. @throws Refusal forbidden, always: for want of the role, or of the second person */
export function refuseLoosening(actor: Actor, what: string): never {
  if (!may(actor, "switch:looser")) refuse("forbidden", `${what} is turned off by ${missingRole("switch:looser")} only, and by two people`);
  return refuse("forbidden", `${what} is turned off by two people: a second person (${missingRole("switch:looser")}) has to agree`, {
    code: "ERR_SECOND_PERSON",
  });
}
