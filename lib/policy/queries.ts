import { asc, eq } from "drizzle-orm";
import { opsPolicy, safetySwitches } from "@/db/schema/safety";
import type { TenantScope } from "@/lib/access/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { effectiveSwitches, SWITCH_NAMES, SWITCH_SCOPES, type SwitchRow } from "./effective-switches";
import { policyItem } from "./policy-item";
import { policyOf } from "./policy-of";
import type { Policy } from "./types";

/** The global ceiling with its version, or null when the row is missing: then nothing is permitted. */
export async function readPolicy(
  tx: Pick<ReaderTx, "select">,
): Promise<{ policy: Policy; version: number; updatedAt: Date; updatedBy: string } | null> {
  const [row] = await tx.select().from(opsPolicy).where(eq(opsPolicy.id, 1));
  return row ? { policy: policyOf(row), version: row.version, updatedAt: row.updatedAt, updatedBy: row.updatedBy } : null;
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

/** Every switch within a scope, what holds for each place that has one, and which scope it comes from. */
export async function showSwitches(scope: TenantScope) {
  const { rows, policy } = await read(scope, async (tx) => ({ rows: await readSwitches(tx), policy: await readPolicy(tx) }));
  const ceiling = policy?.policy ?? null;
  const effectiveAt = (row: SwitchRow | null) => {
    const { switches, sources } = effectiveSwitches(
      rows,
      ceiling,
      row ? subjectOf(row) : { tenantId: PLATFORM_TENANT, moduleId: null, pluginId: null },
    );
    return {
      kill_switch: switches?.killSwitch ?? true,
      safe_mode: switches?.safeMode ?? true,
      auto_heal_off: switches?.autoHealOff ?? [],
      from: sources.map(({ name, from, targetId }) => ({ name, scope: from, target_id: targetId })),
    };
  };
  return {
    names: SWITCH_NAMES,
    scopes: SWITCH_SCOPES,
    effective: effectiveAt(null),
    items: rows.map((row) => ({
      id: row.id,
      name: row.name,
      scope: row.scope,
      tenant_id: row.tenantId === PLATFORM_TENANT ? null : row.tenantId,
      target_id: row.targetId,
      on: row.isOn,
      reason: row.reason,
      set_by: row.setBy,
      set_at: row.setAt.toISOString(),
      effective: effectiveAt(row),
    })),
  };
}
