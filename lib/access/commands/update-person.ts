import { eq } from "drizzle-orm";
import { z } from "zod";
import { people } from "@/db/schema/people";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { endPassword } from "../credentials/end-password";
import { lockPerson } from "../people/lock-person";
import { personFields } from "../people/person-fields";
import { personItem } from "../people/person-item";
import { requireTenants } from "../people/require-tenants";
import { mayGrant } from "../people/rights/may-grant";
import { rightsGrow } from "../people/rights-grow";
import { grantDigest } from "../step-up/access-digests";
import { requireStepUp } from "../step-up/require-step-up";
import type { Role } from "../types";

const input = z
  .strictObject({
    personId: z.uuid(),
    name: personFields.name.optional(),
    roles: personFields.roles.optional(),
    tenants: personFields.tenants.optional(),
    /** True takes every power away within seconds and ends all sessions. */
    disabled: z.boolean().optional(),
    reason: z.string().max(LIMITS.reasonCharacters).optional(),
  })
  .refine(
    ({ name, roles, tenants, disabled }) => [name, roles, tenants, disabled].some((field) => field !== undefined),
    "nothing to change",
  );

/**
 * Somebody's roles, tenants or name change, or they are disabled: effective everywhere within LIMITS.powerCacheMs. Taking rights away is
 * one person's; giving more needs a second factor.
 */
export const updatePerson = defineCommand({
  name: "person.update",
  permission: "people:write",
  input,

  async apply(tx, { personId, name, roles, tenants, disabled, reason }, { actor, now }) {
    const before = await lockPerson(tx, personId, actor);
    const isRights = roles !== undefined || tenants !== undefined || disabled !== undefined;
    if (isRights && actor.email === before.email) refuse("forbidden", "Nobody changes their own rights");
    const nextRoles = roles ?? (before.roles as Role[]);
    const nextTenants = [...(tenants ?? before.tenants)];
    if (!mayGrant(actor, nextRoles, nextTenants)) refuse("forbidden", "These roles or tenants are not yours to give: needs security_admin");
    if (tenants) await requireTenants(tx, tenants);

    const isDisabled = disabled ?? before.isDisabled;
    // Whoever is enabled again signs in anew.
    const sessionsValidFrom = isDisabled && !before.isDisabled ? now : before.sessionsValidFrom;
    // Once the platform stands behind a record it does so for good: within its tenants all that is left is its tenants' own affair.
    const bindsEverywhere = before.bindsEverywhere || (isRights && actor.tenants.kind === "all");
    const rights = { roles: nextRoles, tenants: nextTenants, isDisabled, bindsEverywhere };
    if (actor.kind === "person" && rightsGrow(before, rights)) {
      await requireStepUp(tx, actor, grantDigest(before.email, nextRoles, nextTenants), now);
    }
    // Whoever asked to erase them asked of the record as it was.
    const asked = isDisabled === before.isDisabled ? {} : { eraseAskedBy: null, eraseAskedAt: null };
    const change = { name: name ?? before.name, ...rights, ...asked, sessionsValidFrom, updatedAt: now };
    await tx.update(people).set(change).where(eq(people.id, personId));
    // Whom the platform begins to stand behind chooses a password anew, by a link of its own people.
    if (bindsEverywhere && !before.bindsEverywhere) await endPassword(tx, personId, now);
    const result = personItem({ ...before, ...change }, now);
    return { subject: `person:${personId}`, tenantId: null, before: personItem(before, now), after: result, reason, result };
  },
});
