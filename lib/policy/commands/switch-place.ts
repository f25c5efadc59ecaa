import { and, eq, isNull } from "drizzle-orm";
import { moduleServices } from "@/db/schema/modules/modules";
import { opsPolicy, safetySwitches } from "@/db/schema/safety";
import { modules, plugins, tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import type { CommandContext } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import type { SwitchName, SwitchScope } from "../effective-switches";

/** Where a switch lies. */
export interface SwitchPlace {
  readonly tenantId: string;
  readonly scope: SwitchScope;
  /** The module or plugin, for these scopes. */
  readonly targetId: string | null;
}

/** A switch that is on: since when and by whom. */
export interface ThrownSwitch {
  readonly at: Date;
  readonly by: string;
}

/** A place as events and the audit name it: `global`, `tenant:<id>`, `module:<id>`, `plugin:<id>`. */
export function placeName({ scope, tenantId, targetId }: SwitchPlace): string {
  return scope === "global" ? "global" : `${scope}:${targetId ?? tenantId}`;
}

/** The global kill switch is the policy's own row, so that the runbook's SQL and everything else throw one and the same. */
export function isGlobalKill(place: Pick<SwitchPlace, "scope">, name: string): boolean {
  return place.scope === "global" && name === "kill_switch";
}

/** Finds the place that a caller names. @throws Refusal not-found when it is outside the transaction's tenants */
export async function placeOf(
  tx: WriterTx,
  { scope, tenantId, targetId }: { scope: SwitchScope; tenantId?: string | null | undefined; targetId?: string | null | undefined },
): Promise<SwitchPlace> {
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
  const found = target ?? (scope === "module" ? await serviceAt(tx, targetId) : null);
  if (!found || (tenantId && tenantId !== found.tenantId)) refuse("not-found", `No such ${scope}`);
  return { tenantId: found.tenantId, scope, targetId: found.id };
}

/** The service behind a module: a switch at it holds that module for every tenant. */
async function serviceAt(tx: WriterTx, id: string | null | undefined): Promise<{ id: string; tenantId: string } | null> {
  const place = { id: moduleServices.id, tenantId: moduleServices.tenantId };
  const [service] = await tx
    .select(place)
    .from(moduleServices)
    .where(eq(moduleServices.id, id ?? ""));
  return service ?? null;
}

/** The policy's row, locked: whoever throws a switch and whoever is about to heal meet here. @throws Refusal unavailable */
export async function lockPolicy(tx: WriterTx): Promise<typeof opsPolicy.$inferSelect> {
  const [policy] = await tx.select().from(opsPolicy).where(eq(opsPolicy.id, 1)).for("update");
  return policy ?? refuse("unavailable", "The policy could not be read", { code: "ERR_SWITCHES_UNKNOWN" });
}

function rowAt(place: SwitchPlace, name: string) {
  const isTarget = place.targetId === null ? isNull(safetySwitches.targetId) : eq(safetySwitches.targetId, place.targetId);
  return and(eq(safetySwitches.tenantId, place.tenantId), eq(safetySwitches.scope, place.scope), isTarget, eq(safetySwitches.name, name));
}

/** The switch at its place, locked; null when it is off. The caller holds the policy. */
export async function thrownAt(
  tx: WriterTx,
  place: SwitchPlace,
  name: string,
  policy: typeof opsPolicy.$inferSelect,
): Promise<ThrownSwitch | null> {
  if (isGlobalKill(place, name)) return policy.autopatchEnabled ? null : { at: policy.updatedAt, by: policy.updatedBy };
  const [row] = await tx.select().from(safetySwitches).where(rowAt(place, name)).for("update");
  return row?.isOn ? { at: row.setAt, by: row.setBy } : null;
}

/** Sets one switch at its place. The caller holds the policy and has been judged. */
export async function setSwitch(
  tx: WriterTx,
  place: SwitchPlace,
  to: { readonly name: SwitchName; readonly isOn: boolean; readonly reason: string },
  { actor, now, newId }: CommandContext,
): Promise<void> {
  if (isGlobalKill(place, to.name)) {
    const [policy] = await tx.select({ version: opsPolicy.version }).from(opsPolicy).where(eq(opsPolicy.id, 1));
    const stamp = { version: (policy?.version ?? 0) + 1, updatedAt: now, updatedBy: actor.id };
    await tx
      .update(opsPolicy)
      .set({ autopatchEnabled: !to.isOn, killReason: to.isOn ? to.reason : null, ...stamp })
      .where(eq(opsPolicy.id, 1));
    return;
  }
  const set = { isOn: to.isOn, reason: to.reason, setBy: actor.id, setAt: now };
  await tx
    .insert(safetySwitches)
    .values({ ...place, id: newId(), name: to.name, ...set })
    .onConflictDoUpdate({ target: [safetySwitches.tenantId, safetySwitches.scope, safetySwitches.targetId, safetySwitches.name], set });
}
