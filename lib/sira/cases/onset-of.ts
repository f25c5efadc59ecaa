import { counterRise } from "@/lib/detection/counter-rise";
import type { Finding } from "@/lib/detection/types";
import type { Onset } from "@/lib/sira/types";
import type { BeatSample } from "@/lib/telemetry/types";

/** Beats that are looked at, and how many of the newest of them may belong to the leap itself. */
const BEATS = 15;
const NEWEST = 2;
const FEWEST = 6;
/** Share of the way to where it stands that a figure had come before, from which on it was growing. */
const GROWN = 0.25;

/** The figure behind a finding, beat by beat; empty where none is. */
function figuresOf({ type, ruleId }: Pick<Finding, "type" | "ruleId">, beats: readonly BeatSample[]): number[] {
  const name = type === "novelty" ? ruleId.slice(ruleId.indexOf(":") + 1) : type;
  if (name === "errors_jump" || name === "identical_errors" || name === "errors_a_minute") {
    return beats.flatMap((beat, index) => counterRise(beats[index - 1] ?? null, beat, "errors_total") ?? []);
  }
  const metric = name === "latency_p95" ? "latency_p95_ms" : name;
  return beats.flatMap(({ telemetry }) => telemetry[metric] ?? []);
}

function middle(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
}

/**
 * How trouble began, as the beats up to its finding tell: what leaps is another fault than what grows, and other actions help.
 *
 * @param beats  of the plugin, oldest first, the newest the one that was found
 */
export function onsetOf(finding: Pick<Finding, "type" | "ruleId">, beats: readonly BeatSample[]): Onset {
  if (finding.type === "silence") return "silent";
  if (finding.ruleId.startsWith("standing:")) return "standing";
  const figures = figuresOf(finding, beats.slice(-BEATS));
  const last = figures.at(-1);
  const before = figures.slice(0, -NEWEST);
  if (last === undefined || before.length < FEWEST) return "sudden";
  const half = Math.floor(before.length / 2);
  const from = middle(before.slice(0, half));
  const grown = (middle(before.slice(half)) - from) / Math.max(1e-9, last - from);
  return grown > GROWN ? "gradual" : "sudden";
}
