import type { moduleReleases } from "@/db/schema/modules/snapshots";
import { digestOf } from "@/lib/kernel/canonical-json";
import { LIMITS } from "@/lib/platform/limits";
import type { ReleaseSet, RollbackItem } from "./types";

type ReleaseRow = Pick<typeof moduleReleases.$inferSelect, "digest" | "status" | "seenAt">;

/** What a set of versions is called: the same versions have one name, whenever they run. */
export function setDigest({ centerVersion, schemaVersion, members }: ReleaseSet): string {
  const plain = Object.fromEntries(Object.entries(members).map(([key, { version, manifest_digest: digest }]) => [key, [version, digest]]));
  return digestOf({ center: centerVersion, schema: schemaVersion, modules: plain });
}

/**
 * What is to be noted about the set that runs: that another one began, or that this one ran long enough without an incident.
 *
 * @param hasTrouble  an incident of a module is open, or was since this set runs
 */
export function judgeSet(current: ReleaseRow | null, digest: string, hasTrouble: boolean, now: Date): "begin" | "validate" | "nothing" {
  if (current === null || current.digest !== digest) return "begin";
  if (current.status !== "observed" || hasTrouble) return "nothing";
  return now.getTime() - current.seenAt.getTime() >= LIMITS.releaseValidSeconds * 1_000 ? "validate" : "nothing";
}

/**
 * What it takes to go back to a set: of each module that runs another version, whether it can go back by itself.
 * @param declares  whether a module declares the action `rollback_release`
 */
export function planRollback(target: ReleaseSet, running: ReleaseSet, declares: (moduleKey: string) => boolean): RollbackItem[] {
  return Object.entries(target.members).flatMap(([key, { version: to }]) => {
    const from = running.members[key]?.version;
    if (from === undefined || from === to) return [];
    const status = declares(key) ? ("waiting" as const) : ("by_hand" as const);
    return [{ module_key: key, from, to, status, command_id: null, detail: null }];
  });
}

/** What Center's own part of a way back is: which version to start, and whether the database lets it. */
export function centerPart(target: Omit<ReleaseSet, "members">, running: Omit<ReleaseSet, "members">) {
  const mayStart = target.schemaVersion === running.schemaVersion;
  const isSame = target.centerVersion === running.centerVersion && mayStart;
  return { start_version: isSame ? null : target.centerVersion, schema_allows: mayStart, needs_backup: !mayStart };
}
