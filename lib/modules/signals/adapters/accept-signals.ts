import { authenticateModule } from "@/lib/access/authenticate-module";
import type { SignedHeaders } from "@/lib/access/credentials/signed-caller";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { countSignals } from "@/lib/platform/observed/metrics/count";
import { readLines } from "./read-lines";
import { throughDoor } from "./signal-door";
import { storeSignals } from "./store-signals";

/**
 * Accepts a module's own batch of signals: bytes before meaning, each line by itself, all of it durable before it is answered. The same
 * message again is answered the same and counted once.
 *
 * @param body  the raw bytes as signed
 * @returns what is told: how many were taken, and the first of those that were not, by line
 * @throws Refusal unauthenticated, too-many, too-large, conflict, unavailable
 */
export async function acceptSignals(headers: SignedHeaders, body: Uint8Array, now: Date): Promise<Readonly<Record<string, unknown>>> {
  const module = await authenticateModule(headers, body, now);
  return throughDoor(body.length, async () => {
    const batch = readLines(body, { ...module, now });
    const { accepted, refused, refusedCount: refused_count } = batch;
    const identity = { moduleId: module.moduleId, batchId: module.webhookId, bodySha256: sha256Hex(body) };
    const stored = await storeSignals(identity, batch, { accepted, refused, refused_count }, now);
    if (!stored.isDuplicate) countSignals(accepted, refused_count);
    return { ...stored.answer, duplicate: stored.isDuplicate, server_time: now.toISOString() };
  });
}
