import { ANCHORS, verdictOn } from "@/lib/simulator/report/anchors";
import { calibrationError } from "@/lib/simulator/report/calibration";
import { addLookAlikes, regretParts } from "@/lib/simulator/report/regret-parts";
import type { ArmResult, SeedResult } from "@/lib/simulator/report/seed-result";
import type { Figure } from "@/lib/simulator/report/statistics";
import { figureOf, mean, pooledFigure, quantile, ratioFigure } from "@/lib/simulator/report/statistics";

function armOf(seed: SeedResult, name: string): ArmResult {
  const arm = seed.arms.find((each) => each.name === name);
  if (!arm) throw new RangeError(`seed ${seed.seed} has no arm ${name}`);
  return arm;
}

function detectionFigures(seeds: readonly SeedResult[]): Record<string, Figure> {
  return {
    event_recall: ratioFigure(seeds, ({ detection }) => ({ part: detection.found, of: detection.faults })),
    event_precision: ratioFigure(seeds, ({ detection }) => ({ part: detection.alarms - detection.falseAlarms, of: detection.alarms })),
    false_incidents_per_plugin_week: ratioFigure(seeds, ({ detection }) => ({ part: detection.falseAlarms, of: detection.pluginWeeks })),
    mttd_hard_mean_minutes: pooledFigure(seeds, ({ detection }) => detection.hardMinutes, mean),
    mttd_hard_p95_minutes: pooledFigure(
      seeds,
      ({ detection }) => detection.hardMinutes,
      (all) => quantile(all, 0.95),
    ),
    hard_faults_missed: ratioFigure(seeds, ({ detection }) => ({
      part: detection.hardMissed,
      of: detection.hardMissed + detection.hardMinutes.length,
    })),
  };
}

/** Regret as a share of what the oracle reaches. */
function regretFigure(seeds: readonly SeedResult[], name: string): Figure {
  return figureOf(
    seeds.map((seed) => ({ ...armOf(seed, name).lastQuarter, n: armOf(seed, name).decisions })),
    (some) => {
      const own = some.reduce((sum, each) => sum + each.own, 0);
      const best = some.reduce((sum, each) => sum + each.best, 0);
      return { value: best > 0 ? (best - own) / best : null, n: some.reduce((sum, each) => sum + each.n, 0) };
    },
  );
}

/** How much smaller SIRA's regret is than the static rules': -0.5 is half of it. */
function regretAgainstStatic(seeds: readonly SeedResult[]): Figure {
  const both = seeds.map((seed) => [armOf(seed, "sira").lastQuarter, armOf(seed, "static_rules").lastQuarter] as const);
  return figureOf(both, (some) => {
    const own =
      some.reduce((sum, [sira]) => sum + sira.best - sira.own, 0) /
      Math.max(
        1e-9,
        some.reduce((sum, [sira]) => sum + sira.best, 0),
      );
    const rules =
      some.reduce((sum, [, each]) => sum + each.best - each.own, 0) /
      Math.max(
        1e-9,
        some.reduce((sum, [, each]) => sum + each.best, 0),
      );
    return { value: rules > 0 ? own / rules - 1 : null, n: some.length };
  });
}

function armFigures(seeds: readonly SeedResult[], name: string): Record<string, Figure> {
  const patches = (part: keyof ArmResult["patches"], of: keyof ArmResult["patches"]) =>
    ratioFigure(seeds, (seed) => ({ part: armOf(seed, name).patches[part], of: armOf(seed, name).patches[of] }));
  return {
    regret_last_quarter: regretFigure(seeds, name),
    worth_per_decision: ratioFigure(seeds, (seed) => ({ part: armOf(seed, name).worth.own, of: armOf(seed, name).decisions })),
    ece: figureOf(
      seeds.map((seed) => armOf(seed, name).bins),
      calibrationError,
    ),
    mttr_minor_median_minutes: pooledFigure(
      seeds,
      (seed) => armOf(seed, name).minorFixMinutes,
      (all) => quantile(all, 0.5),
    ),
    autopatch_success_among_kept: patches("keptFixed", "kept"),
    autopatch_success_among_committed: patches("keptFixed", "committed"),
    good_patches_rolled_back: patches("goodRolledBack", "attempts"),
    harmful_patch_recall: patches("harmfulCaught", "harmful"),
    harmful_share: patches("harmful", "attempts"),
    not_fixed_share: patches("notFixed", "attempts"),
  };
}

function releaseFigures(seeds: readonly SeedResult[]): Record<string, Figure> {
  const hits = (seed: SeedResult) => seed.releases.filter(({ kind }) => kind === "totally_broken").map(({ merchantsHit }) => merchantsHit);
  const share = (kind: string, ends: readonly string[]) =>
    ratioFigure(seeds, ({ releases }) => {
      const own = releases.filter((release) => release.kind === kind);
      return { part: own.filter(({ end }) => ends.includes(end)).length, of: own.length };
    });
  return {
    merchants_hit_median: pooledFigure(seeds, hits, (all) => quantile(all, 0.5)),
    merchants_hit_p95: pooledFigure(seeds, hits, (all) => quantile(all, 0.95)),
    broken_releases_halted: share("totally_broken", ["stopped", "rollback", "hold"]),
    five_times_worse_halted_before_wave_2: share("five_times_worse", ["stopped", "rollback", "hold"]),
    good_releases_rolled_back: share("good", ["stopped", "rollback"]),
    good_releases_widened: share("good", ["commit"]),
  };
}

function sumCounts(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const counts of all) for (const [key, count] of Object.entries(counts)) sums[key] = (sums[key] ?? 0) + count;
  return Object.fromEntries(Object.entries(sums).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function detailsOf(seeds: readonly SeedResult[]) {
  const kinds = [...new Set(seeds.flatMap(({ detection }) => Object.keys(detection.byKind)))].toSorted();
  const names = seeds[0]?.arms.map(({ name }) => name) ?? [];
  return {
    recall_by_kind: Object.fromEntries(
      kinds.map((kind) => [kind, ratioFigure(seeds, ({ detection }) => detection.byKind[kind] ?? { part: 0, of: 0 })]),
    ),
    false_incidents_by_rule: sumCounts(seeds.map(({ detection }) => detection.falseByRule)),
    actions: Object.fromEntries(names.map((name) => [name, sumCounts(seeds.map((seed) => armOf(seed, name).actions))])),
    permits: sumCounts(seeds.map((seed) => armOf(seed, "sira").permits)),
    sira_last_quarter_by_cause: regretByCause(seeds),
    last_quarter_regret_parts: Object.fromEntries(names.map((name) => [name, partsOf(seeds, name)])),
    calibration: armBins(seeds),
  };
}

/**
 * An arm's regret in the last quarter taken apart: by what could be known when it had to be decided, and by whether anything was
 * wrong at all (`false_alarms`, `true_alarms`, which sum to the regret just as the other two do).
 */
function partsOf(seeds: readonly SeedResult[], name: string) {
  const arms = seeds.map((seed) => armOf(seed, name));
  const parts = regretParts(addLookAlikes(arms.map(({ lastQuarterByLook }) => lastQuarterByLook)));
  const healthy = arms.flatMap(({ lastQuarterByCause }) => lastQuarterByCause.healthy ?? []);
  const best = arms.reduce((sum, { lastQuarter }) => sum + lastQuarter.best, 0);
  const lost = arms.reduce((sum, { lastQuarter }) => sum + lastQuarter.best - lastQuarter.own, 0);
  const onFalse = healthy.reduce((sum, each) => sum + each.best - each.own, 0);
  return parts && { ...parts, false_alarms: onFalse / best, true_alarms: (lost - onFalse) / best };
}

/** Mean worth lost a decision in the last quarter, cause by cause. */
function regretByCause(seeds: readonly SeedResult[]) {
  const sums: Record<string, { own: number; best: number; n: number }> = {};
  for (const seed of seeds) {
    for (const [cause, { own, best, n }] of Object.entries(armOf(seed, "sira").lastQuarterByCause)) {
      const known = sums[cause] ?? { own: 0, best: 0, n: 0 };
      sums[cause] = { own: known.own + own, best: known.best + best, n: known.n + n };
    }
  }
  return Object.fromEntries(Object.entries(sums).map(([cause, { own, best, n }]) => [cause, { own: own / n, best: best / n, n }]));
}

function armBins(seeds: readonly SeedResult[]) {
  const all = seeds.map((seed) => armOf(seed, "sira").bins);
  return (all[0] ?? []).map((_, index) => {
    const sum = (of: "count" | "confidence" | "right") => all.reduce((total, bins) => total + (bins[index]?.[of] ?? 0), 0);
    const count = sum("count");
    return { decisions: count, confidence: count > 0 ? sum("confidence") / count : null, right: count > 0 ? sum("right") / count : null };
  });
}

/**
 * The report over all seeds: every figure of the examination with its interval, what it was held against, and what stands behind it.
 */
export function buildReport(seeds: readonly SeedResult[], settings: { readonly plugins: number; readonly days: number }) {
  const figures: Record<string, Figure> = {
    ...detectionFigures(seeds),
    ...armFigures(seeds, "sira"),
    regret_against_static_rules: regretAgainstStatic(seeds),
    ...releaseFigures(seeds),
  };
  const names = seeds[0]?.arms.map(({ name }) => name) ?? [];
  return {
    settings: { ...settings, seeds: seeds.map(({ seed }) => seed) },
    points: seeds.reduce((sum, { detection }) => sum + detection.points, 0),
    verdicts: ANCHORS.map((anchor) => ({ figure: anchor.figure, verdict: verdictOn(anchor, figures) })),
    figures,
    arms: Object.fromEntries(names.map((name) => [name, armFigures(seeds, name)])),
    details: detailsOf(seeds),
  };
}
