import { scopeFor, systemActor } from "@/lib/access/system-actor";
import type { StagingReport } from "@/lib/delivery/staging-report";
import type { Lease } from "@/lib/gateway/lease";
import { runCommand } from "@/lib/gateway/run-command";
import type { Clock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { stageRollout } from "../../commands/waves/stage-rollout";
import { rehearseChange } from "../rehearse";
import type { LoadedRollout } from "./load-rollout";

/** Versions that the fleet runs, the commonest first; what is rare is rehearsed with its own attempt. */
function versionsOf({ members }: LoadedRollout): string[] {
  const counts = new Map<string, number>();
  for (const { facts } of members) counts.set(facts.diskVersion, (counts.get(facts.diskVersion) ?? 0) + 1);
  const sorted = [...counts].toSorted(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
  return sorted.slice(0, LIMITS.rolloutRehearsals).map(([version]) => version);
}

/** Rehearses a rollout from each version that it will meet: applied, undone, digests compared, applied again. */
export async function stage(loaded: LoadedRollout, lease: Lease, clock: Clock): Promise<void> {
  const { id: rolloutId, pluginKey, version } = loaded.row;
  const rehearsals: Record<string, StagingReport> = {};
  for (const fromVersion of versionsOf(loaded)) {
    rehearsals[fromVersion] = await rehearseChange({ pluginKey, fromVersion, toVersion: version }, scopeFor("operate"));
  }
  const input = { rolloutId, fence: lease.fence, rehearsals };
  await runCommand(stageRollout, { input, actor: systemActor("rollout", "operate"), now: clock.now() });
}
