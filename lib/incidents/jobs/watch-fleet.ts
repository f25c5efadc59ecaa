import { scopeFor, systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { Refusal } from "@/lib/kernel/refusal";
import { read } from "@/lib/platform/scope";
import { groupFleetIncidents } from "../commands/group-fleet";
import { isInBurst, readFleetInput } from "../commands/read-fleet";
import { groupFleet } from "../fleet/group-fleet";

/**
 * Looks for what many merchants have at once, and writes it down where that would change anything.
 *
 * @returns whether anything was changed; whoever was faster has done the same
 */
export async function watchFleet(now: Date): Promise<boolean> {
  const input = await read(scopeFor("scan"), (tx) => readFleetInput(tx, now));
  if (!input || groupFleet(input).length === 0) return false;
  try {
    await runCommand(groupFleetIncidents, { input: {}, actor: systemActor("detect", "scan"), now });
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.kind === "conflict") return false;
    throw error;
  }
}

/**
 * Before anything is decided about one incident: if as many merchants as make a common fault have fallen ill of the same, it is
 * told first what that is. The scan would come half a minute too late.
 */
export async function watchBurst(place: { readonly tenantId: string; readonly incidentId: string }, now: Date): Promise<void> {
  const isSuspicious = await read(scopeFor("scan"), (tx) => isInBurst(tx, place, now));
  if (isSuspicious) await watchFleet(now);
}
