import { z } from "zod";
import type { opsPolicy } from "@/db/schema/safety";
import type { WriterTx } from "@/db/writer";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import type { Change, CommandContext } from "@/lib/gateway/types";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { SWITCH_NAMES, SWITCH_SCOPES } from "../effective-switches";
import { type AskedLoosening, askLoosening, voidLoosenings } from "./ask-loosening";
import { isGlobalKill, lockPolicy, placeName, placeOf, type SwitchPlace, setSwitch, thrownAt } from "./switch-place";

const input = z
  .strictObject({
    name: z.enum(SWITCH_NAMES),
    scope: z.enum(SWITCH_SCOPES),
    /** The tenant, for scope tenant; where the target belongs, for module and plugin, may be left out. */
    tenantId: z.uuid().toLowerCase().nullish(),
    /** The module or plugin, for these scopes. */
    targetId: z.uuid().toLowerCase().nullish(),
    on: z.boolean(),
    reason: z.string().trim().min(1).max(LIMITS.reasonCharacters),
  })
  .refine(({ scope, tenantId }) => scope !== "tenant" || tenantId, { path: ["tenantId"], message: "names the tenant" })
  .refine(({ scope, targetId }) => (scope === "module" || scope === "plugin") === Boolean(targetId), {
    path: ["targetId"],
    message: "names the module or plugin, for these scopes only",
  })
  .refine(({ scope, tenantId }) => scope !== "global" || !tenantId, { path: ["tenantId"], message: "a global switch has no tenant" });
type Throw = z.output<typeof input>;

/** A switch as it stands after it was thrown. */
interface ThrownItem {
  readonly name: string;
  readonly scope: string;
  readonly tenant_id: string | null;
  readonly target_id: string | null;
  readonly on: true;
  readonly set_by: string;
  readonly set_at: string;
  readonly reason: string;
}
type Answer = { readonly [Key in keyof ThrownItem]: ThrownItem[Key] } | { readonly [Key in keyof AskedLoosening]: AskedLoosening[Key] };

interface Found {
  readonly place: SwitchPlace;
  readonly policy: typeof opsPolicy.$inferSelect;
}

async function turnOn(tx: WriterTx, { place, policy }: Found, given: Throw, context: CommandContext): Promise<Change<Answer>> {
  const { name, reason } = given;
  const before = await thrownAt(tx, place, name, policy);
  // Thrown twice, the global kill switch stays the same policy; a narrower one says who threw it last.
  if (!before || !isGlobalKill(place, name)) await setSwitch(tx, place, { name, isOn: true, reason }, context);
  await voidLoosenings(tx, { ...place, name }, context);
  const where = placeName(place);
  const tenantId = place.scope === "global" ? null : place.tenantId;
  const payload = { switch: name, scope: where, on: true, actor: context.actor.id, reason };
  return {
    subject: `switch:${name}@${where}`,
    tenantId,
    before: { on: before !== null },
    after: { on: true },
    reason,
    events: before ? [] : [{ name: "switch.changed", payload }],
    result: {
      name,
      scope: place.scope,
      tenant_id: tenantId,
      target_id: place.targetId,
      on: true,
      set_by: context.actor.id,
      set_at: context.now.toISOString(),
      reason,
    },
  };
}

async function askOff(tx: WriterTx, { place, policy }: Found, { name, reason }: Throw, context: CommandContext): Promise<Change<Answer>> {
  const thrown = await thrownAt(tx, place, name, policy);
  if (!thrown) refuse("conflict", `The switch ${name} is off here already`);
  const where = placeName(place);
  const tenantId = place.scope === "global" ? null : place.tenantId;
  const document = {
    do: "switch_off" as const,
    switch: name,
    scope: place.scope,
    tenant_id: tenantId,
    target_id: place.targetId,
    thrown_at: thrown.at.toISOString(),
    thrown_by: thrown.by,
    policy_version: policy.version,
  };
  const result = await askLoosening(tx, { tenantId: place.tenantId, reason, document }, context);
  return {
    subject: `switch:${name}@${where}`,
    tenantId,
    before: { on: true },
    after: { on: true, asked: result },
    reason,
    events: [{ name: "switch.asked", payload: { switch: name, scope: where, actor: context.actor.id, requestId: result.request_id } }],
    result: { ...result },
  };
}

/**
 * Somebody throws a safety switch: one person and a reason are enough, and no new command of that reach is issued from this
 * commit on. Turning one off changes nothing yet: it becomes a request that a second person has to agree to.
 */
export const throwSwitch = defineCommand({
  name: "switch.throw",
  permission: "switch:safer",
  input,

  async apply(tx, given, context): Promise<Change<Answer>> {
    const place = await placeOf(tx, given);
    if (given.scope === "global") requireAllTenants(context.actor, "Global switches");
    const found = { place, policy: await lockPolicy(tx) };
    return given.on ? turnOn(tx, found, given, context) : askOff(tx, found, given, context);
  },
});
