import { z } from "zod";
import { type Json, sha256Hex } from "@/lib/kernel/canonical-json";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { schemaErrors } from "@/lib/platform/web/problem";
import { strictJson } from "@/lib/platform/web/strict-json";

/** The first line of a chunk's body: what the signature ties the rest to, whatever path it is sent to. */
const chunkHeadSchema = z.strictObject({
  type: z.literal("module.snapshot.chunk"),
  timestamp: z.iso.datetime({ offset: true }),
  data: z.strictObject({
    module_id: z.uuid(),
    snapshot_id: z.uuid(),
    position: z.number().int().min(0),
    rows: z.number().int().min(0),
    digest: z.string().regex(/^[0-9a-f]{64}$/),
  }),
});

const NEWLINE = 0x0a;

/** Takes a chunk's body apart: one line that says what it is, and the bytes themselves. @throws Refusal unreadable */
export function splitChunkBody(body: Uint8Array): { head: Json; content: Uint8Array } {
  const end = body.indexOf(NEWLINE);
  if (end < 1 || end > LIMITS.snapshotChunkHeadBytes) return refuse("unreadable", "A chunk begins with one line that says what it is");
  return { head: strictJson(body.subarray(0, end)), content: body.subarray(end + 1) };
}

/**
 * The head of a chunk, once it speaks of just this path and these bytes.
 * @throws Refusal invalid with paths; unauthenticated for a head that belongs to another path; unreadable for other bytes
 */
export function readChunkHead(head: Json, content: Uint8Array, path: { readonly id: string; readonly digest: string }) {
  const parsed = chunkHeadSchema.safeParse(head);
  if (!parsed.success) return refuse("invalid", "The chunk's head does not match its schema", { errors: schemaErrors(parsed.error) });
  const { snapshot_id: snapshotId, position, rows, digest } = parsed.data.data;
  if (snapshotId !== path.id || digest !== path.digest) refuse("unauthenticated", "The body does not belong to this endpoint and module");
  if (sha256Hex(content) !== digest) refuse("unreadable", "The chunk's bytes are not those that its digest names");
  return { snapshotId, position, rows, content };
}
