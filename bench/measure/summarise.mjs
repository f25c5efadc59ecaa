import { median } from "../load/run-load.mjs";

/** Figures of one case over all rounds: the middle one of each, so that a neighbour's noise in one round moves nothing. @param {readonly import("./run-case.mjs").CaseResult[]} rounds */
export function summarise(rounds) {
  const of = (/** @type {(round: import("./run-case.mjs").CaseResult) => number} */ pick) => median(rounds.map(pick));
  const [first] = rounds;
  /** @type {Record<string, number>} */
  const statuses = {};
  for (const round of rounds)
    for (const [status, count] of Object.entries(round.statuses)) statuses[status] = (statuses[status] ?? 0) + count;
  return {
    name: first?.name ?? "",
    beatsPerSecond: of((round) => round.beatsPerSecond),
    p50Ms: of((round) => round.p50Ms),
    p99Ms: of((round) => round.p99Ms),
    cpuPerThousand: of((round) => round.cpuPerThousand),
    kinstrPerBeat: first?.kinstrPerBeat == null ? null : of((round) => round.kinstrPerBeat ?? Number.NaN),
    statuses,
  };
}

/** @param {number} value @param {number} digits */
export const rounded = (value, digits) => (Number.isFinite(value) ? Number(value.toFixed(digits)) : null);

const COLUMNS = ["case", "beats/s", "p50 ms", "p99 ms", "CPU s / 1,000", "Kinstr / beat", "÷ bare store", "answers"];

/**
 * @param {readonly ReturnType<typeof summarise>[]} cases
 * @param {number} barePerSecond what the last but one column compares with
 * @returns {string}
 */
export function tableOf(cases, barePerSecond) {
  const rows = cases.map((one) => [
    one.name,
    one.beatsPerSecond.toFixed(0),
    one.p50Ms.toFixed(1),
    one.p99Ms.toFixed(1),
    one.cpuPerThousand.toFixed(3),
    one.kinstrPerBeat?.toFixed(0) ?? "-",
    (one.beatsPerSecond / barePerSecond).toFixed(3),
    Object.entries(one.statuses)
      .map(([status, count]) => `${status}: ${count}`)
      .join(", "),
  ]);
  const widths = COLUMNS.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (/** @type {readonly string[]} */ cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [COLUMNS, ...rows].map(line).join("\n");
}
