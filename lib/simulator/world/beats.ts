import { binomial, negativeBinomial, normal, poisson } from "@/lib/simulator/chance/draws";
import { randomStream } from "@/lib/simulator/chance/random-stream";
import type { Fate, Fault } from "@/lib/simulator/world/faults";
import type { Levels, Shop } from "@/lib/simulator/world/shop";
import { levelsAt } from "@/lib/simulator/world/shop";
import { DAY, WORLD } from "@/lib/simulator/world/world-parameters";
import type { BeatSample } from "@/lib/telemetry/types";

/** Where virtual time begins: a Monday at midnight UTC. */
export const EPOCH = Date.UTC(2026, 0, 5);
const BEATS_A_DAY = DAY / WORLD.beatMs;

function bootId(plugin: number, boot: number): string {
  return `00000000-0000-4000-8000-${plugin.toString(16).padStart(4, "0")}${boot.toString(16).padStart(8, "0")}`;
}

/** A first-order autoregression with unit memory of its own; its stationary deviation is noise / sqrt(1 - memory²). */
function autoregression(next: () => number, { memory, noise }: { memory: number; noise: number }): () => number {
  let value = 0;
  return () => {
    value = memory * value + noise * normal(next);
    return value;
  };
}

/** Factor by which a surge or none lifts traffic at one moment. */
function surgeAt(fate: Fate, at: number): number {
  const surge = fate.decoys.find((decoy) => decoy.kind === "surge" && decoy.from <= at && at < decoy.until);
  if (!surge) return 1;
  const edge = Math.min(at - surge.from, surge.until - at) / WORLD.surgeRampMs;
  return 1 + (surge.times - 1) * Math.min(1, edge);
}

/** Errors of the last 24 hours, beat by beat in a ring. */
function dayCounter(): (count: number) => number {
  const ring = new Float64Array(BEATS_A_DAY);
  let at = 0;
  let sum = 0;
  return (count) => {
    sum += count - (ring[at] ?? 0);
    ring[at] = count;
    at = (at + 1) % BEATS_A_DAY;
    return sum;
  };
}

/** What happened in one interval, drawn around the levels. */
function drawInterval(
  next: () => number,
  levels: Levels,
  factors: { traffic: number; failShare: number; latency: number; memory: number },
) {
  const sent = poisson(next, levels.traffic * factors.traffic);
  const share = Math.min(1, levels.failShare * (levels.failShare > 0.1 ? 1 : factors.failShare));
  const failed = binomial(next, sent, share);
  const logged = binomial(next, failed, WORLD.errorPerFailure);
  const faultErrors = levels.faultErrors > 0 ? negativeBinomial(next, levels.faultErrors, 8) : 0;
  const errors = negativeBinomial(next, levels.errors, WORLD.errors.size) + logged + faultErrors;
  const latencyMs = levels.latencyMs * factors.latency * Math.exp(WORLD.latency.sampling * normal(next));
  const queue = negativeBinomial(next, levels.queue, levels.queue > 40 ? 20 : WORLD.queue.size);
  const memoryMb = levels.memoryMb * factors.memory;
  return { sent, failed, logged, faultErrors, errors, latencyMs, queue, memoryMb };
}

/** Errors as an agent lists them: those of one fingerprint together. */
function errorList(drawn: ReturnType<typeof drawInterval>): BeatSample["errors"] {
  const same = Math.round(drawn.faultErrors * WORLD.sameError);
  return [
    ...(same > 0 ? [{ code: "ERR_FAULT", fingerprint: "fault", count: same }] : []),
    ...(drawn.logged > 0 ? [{ code: "ERR_WEBHOOK", fingerprint: "webhook", count: drawn.logged }] : []),
  ];
}

/** One beat that reached Center. */
export interface WorldBeat {
  /** Milliseconds since the run began, as `sample.receivedAt` less EPOCH. */
  readonly at: number;
  readonly sample: BeatSample;
  readonly fault: Fault | null;
}

/** What one beat of an agent has to say. */
interface Said {
  readonly at: number;
  readonly boot: number;
  readonly seq: number;
  readonly totals: { readonly sent: number; readonly failed: number; readonly errors: number };
  readonly errorsLastDay: number;
  readonly drawn: ReturnType<typeof drawInterval>;
}

function sampleOf(shop: Shop, { at, boot, seq, totals, errorsLastDay, drawn }: Said): BeatSample {
  const version = `1.0.${boot}`;
  return {
    receivedAt: new Date(EPOCH + Math.round(at)),
    bootId: bootId(shop.plugin, boot),
    seq,
    runningVersion: version,
    diskVersion: version,
    active: true,
    telemetry: {
      ...(drawn.sent > 0 ? { webhook_fail_rate: drawn.failed / drawn.sent } : {}),
      webhooks_sent: totals.sent,
      webhooks_failed: totals.failed,
      errors_total: totals.errors,
      errors_last_24h: errorsLastDay,
      latency_p95_ms: Math.round(drawn.latencyMs),
      queue_depth: drawn.queue,
      memory_mb: Math.round(drawn.memoryMb * 10) / 10,
    },
    errors: errorList(drawn),
  };
}

/**
 * Everything one shop's agent says in a run, beat by beat, as if nobody ever acted.
 *
 * Lost beats and silent times are left out. Counters are cumulative per boot; a deployment begins a new boot.
 */
export function* beatsOf(seed: number, shop: Shop, fate: Fate, lastMs: number): Generator<WorldBeat> {
  const next = randomStream(seed, shop.plugin, "beats");
  const traffic = autoregression(next, WORLD.traffic);
  const failShare = autoregression(next, WORLD.failShare);
  const latency = autoregression(next, WORLD.latency);
  const memory = autoregression(next, WORLD.memory);
  const lastDay = dayCounter();
  const offset = next() * WORLD.beatMs;
  const deploys = fate.decoys.filter(({ kind }) => kind === "deploy");
  let boot = 0;
  let totals = { sent: 0, failed: 0, errors: 0 };
  let coming = 0;
  let seq = 0;
  for (let due = offset; due < lastMs; due += WORLD.beatMs) {
    const at = due + next() * WORLD.beatJitterMs;
    while ((fate.faults[coming]?.until ?? Number.POSITIVE_INFINITY) <= at) coming += 1;
    const candidate = fate.faults[coming];
    const fault = candidate && candidate.from <= at ? candidate : null;
    while ((deploys[boot]?.from ?? Number.POSITIVE_INFINITY) <= at) {
      boot += 1;
      totals = { sent: 0, failed: 0, errors: 0 };
    }
    const settling = boot > 0 && at < (deploys[boot - 1]?.until ?? 0);
    const factors = {
      traffic: Math.exp(traffic()),
      failShare: Math.exp(failShare()),
      latency: Math.exp(latency()) * (settling ? WORLD.deployLatency : 1),
      memory: Math.exp(memory()),
    };
    const drawn = drawInterval(next, levelsAt(shop, at, fault, surgeAt(fate, at)), factors);
    const errors = drawn.errors + (settling ? poisson(next, WORLD.deployErrors) : 0);
    totals = { sent: totals.sent + drawn.sent, failed: totals.failed + drawn.failed, errors: totals.errors + errors };
    const errorsLastDay = lastDay(errors);
    seq += 1;
    if (next() < WORLD.lostBeats || fault?.kind === "silence") continue;
    const said = { at, boot, seq, totals, errorsLastDay, drawn: { ...drawn, errors } };
    yield { at, fault, sample: sampleOf(shop, said) };
  }
}
