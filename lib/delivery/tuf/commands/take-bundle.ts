import { and, eq } from "drizzle-orm";
import { pluginReleases } from "@/db/schema/delivery";
import { tufMetadata } from "@/db/schema/tuf";
import type { WriterTx } from "@/db/writer";
import { decideAnew } from "@/lib/delivery/commands/decide-anew";
import type { ReleaseSignatures } from "@/lib/delivery/types";
import type { Change, CommandContext, DomainEvent } from "@/lib/gateway/types";
import { canonicalJson, type Json } from "@/lib/kernel/canonical-json";
import { refuse } from "@/lib/kernel/refusal";
import type { SignedTarget } from "../compose";
import { type AcceptedFile, delegatedVendors, judgeBundle, type Repository, type TufFile, vendorTargets } from "../judge-bundle";
import { MetadataError, signersOf } from "../read-metadata";
import { loadOnlineSigners, lockNewest, repositoryOf } from "./load-repository";
import { writeOnline } from "./write-online";

type ReleaseRow = typeof pluginReleases.$inferSelect;

/** What a bundle came to. */
export type TakenBundle = {
  accepted: { role: string; version: number }[];
  snapshot_version: number | null;
  timestamp_version: number | null;
};

function judge(...given: Parameters<typeof judgeBundle>): ReturnType<typeof judgeBundle> {
  try {
    return judgeBundle(...given);
  } catch (error) {
    if (!(error instanceof MetadataError)) throw error;
    refuse("invalid", error.message, { code: "ERR_METADATA_REFUSED" });
  }
}

/** What is signed must be what was announced: the vendor's manifest and Center's record of it say the same. */
function requireAnnounced(row: ReleaseRow | undefined, { sha256, length, custom }: SignedTarget): void {
  const what = `${custom.plugin_key} ${custom.version}`;
  if (!row) refuse("invalid", `${what} was never announced (POST /api/ops/releases)`, { code: "ERR_METADATA_REFUSED" });
  const { recalled: _, ...manifest } = custom;
  const announced = canonicalJson(row.manifest as Json);
  if (canonicalJson({ ...manifest, sha256, length }) !== announced)
    refuse("invalid", `${what} is signed as something other than what was announced`, { code: "ERR_METADATA_REFUSED" });
}

/** Notes on each release of a vendor who signs it now, and calls back what its vendor called back. @returns whether one became shippable */
async function noteSignatures(tx: WriterTx, repository: Repository, role: string): Promise<boolean> {
  const vendor = new Map(delegatedVendors(repository)).get(role);
  const targets = vendor ? vendorTargets(role, vendor) : new Map<string, SignedTarget>();
  const rows = await tx.select().from(pluginReleases).where(eq(pluginReleases.pluginKey, role)).for("update");
  for (const [version, target] of targets)
    requireAnnounced(
      rows.find((row) => row.version === version),
      target,
    );
  const signed = vendor ? signersOf(repository.targets, role, vendor) : null;
  let isShippable = false;
  for (const row of rows) {
    const target = targets.get(row.version);
    const signatures: ReleaseSignatures | null =
      vendor && signed && target ? { role, version: vendor.signed.version, threshold: signed.threshold, keyids: [...signed.keyids] } : null;
    const status = target?.custom.recalled === true ? "recalled" : row.status;
    isShippable ||= row.signatures === null && signatures !== null && status === "published";
    await tx
      .update(pluginReleases)
      .set({ signatures, status })
      .where(and(eq(pluginReleases.id, row.id)));
  }
  return isShippable;
}

function storeFile(tx: WriterTx, { role, version, text, expires }: AcceptedFile, by: string, now: Date) {
  return tx.insert(tufMetadata).values({ role, version, body: text, expiresAt: expires, createdAt: now, createdBy: by });
}

/**
 * Takes a bundle of signed metadata, all of it or nothing: judged, stored, noted on the releases it speaks of, and made visible to agents
 * by a snapshot and a timestamp of the same transaction. The same bundle again changes nothing.
 *
 * @param isFirst  whether it is to establish the repository: the one time when nothing here vouches for it
 */
export async function takeBundle(
  tx: WriterTx,
  files: readonly TufFile[],
  isFirst: boolean,
  { actor, now }: CommandContext,
): Promise<Change<TakenBundle>> {
  const newest = await lockNewest(tx);
  const current = repositoryOf(newest);
  if (isFirst && current && files.some(({ role, text }) => newest.get(role) !== text))
    refuse("conflict", "There is a repository already: its root is followed by the next one, never replaced", { code: "ERR_ROOT_PINNED" });
  if (!isFirst && !current) refuse("conflict", "There is no repository yet: release:init establishes it");
  const signers = await loadOnlineSigners(tx);
  const online = { snapshot: signers.snapshot.map((key) => key.publicHex), timestamp: signers.timestamp.map((key) => key.publicHex) };
  const { repository, accepted } = judge(current, files, online, now);
  for (const file of accepted) await storeFile(tx, file, actor.id, now);
  const events: DomainEvent[] = [];
  for (const role of accepted.length > 0 ? repository.vendors.keys() : []) {
    if (await noteSignatures(tx, repository, role)) await decideAnew(tx, role, now);
    events.push({ name: "release.signed", payload: { pluginKey: role } });
  }
  const written = await writeOnline(tx, repository, newest, signers, now);
  const versionOf = (role: string) => written.find((file) => file.role === role)?.version ?? null;
  const result = {
    accepted: accepted.map(({ role, version }) => ({ role, version })),
    snapshot_version: versionOf("snapshot"),
    timestamp_version: versionOf("timestamp"),
  };
  return {
    subject: "tuf:repository",
    tenantId: null,
    before: current ? versionsOf(current) : null,
    after: versionsOf(repository),
    events,
    result,
  };
}

function versionsOf({ root, targets, vendors }: Repository) {
  const each = [...vendors].map(([role, { signed }]) => [role, signed.version] as const);
  return { root: root.signed.version, targets: targets.signed.version, ...Object.fromEntries(each) };
}
