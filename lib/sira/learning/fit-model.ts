import { digestOf, type Json } from "@/lib/kernel/canonical-json";
import { chanceOf } from "@/lib/sira/draw/chance-of";
import { assimilate, type Forgetting, startLearning } from "@/lib/sira/learning/assimilate";
import { calibrate, type Forecast } from "@/lib/sira/learning/calibrate";
import type { Cell, Pooling, SiraModel } from "@/lib/sira/model";
import { isMended, type LearningRow } from "@/lib/sira/outcomes";
import type { SiraAction } from "@/lib/sira/types";
import { SIRA_ACTIONS } from "@/lib/sira/types";
import { weighActions } from "@/lib/sira/weigh-actions";

/** What a fit may choose for itself, by how well it forecasts each outcome before it is known. */
export interface FitSettings extends Forgetting {
  /** How many attempts the belief about an unknown release counts for: little says that one outcome tells nearly all. */
  readonly releaseStrength: number;
  /** How much the static rules count, 0..1. */
  readonly trust: number;
  /** How widely kinds of case may differ from the rules and from each other, as a multiple of the base's pooling. */
  readonly width: number;
}

export interface Fit {
  readonly model: SiraModel;
  readonly settings: FitSettings;
  /** What the model would have said of each outcome before it was known, oldest first: out of sample by construction. */
  readonly forecasts: readonly (Forecast & { readonly knownAt: number; readonly action: SiraAction })[];
  /** Mean surprise of those forecasts in nats; 0.693 is a coin. */
  readonly logLoss: number;
}

const GRID = {
  releaseStrength: [4, 1],
  trust: [1, 0.6, 0.3],
  width: [0.5, 1],
  driftPerDay: [0.02, 0.08],
  changeAfter: [5, 3],
} as const;
/** The first is what a fit without outcomes takes: people's rules, closely. */
const ALL_SETTINGS: readonly FitSettings[] = GRID.releaseStrength.flatMap((releaseStrength) =>
  GRID.trust.flatMap((trust) =>
    GRID.width.flatMap((width) =>
      GRID.driftPerDay.flatMap((driftPerDay) =>
        GRID.changeAfter.map((changeAfter) => ({ releaseStrength, trust, width, driftPerDay, changeAfter })),
      ),
    ),
  ),
);
/** Outcomes after which one counts half for choosing settings and calibrating: the world moves on. */
const HALF_LIFE = 300;
/** Failures that the static belief about harm counts for. */
const HARM_STRENGTH = 10;
/**
 * Half the textbook's spread, for outcomes are few and each costs a shop; but hopeful by one deviation, so that what was not
 * tried for long is, and a change of the world is noticed. Isolating a shop to see what comes of it is out of the question.
 */
const EXPLORATION = { kind: "thompson", floor: 0.03, spread: 0.5, optimism: 1, never: ["isolate"] } as const;
/** How widely kinds of case differ: what helps hangs on the onset; figures and tenants add little, and have too few outcomes to say more. */
const POOLING: Pooling = { action: 0.5, type: 1.2, onset: 1.2, signature: 0.3, tenant: 0.1 };

interface Prepared {
  readonly action: SiraAction;
  readonly incident: LearningRow["request"]["incident"];
  readonly isMended: boolean;
  readonly at: number;
  readonly didHarm: boolean;
  /** By release strength, in the order of the grid. */
  readonly staticLogOdds: readonly number[];
}

function withReleaseStrength(base: SiraModel, strength: number): SiraModel {
  const share = base.releasePrior.good / (base.releasePrior.good + base.releasePrior.bad);
  return { ...base, releasePrior: { good: share * strength, bad: (1 - share) * strength } };
}

function prepare(row: LearningRow, bases: readonly SiraModel[]): Prepared[] {
  const mended = isMended(row.outcome);
  if (mended === null) return [];
  const staticLogOdds = bases.map(
    (base) => weighActions(row.request, base).find(({ action }) => action === row.decision.action)?.staticLogOdds,
  );
  // What was impossible under these rules (another SIRA proposed it) teaches them nothing.
  if (staticLogOdds.some((value) => value === undefined)) return [];
  return [
    {
      action: row.decision.action,
      incident: row.request.incident,
      isMended: mended,
      at: row.knownAt,
      didHarm: row.outcome === "made_worse",
      staticLogOdds: staticLogOdds as number[],
    },
  ];
}

/** One order for the same outcomes, however they were read: by when they became known. */
function inOrder(rows: readonly LearningRow[]): LearningRow[] {
  return rows.toSorted(
    (a, b) =>
      a.knownAt - b.knownAt ||
      a.decidedAt - b.decidedAt ||
      (a.request.incident.id < b.request.incident.id
        ? -1
        : a.request.incident.id > b.request.incident.id
          ? 1
          : a.request.seed - b.request.seed),
  );
}

function widened(width: number): Pooling {
  const { action, type, onset = type, signature, tenant } = POOLING;
  return { action: action * width, type: type * width, onset: onset * width, signature: signature * width, tenant: tenant * width };
}

function run(lessons: readonly Prepared[], settings: FitSettings) {
  const learning = startLearning();
  const pooling = widened(settings.width);
  const strength = GRID.releaseStrength.indexOf(settings.releaseStrength as (typeof GRID.releaseStrength)[number]);
  const logOdds = lessons.map((lesson) =>
    assimilate(
      learning,
      { ...lesson, staticLogOdds: settings.trust * (lesson.staticLogOdds[Math.max(0, strength)] as number) },
      pooling,
      settings,
    ),
  );
  return { cells: learning.cells, logOdds };
}

function recencyOf(index: number, count: number): number {
  return 2 ** (-(count - 1 - index) / HALF_LIFE);
}

function lossOf(lessons: readonly Prepared[], logOdds: readonly number[]): number {
  let [loss, weights] = [0, 0];
  for (const [index, lesson] of lessons.entries()) {
    const chance = Math.min(1 - 1e-6, Math.max(1e-6, chanceOf(logOdds[index] as number)));
    const weight = recencyOf(index, lessons.length);
    loss -= weight * Math.log(lesson.isMended ? chance : 1 - chance);
    weights += weight;
  }
  return weights > 0 ? loss / weights : Math.LN2;
}

function harmOf(lessons: readonly Prepared[], base: SiraModel): SiraModel["harm"] {
  const entries = SIRA_ACTIONS.map((action) => {
    const failures = lessons.filter((lesson) => lesson.action === action && !lesson.isMended);
    const harmed = failures.filter(({ didHarm }) => didHarm).length;
    return [action, (base.harm[action] * HARM_STRENGTH + harmed) / (HARM_STRENGTH + failures.length)] as const;
  });
  return Object.fromEntries(entries) as Record<SiraAction, number>;
}

/** Names a model after its content. */
export function nameModel(model: Omit<SiraModel, "version">): SiraModel {
  return { ...model, version: `sira-${digestOf(model as unknown as Json).slice("sha256:".length, "sha256:".length + 12)}` };
}

/**
 * Fits a new model version from decisions whose outcome is known, starting from the static rules of `base` each time: the same
 * rows give the same model, whatever was fitted before.
 *
 * @param rows      in any order; inconclusive ones are passed over
 * @param settings  left out, they are chosen by the log-loss of forecasts made before each outcome was known
 */
export function fitModel(rows: readonly LearningRow[], base: SiraModel, settings: FitSettings | null = null): Fit {
  const bases = GRID.releaseStrength.map((strength) => withReleaseStrength(base, strength));
  const lessons = inOrder(rows).flatMap((row) => prepare(row, bases));
  const tried = (settings ? [settings] : ALL_SETTINGS).map((each) => {
    const { cells, logOdds } = run(lessons, each);
    return { settings: each, cells, logOdds, loss: lossOf(lessons, logOdds) };
  });
  const best = tried.reduce((chosen, each) => (each.loss < chosen.loss ? each : chosen));
  const forecasts = lessons.map((lesson, index) => ({
    logOdds: best.logOdds[index] as number,
    isMended: lesson.isMended,
    weight: recencyOf(index, lessons.length),
    knownAt: lesson.at,
    action: lesson.action,
  }));
  const { version: _version, ...rules } = withReleaseStrength(base, best.settings.releaseStrength);
  const cells: Record<string, Cell> = Object.fromEntries([...best.cells].sort(([a], [b]) => (a < b ? -1 : 1)));
  const model = nameModel({
    ...rules,
    trust: best.settings.trust,
    format: 2,
    pooling: widened(best.settings.width),
    cells,
    harm: harmOf(lessons, base),
    calibration: calibrate(forecasts),
    exploration: EXPLORATION,
  });
  return { model, settings: best.settings, forecasts, logLoss: best.loss };
}
