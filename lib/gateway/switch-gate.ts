import { eq, inArray } from "drizzle-orm";
import { opsPolicy, safetySwitches } from "@/db/schema/safety";
import type { WriterTx } from "@/db/writer";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { effectiveSwitches } from "@/lib/policy/effective-switches";
import { policyOf } from "@/lib/policy/policy-of";
import { requireAutomaticOpen } from "./stopped-gate";
import type { Healing } from "./types";

/**
 * Refuses whatever starts or widens automatic change while a switch, or the scanner, holds it. Read under a shared lock in the command's own
 * transaction: a switch that is being thrown waits for us or we for it, so there is no moment in between.
 *
 * @throws Refusal conflict with ERR_KILL_SWITCH, ERR_SAFE_MODE, ERR_AUTO_HEAL_OFF or ERR_WRITER_STOPPED; unavailable when the switches cannot be read
 */
export async function requireSwitchesOpen(tx: WriterTx, healing: Healing): Promise<void> {
  const { tenantId, pluginId, moduleId = null, serviceId = null, isAutomatic, category } = healing;
  const [policy] = await tx.select().from(opsPolicy).where(eq(opsPolicy.id, 1)).for("share");
  const rows = await tx
    .select()
    .from(safetySwitches)
    .where(inArray(safetySwitches.tenantId, [PLATFORM_TENANT, tenantId]));
  const state = effectiveSwitches(rows, policy ? policyOf(policy) : null, { tenantId, moduleId, serviceId, pluginId });
  if (!state.switches) refuse("unavailable", "The switches could not be read", { code: "ERR_SWITCHES_UNKNOWN" });
  const from = (name: string) => state.sources.find((source) => source.name === name)?.from ?? "policy";
  if (state.switches.killSwitch) refuse("conflict", `The kill switch is on (${from("kill_switch")})`, { code: "ERR_KILL_SWITCH" });
  if (isAutomatic && state.switches.safeMode) refuse("conflict", `SAFE_MODE is on (${from("safe_mode")})`, { code: "ERR_SAFE_MODE" });
  if (isAutomatic && category && state.switches.autoHealOff.includes(category))
    refuse("conflict", `Automatic healing of ${category} is switched off`, { code: "ERR_AUTO_HEAL_OFF" });
  if (isAutomatic) await requireAutomaticOpen(tx);
}
