import { and, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import { onCallOrders } from "@/db/schema/on-call";
import { people } from "@/db/schema/people";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { may } from "@/lib/access/roles";
import type { Role } from "@/lib/access/types";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { SEVERITIES } from "@/lib/kernel/severity";
import { LIMITS } from "@/lib/platform/limits";
import { AREAS } from "../paging/next-page";

/** Says whom incidents of an area and a severity wake, one after the other; an empty order wakes nobody. */
export const setOnCall = defineCommand({
  name: "on-call.set",
  permission: "policy:write",
  input: z.strictObject({
    area: z.enum(AREAS),
    severity: z.enum(SEVERITIES),
    people: z.array(z.uuid().toLowerCase()).max(LIMITS.peopleOnCall),
    ackMinutes: z.number().int().min(1).max(LIMITS.ackMinutesMost).default(10),
    repageMinutes: z.number().int().min(1).max(LIMITS.repageMinutesMost).default(30),
    reason: z.string().trim().min(LIMITS.orderReasonCharacters).max(LIMITS.reasonCharacters),
  }),

  async apply(tx, { area, severity, people: ids, ackMinutes, repageMinutes, reason }, { actor, now }) {
    requireAllTenants(actor, "The order on call");
    if (new Set(ids).size !== ids.length) {
      refuse("invalid", "Somebody stands there twice", { errors: [{ path: "people", message: "each person once" }] });
    }
    const known = ids.length === 0 ? [] : await tx.select().from(people).where(inArray(people.id, ids));
    const unfit = ids.filter((id) => {
      const person = known.find((one) => one.id === id);
      return !person || person.isDisabled || !may({ kind: "person", roles: person.roles as Role[] }, "incident:write");
    });
    if (unfit.length > 0) {
      refuse("invalid", "Somebody there cannot acknowledge an incident", { errors: [{ path: "people", message: unfit.join(", ") }] });
    }
    const key = { tenantId: PLATFORM_TENANT, area, severity };
    const sameOrder = and(eq(onCallOrders.tenantId, PLATFORM_TENANT), eq(onCallOrders.area, area), eq(onCallOrders.severity, severity));
    const [before] = await tx.select().from(onCallOrders).where(sameOrder).for("update");
    const set = { people: ids, ackMinutes, repageMinutes, updatedAt: now, updatedBy: actor.id };
    await tx
      .insert(onCallOrders)
      .values({ ...key, ...set })
      .onConflictDoUpdate({ target: [onCallOrders.tenantId, onCallOrders.area, onCallOrders.severity], set });
    const after = { area, severity, people: ids, ack_minutes: ackMinutes, repage_minutes: repageMinutes };
    const was = before && { people: before.people, ack_minutes: before.ackMinutes, repage_minutes: before.repageMinutes };
    return {
      subject: `on-call:${area}:${severity}`,
      tenantId: null,
      before: was ?? null,
      after,
      reason,
      events: [{ name: "oncall.changed", payload: { oncallId: `${area}:${severity}` } }],
      result: after,
    };
  },
});
