import { and, desc, eq, gt, gte, isNull, ne, notInArray, or } from "drizzle-orm";
import { moduleIncidents } from "@/db/schema/modules/incidents";
import { moduleServiceState, moduleServices } from "@/db/schema/modules/modules";
import { moduleReleases, releaseRollbacks } from "@/db/schema/modules/snapshots";
import { scopeFor } from "@/lib/access/system-actor";
import { PROVING_MODULE } from "@/lib/modules/proving/types";
import { manifestSchema } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import type { Member } from "./types";

type Selecting = Pick<ReaderTx, "select">;

/**
 * What runs of the modules that were heard lately, and which of them can go back by themselves. The module that is broken on purpose comes and goes
 * with each proof: it is no part of any set, or none would ever have run for long.
 */
export async function readRunning(tx: Selecting, now: Date): Promise<{ members: Record<string, Member>; mayGoBack: ReadonlySet<string> }> {
  const since = new Date(now.getTime() - LIMITS.moduleSilentSeconds * 1_000);
  const rows = await tx
    .select({
      key: moduleServices.moduleKey,
      manifest: moduleServices.manifest,
      digest: moduleServices.manifestDigest,
      version: moduleServiceState.runningVersion,
    })
    .from(moduleServices)
    .innerJoin(moduleServiceState, eq(moduleServiceState.moduleId, moduleServices.id))
    .where(and(eq(moduleServices.status, "active"), gt(moduleServiceState.lastSeen, since), ne(moduleServices.moduleKey, PROVING_MODULE)))
    .orderBy(moduleServices.moduleKey);
  const declares = (manifest: unknown) => manifestSchema.safeParse(manifest).data?.actions.includes("rollback_release") === true;
  return {
    members: Object.fromEntries(rows.map(({ key, version, digest }) => [key, { version, manifest_digest: digest }])),
    mayGoBack: new Set(rows.filter(({ manifest }) => declares(manifest)).map(({ key }) => key)),
  };
}

/** The set that runs now, as it was noted last. */
export async function readCurrentRelease(tx: Selecting) {
  const [row] = await tx.select().from(moduleReleases).where(isNull(moduleReleases.endedAt));
  return row ?? null;
}

/** Whether any module is or was in trouble since then, but the one that is broken on purpose. */
export async function hadTrouble(tx: Selecting, since: Date): Promise<boolean> {
  const isOpen = notInArray(moduleIncidents.status, ["resolved", "closed"]);
  const [row] = await tx
    .select({ id: moduleIncidents.id })
    .from(moduleIncidents)
    .where(and(ne(moduleIncidents.moduleKey, PROVING_MODULE), or(isOpen, gte(moduleIncidents.detectedAt, since))))
    .limit(1);
  return row !== undefined;
}

/**
 * Which version of a module ran well last, in a set that was validated and not taken back since: where to go back to.
 * @param tx  bound to all tenants, or to the platform's own
 * @public
 */
export async function lastValidatedRelease(tx: Selecting, moduleKey: string) {
  const rows = await tx
    .select()
    .from(moduleReleases)
    .where(eq(moduleReleases.status, "validated"))
    .orderBy(desc(moduleReleases.validatedAt))
    .limit(LIMITS.pageSize);
  for (const { id, members, validatedAt } of rows) {
    const member = members[moduleKey];
    if (member) return { releaseId: id, version: member.version, manifestDigest: member.manifest_digest, validatedAt };
  }
  return null;
}

/** Sets of versions, the newest first, and the ways back that were taken. The platform's own: everybody who may look sees them. */
export async function listReleases(limit: number) {
  return read(scopeFor("scan"), async (tx) => {
    const rows = await tx.select().from(moduleReleases).orderBy(desc(moduleReleases.seenAt)).limit(limit);
    const rollbacks = await tx.select().from(releaseRollbacks).orderBy(desc(releaseRollbacks.requestedAt)).limit(limit);
    const items = rows.map((row) => ({
      id: row.id,
      digest: row.digest,
      status: row.status,
      center_version: row.centerVersion,
      schema_version: row.schemaVersion,
      modules: row.members,
      seen_at: row.seenAt.toISOString(),
      validated_at: row.validatedAt?.toISOString() ?? null,
      ended_at: row.endedAt?.toISOString() ?? null,
    }));
    return {
      items,
      rollbacks: rollbacks.map((row) => ({
        id: row.id,
        release_id: row.releaseId,
        status: row.status,
        reason: row.reason,
        requested_by: row.requestedBy,
        requested_at: row.requestedAt.toISOString(),
        finished_at: row.finishedAt?.toISOString() ?? null,
        modules: row.items,
      })),
    };
  });
}

/** Ways back that are not over. */
export function listOpenRollbacks(tx: Selecting) {
  return tx.select().from(releaseRollbacks).where(eq(releaseRollbacks.status, "ordered"));
}
