import { parseArgs } from "node:util";
import { groupBy } from "@/lib/kernel/group-by";
import { playFaults, playWorld } from "@/lib/modules/streams/testing/play-world";
import { STEPS_A_DAY } from "@/lib/modules/streams/testing/quiet-world";

/** Findings of a quiet tenant's module in a week that are still bearable, and the share of planted faults that has to be found. */
const BOUNDS = { falseAWeek: 1, found: 0.9 };
const TENANTS = 4;
/** Steps within which what is planted has to be told: an hour. */
const WITHIN = 30;

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most) throw new Error(`--${name} takes a whole number from 1 to ${most}`);
  return value;
}

/** Plays quiet worlds, in which every finding is a false one, and worlds in which one tenant has each fault in turn. */
function check(): number {
  const text = (standard: string) => ({ type: "string", default: standard }) as const;
  const { values } = parseArgs({ options: { seed: text("1"), seeds: text("5"), days: text("14") } });
  const [first, count] = [wholeNumber("seed", values.seed, 0x7fffffff), wholeNumber("seeds", values.seeds, 1_000)];
  const days = wholeNumber("days", values.days, 400);
  const seeds = Array.from({ length: count }, (_, index) => first + index);
  const told = seeds.flatMap((seed) => playWorld({ seed, tenants: TENANTS, days }));
  // Nothing is raised in the first day; each tenant's streams and those of all are looked at.
  const weeks = (count * (TENANTS + 1) * (days - 1)) / 7;
  const played = seeds.map(playFaults);
  const delays = played.flatMap((world) =>
    world.faults.map(({ type, from }) => {
      const seen = world.told.find((one) => one.type === type && one.tenant === 0 && one.step >= from && one.step - from <= WITHIN);
      return { type, minutes: seen === undefined ? null : ((seen.step - from + 1) * 24 * 60) / STEPS_A_DAY };
    }),
  );
  const found = delays.filter(({ minutes }) => minutes !== null).length / delays.length;
  const falseAWeek = told.length / weeks;
  const kinds = Object.fromEntries([...groupBy(told, ({ ruleId }) => ruleId)].map(([ruleId, of]) => [ruleId, of.length]));
  const missed = delays.flatMap(({ type, minutes }) => (minutes === null ? type : []));
  const times = delays.flatMap(({ minutes }) => minutes ?? []).sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)] ?? null;
  const figures = { seeds: count, days, weeks, false_findings: told.length, false_a_week: falseAWeek, kinds };
  console.log(JSON.stringify({ ...figures, planted: delays.length, found, missed, median_minutes: median }));
  return falseAWeek <= BOUNDS.falseAWeek && found >= BOUNDS.found ? 0 : 1;
}

try {
  process.exitCode = check();
} catch (error) {
  console.error(`streams:check: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
