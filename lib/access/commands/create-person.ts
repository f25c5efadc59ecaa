import { z } from "zod";
import { people } from "@/db/schema/people";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { mayGrant } from "../people/may-grant";
import { personFields } from "../people/person-fields";
import { personItem } from "../people/person-item";
import { requireTenants } from "../people/require-tenants";

/** Somebody gets a record: who they are, what they may do and where. A password is set apart (person.set-password). */
export const createPerson = defineCommand({
  name: "person.create",
  permission: "people:write",
  input: z.strictObject({ ...personFields, roles: personFields.roles.default([]), tenants: personFields.tenants.default([]) }),

  async apply(tx, { email, name, roles, tenants }, { actor, now, newId }) {
    if (!mayGrant(actor, roles, tenants)) refuse("forbidden", "These roles or tenants are not yours to give: needs security_admin");
    await requireTenants(tx, tenants);
    const times = { sessionsValidFrom: now, createdAt: now, updatedAt: now };
    const inserted = await tx
      .insert(people)
      .values({ id: newId(), email, name, roles, tenants: [...tenants], ...times })
      .onConflictDoNothing({ target: people.email })
      .returning();
    const row = inserted[0] ?? refuse("conflict", "There is a person of that e-mail address already");
    const result = personItem(row);
    return { subject: `person:${row.id}`, tenantId: null, before: null, after: result, result };
  },
});
