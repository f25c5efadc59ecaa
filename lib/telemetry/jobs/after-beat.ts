import { pluginActor, type SignedPlugin } from "@/lib/access/authenticate-plugin";
import { trustAfter } from "@/lib/access/people/keys/trust-feed";
import { scopeFor } from "@/lib/access/system-actor";
import { heedEcho } from "@/lib/audit/jobs/heed-echo";
import { offerCommands } from "@/lib/delivery/commands/offer-commands";
import { couldFire } from "@/lib/detection/could-fire";
import { configuredRules } from "@/lib/detection/queries-configured";
import { ErrorsBrought } from "@/lib/detection/rules/errors-brought";
import { runCommand } from "@/lib/gateway/run-command";
import { observePlugin } from "@/lib/incidents/jobs/observe-plugin";
import { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import type { FollowUp } from "../adapters/accept-beat";
import { GroupCommit } from "../adapters/group-commit";
import { type Attention, readAttention } from "../queries";
import type { Beat, BeatSample } from "../types";

const NOTHING: Attention = { hasJustBooted: false, hasIncident: false, hasAttempt: false, hasCommands: false };

/** Beats that were stored together are asked about together. */
const attention = new GroupCommit<string, Attention>(
  async (pluginIds) => {
    const found = await readAttention(scopeFor("login"), [...new Set(pluginIds)], new Date());
    return pluginIds.map((id) => found.get(id) ?? NOTHING);
  },
  LIMITS.groupCommitRows,
  LIMITS.groupCommitQueue,
);

const errorsBrought = new ErrorsBrought(LIMITS.errorsBroughtPlugins);

function sampleOf({ data }: Beat, receivedAt: Date): BeatSample {
  return {
    receivedAt,
    bootId: data.boot_id,
    seq: data.seq,
    runningVersion: data.running_version,
    diskVersion: data.disk_version,
    active: data.active,
    telemetry: data.telemetry,
    errors: data.errors ?? [],
  };
}

/** Commands that may travel now; a switch that holds them is an expected "no", and they wait for the next beat. */
async function offer(plugin: SignedPlugin, now: Date): Promise<readonly unknown[]> {
  try {
    const { envelopes } = await runCommand(offerCommands, {
      input: { tenantId: plugin.tenantId, pluginId: plugin.pluginId },
      actor: pluginActor(plugin),
      now,
    });
    return envelopes;
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

function intervalOf({ hasIncident, hasAttempt, hasCommands }: Attention): number {
  return hasIncident || hasAttempt || hasCommands ? LIMITS.heartbeatProbationSeconds : LIMITS.heartbeatSeconds;
}

async function lookAndOffer(plugin: SignedPlugin, beat: Beat, now: Date): Promise<FollowUp> {
  if (beat.data.last_checkpoint !== undefined) await heedEcho(plugin, beat.data.last_checkpoint, now);
  let watched = await attention.add(plugin.pluginId);
  const previousBootId = watched.hasJustBooted ? null : beat.data.boot_id;
  const sample = sampleOf(beat, now);
  const errorsWithin = errorsBrought.add(plugin.pluginId, sample);
  if (watched.hasIncident || couldFire(sample, await configuredRules(), previousBootId, errorsWithin)) {
    await observePlugin(plugin.tenantId, plugin.pluginId, now, true);
    watched = await attention.add(plugin.pluginId);
  }
  // New trust goes first: what comes with it may be signed by people of whom the agent hears by it.
  const trust = await trustAfter(beat.data.telemetry.trust_version, now);
  const commands = watched.hasCommands ? await offer(plugin, now) : [];
  return { nextHeartbeatInSeconds: intervalOf(watched), commands, trust };
}

/**
 * Detects, watches and dispatches once a beat is durable; one that was known before is only told when to come again. A fault here is
 * logged and left to the scan: the beat is stored.
 */
export async function afterBeat(plugin: SignedPlugin, beat: Beat, now: Date, isDuplicate: boolean): Promise<FollowUp> {
  try {
    if (isDuplicate) return { nextHeartbeatInSeconds: intervalOf(await attention.add(plugin.pluginId)), commands: [] };
    return await lookAndOffer(plugin, beat, now);
  } catch (error) {
    // No room, or a slow database, is no fault of this beat; thousands of records of it would only add to the load.
    if (!(error instanceof Refusal)) {
      log.error("ERR_JOB_FAILED", "What follows a beat failed; the scan will look again", { error, tenant_id: plugin.tenantId });
    }
    return { nextHeartbeatInSeconds: LIMITS.heartbeatProbationSeconds, commands: [] };
  }
}
