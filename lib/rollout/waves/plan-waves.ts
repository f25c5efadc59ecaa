import { createHash } from "node:crypto";

/** One step of a rollout: how far it reaches, how long it bakes, and what excess may stay possible when it widens. */
export interface WaveRule {
  readonly name: string;
  /** Merchants at most, or null. */
  readonly merchants: number | null;
  /** Share of all plugins that have the release once this wave is out, 0..1. */
  readonly share: number;
  /** Whether only merchants on the whitelist take part. */
  readonly whitelistOnly: boolean;
  readonly bakeDays: number;
  /** Largest excess failure share that may stay possible, 0..1. */
  readonly tolerance: number;
}

/** Whitelist, a fifth, half, everybody (protocol.md, Policy; delivery.md, Waves). */
export const DEFAULT_WAVES: readonly WaveRule[] = [
  { name: "whitelist", merchants: 5, share: 1, whitelistOnly: true, bakeDays: 7, tolerance: 0.1 },
  { name: "fifth", merchants: null, share: 0.2, whitelistOnly: false, bakeDays: 14, tolerance: 0.05 },
  { name: "half", merchants: null, share: 0.5, whitelistOnly: false, bakeDays: 14, tolerance: 0.02 },
  { name: "all", merchants: null, share: 1, whitelistOnly: false, bakeDays: 0, tolerance: 0.02 },
];

/** A plugin that may receive the release. */
export interface Candidate {
  readonly pluginId: string;
  readonly tenantId: string;
  readonly isWhitelisted: boolean;
}

/** Who is in which wave, by plugin id; each plugin is in exactly one, the first that reaches it. */
export type WavePlan = ReadonlyMap<string, number>;

/** A place in the queue that is the same whenever it is asked for, and another for another release: no shop is always first. */
function placeOf(releaseId: string, pluginId: string): string {
  return createHash("sha256").update(`${releaseId}\n${pluginId}`).digest("hex");
}

/** Plugins that a wave adds to those already reached, in the queue's order. */
function addedBy(rule: WaveRule, queue: readonly Candidate[], reached: ReadonlySet<string>): Candidate[] {
  const room = Math.ceil(rule.share * queue.length) - (rule.whitelistOnly ? 0 : reached.size);
  const merchants = new Set<string>();
  const added: Candidate[] = [];
  for (const candidate of queue) {
    if (added.length >= room) break;
    if (reached.has(candidate.pluginId) || (rule.whitelistOnly && !candidate.isWhitelisted)) continue;
    const isOneMore = !merchants.has(candidate.tenantId);
    if (isOneMore && rule.merchants !== null && merchants.size >= rule.merchants) continue;
    merchants.add(candidate.tenantId);
    added.push(candidate);
  }
  return added;
}

/**
 * Divides a fleet into the waves of one release.
 *
 * @param releaseId  gives the order: the same fleet is divided alike at every look, and differently for every release
 * @returns index of each plugin's wave; whoever no wave reaches is missing
 */
export function planWaves(releaseId: string, fleet: readonly Candidate[], rules: readonly WaveRule[] = DEFAULT_WAVES): WavePlan {
  const places = new Map(fleet.map(({ pluginId }) => [pluginId, placeOf(releaseId, pluginId)]));
  const queue = fleet.toSorted((a, b) => ((places.get(a.pluginId) ?? "") < (places.get(b.pluginId) ?? "") ? -1 : 1));
  const plan = new Map<string, number>();
  for (const [index, rule] of rules.entries()) {
    for (const { pluginId } of addedBy(rule, queue, new Set(plan.keys()))) plan.set(pluginId, index);
  }
  return plan;
}

/**
 * The wave of a plugin that joins once the rollout runs: the highest proven one, never a wave that is still being judged, whose
 * comparison it would blur.
 *
 * @param proven  waves that committed, as indexes
 * @returns index of the wave, or null while none is proven: it then waits for the wave after
 */
export function waveOfLateJoiner(proven: readonly number[]): number | null {
  return proven.length > 0 ? Math.max(...proven) : null;
}
