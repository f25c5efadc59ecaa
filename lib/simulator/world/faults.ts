import { exponential, pick, uniform } from "@/lib/simulator/chance/draws";
import type { RandomStream } from "@/lib/simulator/chance/random-stream";
import { randomStream } from "@/lib/simulator/chance/random-stream";
import { WORLD } from "@/lib/simulator/world/world-parameters";

export const FAULT_KINDS = ["point", "spike", "level_shift", "drift", "seasonal_break", "silence", "leak"] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export const WORLD_METRICS = ["webhook_fail_rate", "errors", "latency_p95_ms", "queue_depth", "memory_mb"] as const;
export type WorldMetric = (typeof WORLD_METRICS)[number];

/** One thing that is really wrong at one plugin. Times in milliseconds since the run began. */
export interface Fault {
  readonly id: number;
  readonly plugin: number;
  readonly kind: FaultKind;
  /** Null for silence: nothing is heard at all. */
  readonly metric: WorldMetric | null;
  readonly from: number;
  /** When it would end if nobody acted. */
  readonly until: number;
  /** In the unit of WORLD.strength. */
  readonly strength: number;
}

/** Something that looks like trouble and is none. */
export interface Decoy {
  readonly kind: "deploy" | "surge";
  readonly from: number;
  readonly until: number;
  /** How many times the traffic, for a surge. */
  readonly times: number;
}

/** What happens to one plugin in a run. */
export interface Fate {
  readonly faults: readonly Fault[];
  readonly decoys: readonly Decoy[];
}

const METRICS_OF: Readonly<Record<FaultKind, readonly WorldMetric[]>> = {
  point: ["webhook_fail_rate", "errors", "latency_p95_ms", "queue_depth"],
  spike: ["webhook_fail_rate", "errors", "latency_p95_ms", "queue_depth"],
  level_shift: ["webhook_fail_rate", "errors", "latency_p95_ms", "queue_depth"],
  drift: ["webhook_fail_rate", "errors", "latency_p95_ms", "queue_depth"],
  seasonal_break: ["latency_p95_ms", "queue_depth"],
  silence: [],
  leak: ["memory_mb"],
};

function kindFrom(next: RandomStream): FaultKind {
  const target = next();
  let reached = 0;
  for (const kind of FAULT_KINDS) {
    reached += WORLD.faultShares[kind];
    if (target < reached) return kind;
  }
  return "leak";
}

/** Evenly on a logarithmic scale: mild troubles are as common as grave ones. */
function logUniform(next: RandomStream, [low, high]: readonly [number, number]): number {
  return low * Math.exp(next() * Math.log(high / low));
}

function faultsOf(seed: number, plugin: number, lastMs: number): Fault[] {
  const next = randomStream(seed, plugin, "faults");
  const faults: Fault[] = [];
  let from = WORLD.quietStartMs + exponential(next, WORLD.faultGapMs);
  while (from < lastMs) {
    const kind = kindFrom(next);
    const metrics = METRICS_OF[kind];
    const metric = metrics.length > 0 ? pick(next, metrics) : null;
    const strength = metric ? logUniform(next, WORLD.strength[metric]) : 1;
    const [shortest, longest] = WORLD.lasting[kind];
    const until = from + uniform(next, shortest, longest);
    // A fault that the run's end would cut short could not be judged.
    if (until < lastMs) faults.push({ id: plugin * 1_000 + faults.length, plugin, kind, metric, from, until, strength });
    from = until + WORLD.faultRestMs + exponential(next, WORLD.faultGapMs);
  }
  return faults;
}

function decoysOf(seed: number, plugin: number, lastMs: number): Decoy[] {
  const next = randomStream(seed, plugin, "decoys");
  const decoys: Decoy[] = [];
  for (let from = exponential(next, WORLD.deployGapMs); from < lastMs; from += WORLD.beatMs + exponential(next, WORLD.deployGapMs)) {
    decoys.push({ kind: "deploy", from, until: from + WORLD.deploySettleMs, times: 1 });
  }
  let from = exponential(next, WORLD.surgeGapMs);
  while (from < lastMs) {
    const until = from + uniform(next, ...WORLD.surgeLastsMs);
    decoys.push({ kind: "surge", from, until, times: uniform(next, ...WORLD.surgeTimes) });
    from = until + exponential(next, WORLD.surgeGapMs);
  }
  return decoys.toSorted((a, b) => a.from - b.from);
}

/** What fate holds for one plugin; the same for every arm of a run. */
export function fateOf(seed: number, plugin: number, lastMs: number): Fate {
  return { faults: faultsOf(seed, plugin, lastMs), decoys: decoysOf(seed, plugin, lastMs) };
}
