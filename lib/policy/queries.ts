import { asc, eq, inArray } from "drizzle-orm";
import { opsPolicy, safetySwitches } from "@/db/schema/safety";
import { plugins, tenants } from "@/db/schema/tenants";
import type { TenantScope } from "@/lib/access/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { effectiveSwitches, SWITCH_NAMES, SWITCH_SCOPES, type SwitchRow } from "./effective-switches";
import { type HeldUp, type HoldingSwitch, heldUpBy } from "./held/held-up";
import { readHeld } from "./held/queries-held";
import { readLoosenings } from "./loosening/queries-loosening";
import { policyItem } from "./policy-item";
import { policyOf } from "./policy-of";
import type { Policy } from "./types";

/** The global ceiling with its version, or null when the row is missing: then nothing is permitted. */
export async function readPolicy(
  tx: Pick<ReaderTx, "select">,
): Promise<{ policy: Policy; version: number; updatedAt: Date; updatedBy: string; killReason: string | null } | null> {
  const [row] = await tx.select().from(opsPolicy).where(eq(opsPolicy.id, 1));
  if (!row) return null;
  const { version, updatedAt, updatedBy, killReason } = row;
  return { policy: policyOf(row), version, updatedAt, updatedBy, killReason };
}

/** Stored switches that the transaction's scope may see; those of the platform hold for everybody and are always among them. */
async function readSwitches(tx: Pick<ReaderTx, "select">): Promise<(typeof safetySwitches.$inferSelect)[]> {
  return tx.select().from(safetySwitches).orderBy(asc(safetySwitches.setAt), asc(safetySwitches.id));
}

/** The policy as the API shows it: the row, flat. */
export async function showPolicy(scope: TenantScope) {
  const [row] = await read(scope, (tx) => tx.select().from(opsPolicy).where(eq(opsPolicy.id, 1)));
  return row ? policyItem(policyOf(row), row) : null;
}

/** Where a switch holds by its own row, as it is asked for in turn. */
function subjectOf(row: SwitchRow) {
  return {
    tenantId: row.tenantId,
    moduleId: row.scope === "module" ? row.targetId : null,
    pluginId: row.scope === "plugin" ? row.targetId : null,
  };
}

type StoredSwitch = typeof safetySwitches.$inferSelect;

/** Says what holds at a switch's own place, or for everybody. */
function effectiveIn(rows: readonly StoredSwitch[], ceiling: Policy | null) {
  return (row: SwitchRow | null) => {
    const subject = row ? subjectOf(row) : { tenantId: PLATFORM_TENANT, moduleId: null, pluginId: null };
    const { switches, sources } = effectiveSwitches(rows, ceiling, subject);
    return {
      kill_switch: switches?.killSwitch ?? true,
      safe_mode: switches?.safeMode ?? true,
      auto_heal_off: switches?.autoHealOff ?? [],
      from: sources.map(({ name, from, targetId }) => ({ name, scope: from, target_id: targetId })),
    };
  };
}

/** Names of the merchants and plugins that switches are about. */
async function readNames(tx: ReaderTx, rows: readonly StoredSwitch[]) {
  const tenantIds = [...new Set(rows.map(({ tenantId }) => tenantId))];
  const targetIds = rows.flatMap(({ targetId }) => targetId ?? []);
  const named =
    tenantIds.length > 0 ? await tx.select({ id: tenants.id, name: tenants.name }).from(tenants).where(inArray(tenants.id, tenantIds)) : [];
  const keyed =
    targetIds.length > 0
      ? await tx.select({ id: plugins.id, name: plugins.pluginKey }).from(plugins).where(inArray(plugins.id, targetIds))
      : [];
  return new Map([...named, ...keyed].map(({ id, name }) => [id, name]));
}

function holdingOf(row: StoredSwitch): HoldingSwitch {
  const name = SWITCH_NAMES.find((known) => known === row.name) ?? "safe_mode";
  return { name, scope: row.scope, tenantId: row.tenantId, targetId: row.targetId, since: row.setAt.toISOString() };
}

/** The global kill switch as it stands: by whom, since when and why it is on. */
interface KillItem {
  readonly on: boolean;
  readonly set_by: string | null;
  readonly set_at: string | null;
  readonly reason: string | null;
}

/** The global kill switch is the policy's own row; a policy that cannot be read counts as killed. */
function globalKill(policy: Awaited<ReturnType<typeof readPolicy>>): { item: KillItem; holding: HoldingSwitch | null } {
  const isOn = policy?.policy.autopatch_enabled !== true;
  const since = policy?.updatedAt.toISOString() ?? new Date(0).toISOString();
  const who = {
    set_by: isOn ? (policy?.updatedBy ?? null) : null,
    set_at: isOn ? since : null,
    reason: isOn ? (policy?.killReason ?? null) : null,
  };
  const holding = { name: "kill_switch" as const, scope: "global" as const, tenantId: null, targetId: null, since };
  return { item: { on: isOn, ...who }, holding: isOn ? holding : null };
}

/**
 * Every switch within a scope: what holds for each place that has one, which scope it comes from, what it holds up, and the
 * requests to turn one off.
 */
export async function showSwitches(scope: TenantScope, now: Date = systemClock.now()) {
  return read(scope, async (tx) => {
    const rows = await readSwitches(tx);
    const policy = await readPolicy(tx);
    const kill = globalKill(policy);
    const holding = [...(kill.holding ? [kill.holding] : []), ...rows.filter(({ isOn }) => isOn).map(holdingOf)];
    const since = holding.map((one) => one.since).toSorted()[0];
    const held = await readHeld(tx, since === undefined ? null : new Date(since));
    const heldBy = (one: HoldingSwitch | null): HeldUp =>
      one ? heldUpBy(one, held.attempts, held.incidents, LIMITS.heldUpShown) : { attempts: [], incidents: [], more: false };
    const names = await readNames(tx, rows);
    const effective = effectiveIn(rows, policy?.policy ?? null);
    return {
      names: SWITCH_NAMES,
      scopes: SWITCH_SCOPES,
      effective: effective(null),
      kill_switch: { ...kill.item, held_up: heldBy(kill.holding) },
      items: rows.map((row) => ({
        id: row.id,
        name: row.name,
        scope: row.scope,
        tenant_id: row.tenantId === PLATFORM_TENANT ? null : row.tenantId,
        tenant_name: names.get(row.tenantId) ?? null,
        target_id: row.targetId,
        target_name: names.get(row.targetId ?? "") ?? null,
        on: row.isOn,
        reason: row.reason,
        set_by: row.setBy,
        set_at: row.setAt.toISOString(),
        effective: effective(row),
        held_up: heldBy(row.isOn ? holdingOf(row) : null),
      })),
      requests: await readLoosenings(tx, now),
    };
  });
}
