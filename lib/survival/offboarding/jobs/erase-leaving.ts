import { and, isNull, lt } from "drizzle-orm";
import { tenants } from "@/db/schema/tenants";
import { scopeFor, systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { eraseTenant } from "../commands/erase-tenant";

/** Tenants whose days of quiet are over and of whom something is left, oldest first. */
async function listDue(now: Date): Promise<string[]> {
  const before = new Date(now.getTime() - LIMITS.offboardingGraceHours * 3_600_000);
  const rows = await read(scopeFor("operate"), (tx) =>
    tx
      .select({ id: tenants.id })
      .from(tenants)
      .where(and(lt(tenants.leavingAt, before), isNull(tenants.goneAt)))
      .orderBy(tenants.leavingAt)
      .limit(LIMITS.eraseRoundsAtOnce),
  );
  return rows.map(({ id }) => id);
}

/** Erases what is due, a bounded number of steps; others find the rest. @returns how many rows went */
export async function eraseLeaving(now: Date): Promise<number> {
  let erased = 0;
  let left = LIMITS.eraseRoundsAtOnce;
  for (const tenantId of await listDue(now)) {
    for (let isGone = false; !isGone && left > 0; left -= 1) {
      const step = await runCommand(eraseTenant, { input: { tenantId }, actor: systemActor("offboarding", "operate"), now });
      erased += step.erased_rows;
      isGone = step.is_gone;
    }
  }
  return erased;
}
