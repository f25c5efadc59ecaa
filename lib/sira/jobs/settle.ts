import { scopeFor, systemActorFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import type { CommandCall } from "@/lib/gateway/types";
import { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { labelDecision } from "../commands/label-decision";
import { readIneffective, readTold, readWatched } from "../learning/queries-labels";
import { hasDrifted } from "../learning/watch";
import { MODEL_V0 } from "../model-v0";

type Labelled = {
  tenantId: string;
  decisionId: string;
  attemptId: string | null;
  outcome: "fixed" | "not_fixed" | "inconclusive";
  detail: string;
};

/** Labels what the attempts themselves do not: decisions that told people, and successes that a drift voids. @returns how many */
export async function labelDecisions(now: Date): Promise<number> {
  const { told, watched } = await read(scopeFor("operate"), async (tx) => ({
    told: await readTold(tx, now),
    watched: await readWatched(tx, now),
  }));
  const minutes = Math.round(LIMITS.siraWatchSeconds / 60);
  const labels: Labelled[] = [
    ...told.map(({ tenant_id: tenantId, decision_id: decisionId, is_over }): Labelled => {
      const detail = is_over ? `over within ${minutes} min after people were told` : `still there ${minutes} min after people were told`;
      return { tenantId, decisionId, attemptId: null, outcome: is_over ? "fixed" : "not_fixed", detail };
    }),
    ...watched
      .filter(({ watch, ...seen }) => hasDrifted(watch, seen))
      .map((row): Labelled => {
        const detail = `the plugin drifted from ${row.watch.disk_version} to ${row.disk_version} within the watch`;
        const { tenant_id: tenantId, decision_id: decisionId, attempt_id: attemptId } = row;
        return { tenantId, decisionId, attemptId, outcome: "inconclusive", detail };
      }),
  ];
  for (const input of labels) await attempt(() => runCommand(labelDecision, { input, actor: systemActorFor("sira", input.tenantId), now }));
  return labels.length;
}

/** Runs a command that somebody else may have run in this very moment. */
async function attempt(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

/** How an incident is handed to people; given by the caller, for incidents are another area's to change. */
export type Escalate = (call: CommandCall) => Promise<unknown>;

/** Hands incidents to people on whose plugin healing goes round in circles. @returns how many */
export async function escalateLoops(now: Date, escalate: Escalate): Promise<number> {
  const loops = await read(scopeFor("operate"), (tx) => readIneffective(tx, now, MODEL_V0.failuresHere));
  for (const { tenant_id, incident_id: incidentId, times } of loops) {
    const reason = `${times} attempts within ${LIMITS.siraFailedHereDays} days did not mend this for good: healing goes round in circles here`;
    await attempt(() => escalate({ input: { incidentId, reason }, actor: systemActorFor("sira", tenant_id), now }));
  }
  return loops.length;
}
