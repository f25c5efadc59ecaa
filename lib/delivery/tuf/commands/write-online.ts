import { and, asc, eq, inArray } from "drizzle-orm";
import { pluginReleases } from "@/db/schema/delivery";
import { tufMetadata } from "@/db/schema/tuf";
import type { WriterTx } from "@/db/writer";
import { LIMITS } from "@/lib/platform/limits";
import { targetPath } from "../compose";
import { delegatedVendors, type Repository } from "../judge-bundle";
import { type OnlineFile, type OnlineSigners, planOnline } from "../plan-online";

/** Paths of releases that Center called back and that their vendors' metadata still lists. */
async function readRecalled(tx: WriterTx, repository: Repository): Promise<string[]> {
  const vendors = new Map(delegatedVendors(repository));
  if (vendors.size === 0) return [];
  const rows = await tx
    .select({ pluginKey: pluginReleases.pluginKey, version: pluginReleases.version })
    .from(pluginReleases)
    .where(and(eq(pluginReleases.status, "recalled"), inArray(pluginReleases.pluginKey, [...vendors.keys()])))
    .orderBy(asc(pluginReleases.pluginKey), asc(pluginReleases.version));
  return rows
    .map(({ pluginKey, version }) => ({ pluginKey, path: targetPath(pluginKey, version) }))
    .filter(({ pluginKey, path }) => vendors.get(pluginKey)?.signed.targets[path] !== undefined)
    .map(({ path }) => path)
    .slice(0, LIMITS.tufRecalled);
}

/**
 * Signs snapshot and timestamp anew where they have to be, in the transaction that changed what they speak of.
 * @param newest  texts of all roles, as locked
 */
export async function writeOnline(
  tx: WriterTx,
  repository: Repository,
  newest: ReadonlyMap<string, string>,
  signers: OnlineSigners,
  now: Date,
): Promise<OnlineFile[]> {
  const standing = { snapshot: newest.get("snapshot") ?? null, timestamp: newest.get("timestamp") ?? null };
  const files = planOnline(repository, standing, await readRecalled(tx, repository), signers, now);
  for (const { role, version, text, expires } of files)
    await tx.insert(tufMetadata).values({ role, version, body: text, expiresAt: expires, createdAt: now, createdBy: "system:tuf" });
  return files;
}
