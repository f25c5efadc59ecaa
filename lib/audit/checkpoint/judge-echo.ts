import { eq } from "drizzle-orm";
import { auditCheckpoints } from "@/db/schema/spine";
import type { TenantScope } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { isOfLost } from "../restore/lost-span";
import { readLostSpans } from "../restore/queries-lost";
import { readLogIdentity } from "./keys";
import { parseNote, signerOf } from "./note";

/** Checkpoints say nothing about any tenant. */
const NOBODY: TenantScope = { kind: "set", ids: [] };

/** Checkpoints that the log was seen to contain, and when: short-lived, because the log may be cut at any time. */
const seen = new Map<string, number>();

async function isContained(note: string, size: number): Promise<boolean> {
  const atMs = seen.get(note);
  if (atMs !== undefined && performance.now() - atMs < LIMITS.auditCheckpointCacheMs) return true;
  const [row] = await read(NOBODY, (tx) =>
    tx.select({ note: auditCheckpoints.note }).from(auditCheckpoints).where(eq(auditCheckpoints.size, size)).limit(1),
  );
  if (row?.note !== note) return false;
  if (seen.size >= LIMITS.auditCheckpointsKnown) seen.clear();
  seen.set(note, performance.now());
  return true;
}

/**
 * What the checkpoint that an agent echoes says about the log.
 *
 * @returns "known" when the log contains it, or when it spoke of what a restored backup lost and somebody accepted; "fork" when Center signed it and the log does not: two histories were shown;
 *          "foreign" when nobody of ours signed it: the agent, or something between, makes things up
 */
export async function judgeEcho(note: string): Promise<"known" | "fork" | "foreign"> {
  const parsed = parseNote(note);
  if (!parsed) return "foreign";
  if (await isContained(note, parsed.size)) return "known";
  const identity = await readLogIdentity();
  if (!identity || parsed.origin !== identity.origin || !signerOf(parsed, identity.keys)) return "foreign";
  return isOfLost(parsed, await readLostSpans()) ? "known" : "fork";
}
