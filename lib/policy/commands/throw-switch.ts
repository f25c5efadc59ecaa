import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { opsPolicy, safetySwitches } from "@/db/schema/safety";
import { modules, plugins, tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import type { CommandContext } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { SWITCH_NAMES, SWITCH_SCOPES } from "../effective-switches";
import { refuseLoosening } from "./refuse-loosening";

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

interface Place {
  readonly tenantId: string;
  readonly scope: Throw["scope"];
  readonly targetId: string | null;
}

/** Where a switch lies. @throws Refusal not-found when that is outside the transaction's tenants */
async function placeOf(tx: WriterTx, { scope, tenantId, targetId }: Throw): Promise<Place> {
  if (scope === "global") return { tenantId: PLATFORM_TENANT, scope, targetId: null };
  if (scope === "tenant") {
    const [tenant] = await tx
      .select({ id: tenants.id })
      .from(tenants)
      .where(eq(tenants.id, tenantId ?? ""));
    if (!tenant || tenant.id === PLATFORM_TENANT) refuse("not-found", "No such tenant");
    return { tenantId: tenant.id, scope, targetId: null };
  }
  const table = scope === "plugin" ? plugins : modules;
  const [target] = await tx
    .select({ id: table.id, tenantId: table.tenantId })
    .from(table)
    .where(eq(table.id, targetId ?? ""));
  if (!target || (tenantId && tenantId !== target.tenantId)) refuse("not-found", `No such ${scope}`);
  return { tenantId: target.tenantId, scope, targetId: target.id };
}

/** The global kill switch is the policy's own row, so that the runbook's SQL, this and the API are one and the same. */
async function killEverything(tx: WriterTx, { actor, now }: CommandContext): Promise<boolean> {
  const [before] = await tx.select().from(opsPolicy).where(eq(opsPolicy.id, 1)).for("update");
  if (!before) refuse("unavailable", "The policy could not be read", { code: "ERR_SWITCHES_UNKNOWN" });
  if (!before.autopatchEnabled) return true;
  const change = { autopatchEnabled: false, version: before.version + 1, updatedAt: now, updatedBy: actor.id };
  await tx.update(opsPolicy).set(change).where(eq(opsPolicy.id, 1));
  return false;
}

/** Turns one switch on at its place. @returns whether it was on before */
async function turnOn(tx: WriterTx, place: Place, { name, reason }: Throw, { actor, now, newId }: CommandContext): Promise<boolean> {
  const isTarget = place.targetId === null ? isNull(safetySwitches.targetId) : eq(safetySwitches.targetId, place.targetId);
  const isPlace = and(eq(safetySwitches.tenantId, place.tenantId), eq(safetySwitches.scope, place.scope), isTarget);
  const [before] = await tx
    .select()
    .from(safetySwitches)
    .where(and(isPlace, eq(safetySwitches.name, name)))
    .for("update");
  const set = { isOn: true, reason, setBy: actor.id, setAt: now };
  await tx
    .insert(safetySwitches)
    .values({ ...place, id: newId(), name, ...set })
    .onConflictDoUpdate({ target: [safetySwitches.tenantId, safetySwitches.scope, safetySwitches.targetId, safetySwitches.name], set });
  return before?.isOn ?? false;
}

/**
 * Somebody throws a safety switch: one person and a reason are enough, and no new command of that reach is issued from this
 * commit on. Turning one off takes two people.
 */
export const throwSwitch = defineCommand({
  name: "switch.throw",
  permission: "switch:safer",
  input,

  async apply(tx, given, context) {
    const place = await placeOf(tx, given);
    if (given.scope === "global") requireAllTenants(context.actor, "Global switches");
    if (!given.on) refuseLoosening(context.actor, `The switch ${given.name}`);

    const isGlobalKill = given.scope === "global" && given.name === "kill_switch";
    const wasOn = isGlobalKill ? await killEverything(tx, context) : await turnOn(tx, place, given, context);
    const where = place.scope === "global" ? "global" : `${place.scope}:${place.targetId ?? place.tenantId}`;
    const payload = { switch: given.name, scope: where, on: true, actor: context.actor.id, reason: given.reason };
    return {
      subject: `switch:${given.name}@${where}`,
      tenantId: place.scope === "global" ? null : place.tenantId,
      before: { on: wasOn },
      after: { on: true },
      reason: given.reason,
      events: wasOn ? [] : [{ name: "switch.changed", payload }],
      result: {
        name: given.name,
        scope: place.scope,
        tenant_id: place.scope === "global" ? null : place.tenantId,
        target_id: place.targetId,
        on: true,
        set_by: context.actor.id,
        set_at: context.now.toISOString(),
        reason: given.reason,
      },
    };
  },
});
