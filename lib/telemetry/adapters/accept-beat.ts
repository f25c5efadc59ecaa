import { authenticatePlugin, type PluginHeaders, type SignedPlugin } from "@/lib/access/authenticate-plugin";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { LIMITS } from "@/lib/platform/limits";
import { newId } from "@/lib/platform/random";
import { strictJson } from "@/lib/platform/web/strict-json";
import { readBeat } from "../read-beat";
import type { Beat } from "../types";
import { enqueueBeat } from "./ingest-queue";

/** What follows from a stored beat: the answer's interval and the commands that travel with it. */
export interface FollowUp {
  readonly nextHeartbeatInSeconds: number;
  readonly commands: readonly unknown[];
}

/** Looks at a beat after it is durable; wired in the composition root, so that accepting knows nothing of healing. */
export type AfterBeat = (plugin: SignedPlugin, beat: Beat, now: Date) => Promise<FollowUp>;

export interface BeatAnswer extends FollowUp {
  readonly isDuplicate: boolean;
}

/**
 * Accepts one beat, written once for every front (single route, relay's batch): bytes before meaning, then durable, then
 * acted upon. Whatever goes wrong after the commit does not take back the 200: the scan comes round again.
 *
 * @param body  the raw bytes as signed
 * @throws Refusal in the order size, signature, rate, parse, schema, room
 */
export async function acceptBeat(headers: PluginHeaders, body: Uint8Array, now: Date, after: AfterBeat): Promise<BeatAnswer> {
  const plugin = await authenticatePlugin(headers, body, now);
  const beat = readBeat(strictJson(body), plugin.pluginId);
  const { isDuplicate } = await enqueueBeat({
    tenantId: plugin.tenantId,
    pluginId: plugin.pluginId,
    id: newId(now),
    webhookId: plugin.webhookId,
    receivedAt: now,
    bodySha256: sha256Hex(body),
    beat,
  });
  if (isDuplicate) return { isDuplicate, nextHeartbeatInSeconds: LIMITS.heartbeatSeconds, commands: [] };
  return { isDuplicate, ...(await after(plugin, beat, now)) };
}
