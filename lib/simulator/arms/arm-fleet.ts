import { INCIDENT_TYPES } from "@/lib/detection/types";
import { compareVersions } from "@/lib/kernel/semver";
import { randomStream } from "@/lib/simulator/chance/random-stream";
import { DAY, HOUR } from "@/lib/simulator/world/world-parameters";
import type { SiraRequest } from "@/lib/sira/types";

type Release = SiraRequest["context"]["releases"][number];

/** How attempts with one release ended so far, over the whole fleet. */
interface ReleaseRecord {
  succeeded: number;
  failed: number;
  inFlight: { from: number; until: number }[];
  readonly failedAt: Set<number>;
}

/** An incident as long as it is open in this arm's world. */
interface OpenSpan {
  readonly plugin: number;
  readonly type: string;
  readonly from: number;
  readonly until: number;
}

/** What an arm's own doings have made of the fleet: versions, records, open incidents. Each arm has one of its own. */
export interface ArmFleet {
  readonly seed: number;
  readonly plugins: number;
  /** Release that runs at a plugin, where a patch was kept; and the version it would go back to. */
  readonly versions: Map<number, { running: string; lastGood: string | null }>;
  readonly records: Map<string, ReleaseRecord>;
  open: OpenSpan[];
  readonly attempts: { plugin: number; at: number; action: string; worked: boolean }[];
}

export function newFleet(seed: number, plugins: number): ArmFleet {
  return { seed, plugins, versions: new Map(), records: new Map(), open: [], attempts: [] };
}

export function recordOf(fleet: ArmFleet, version: string): ReleaseRecord {
  const known = fleet.records.get(version);
  if (known) return known;
  const fresh: ReleaseRecord = { succeeded: 0, failed: 0, inFlight: [], failedAt: new Set() };
  fleet.records.set(version, fresh);
  return fresh;
}

/** The vendor publishes a release a day; half of the types each is said to be fixed, and every fifth release claims nothing. */
function claimsOf(seed: number, version: string): Release["fixes"] {
  const next = randomStream(seed, "release", version);
  return next() < 0.2 ? [] : INCIDENT_TYPES.filter(() => next() < 0.5);
}

/** Releases of the last three days, the newest first, as a decision sees them. */
export function releasesAt(fleet: ArmFleet, plugin: number, at: number): Release[] {
  const day = Math.floor(at / DAY) + 1;
  return [day, day - 1, day - 2]
    .filter((minor) => minor > 0)
    .map((minor) => {
      const version = `1.${minor}.0`;
      const { succeeded, failed, failedAt } = recordOf(fleet, version);
      return { version, fixes: claimsOf(fleet.seed, version), major: false, succeeded, failed, failed_here: failedAt.has(plugin) };
    });
}

/** What runs at a plugin, and what it could go back to. @param reported  version of the untreated world, 1.0.n */
export function versionsAt(fleet: ArmFleet, plugin: number, reported: string): { running: string; lastGood: string | null } {
  const kept = fleet.versions.get(plugin);
  if (kept && compareVersions(kept.running, reported) > 0) return kept;
  const build = Number(reported.split(".")[2] ?? 0);
  return { running: reported, lastGood: build > 0 ? `1.0.${build - 1}` : null };
}

/** Forgets what is over, so that a month does not pile up. */
export function forget(fleet: ArmFleet, at: number): void {
  fleet.open = fleet.open.filter(({ until }) => until > at);
  for (const record of fleet.records.values()) record.inFlight = record.inFlight.filter(({ until }) => until > at);
  while ((fleet.attempts[0]?.at ?? at) < at - DAY) fleet.attempts.shift();
}

/** Other plugins that have an open incident of this type. */
export function sickPeers(fleet: ArmFleet, plugin: number, type: string, at: number): number {
  return new Set(fleet.open.filter((span) => span.plugin !== plugin && span.type === type && span.from <= at).map((span) => span.plugin))
    .size;
}

/** Plugins with any open incident. */
export function unhealthy(fleet: ArmFleet, at: number): number {
  return new Set(fleet.open.filter(({ from }) => from <= at).map(({ plugin }) => plugin)).size;
}

/** Actions carried out at a plugin in the last hours without lasting success. */
export function failedActions(fleet: ArmFleet, plugin: number, at: number): { action: string; times: number }[] {
  const times = new Map<string, number>();
  for (const attempt of fleet.attempts) {
    if (attempt.plugin !== plugin || attempt.worked || attempt.at < at - 6 * HOUR) continue;
    times.set(attempt.action, (times.get(attempt.action) ?? 0) + 1);
  }
  return [...times].map(([action, count]) => ({ action, times: count }));
}
