import { authenticatePlugin, type PluginHeaders, type SignedPlugin } from "@/lib/access/authenticate-plugin";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { countBeat } from "@/lib/platform/observed/metrics/count";
import { within } from "@/lib/platform/overload/within";
import { newId } from "@/lib/platform/random";
import { strictJson } from "@/lib/platform/web/strict-json";
import { readBeat } from "../read-beat";
import type { Beat } from "../types";
import { admitBeat } from "./admission";
import { enqueueBeat, type Stored } from "./ingest-queue";

/** What follows from a stored beat: the answer's interval and the commands that travel with it. */
export interface FollowUp {
  readonly nextHeartbeatInSeconds: number;
  readonly commands: readonly unknown[];
  /** Trust documents that the agent lacks, oldest first; left out where there are none. */
  readonly trust?: readonly unknown[];
}

/**
 * Looks at a beat after it is durable; wired in the composition root, so that accepting knows nothing of healing. A message that was known
 * before has no effect: it is only told when to come again.
 */
export type AfterBeat = (plugin: SignedPlugin, beat: Beat, now: Date, isDuplicate: boolean) => Promise<FollowUp>;

export interface BeatAnswer extends FollowUp {
  readonly isDuplicate: boolean;
}

/** What is answered when the beat is durable but what follows from it takes too long: it is stored, and the scan comes round. */
const LATER: FollowUp = { nextHeartbeatInSeconds: LIMITS.heartbeatProbationSeconds, commands: [] };

function tooLate(): never {
  return refuse("unavailable", "The database is slow at the moment", { retryAfterSeconds: LIMITS.retryAfterSeconds });
}

async function takeIn(headers: PluginHeaders, body: Uint8Array, now: Date): Promise<{ plugin: SignedPlugin; beat: Beat; stored: Stored }> {
  const plugin = await authenticatePlugin(headers, body, now);
  admitBeat(plugin.tenantId, now.getTime());
  const beat = readBeat(strictJson(body), plugin.pluginId);
  const stored = await enqueueBeat({
    tenantId: plugin.tenantId,
    pluginId: plugin.pluginId,
    id: newId(now),
    webhookId: plugin.webhookId,
    receivedAt: now,
    bodySha256: sha256Hex(body),
    beat,
  });
  return { plugin, beat, stored };
}

/**
 * Accepts one beat, written once for every front (single route, relay's batch): bytes before meaning, then durable, then
 * acted upon. Whatever goes wrong after the commit does not take back the 200: the scan comes round again. A beat that was
 * refused for time may still be stored; sent again under its id it is a duplicate without effect.
 *
 * @param body  the raw bytes as signed
 * @throws Refusal in the order size, signature, rate, room, parse, schema, time
 */
export async function acceptBeat(headers: PluginHeaders, body: Uint8Array, now: Date, after: AfterBeat): Promise<BeatAnswer> {
  const taken = within(LIMITS.acceptDeadlineMs, takeIn(headers, body, now), tooLate);
  taken.catch(() => countBeat("refused"));
  const { plugin, beat, stored } = await taken;
  const { isDuplicate } = stored;
  countBeat(isDuplicate ? "duplicate" : "accepted");
  const followUp = await within(LIMITS.acceptDeadlineMs, after(plugin, beat, now, isDuplicate), () => LATER);
  return isDuplicate ? { isDuplicate, ...followUp, commands: [] } : { isDuplicate, ...followUp };
}
