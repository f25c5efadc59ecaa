import { cellKeys, fullVariance } from "@/lib/sira/cases/cell-keys";
import { chanceOf } from "@/lib/sira/draw/chance-of";
import { moderated } from "@/lib/sira/draw/confidence-of";
import type { Cell, Pooling } from "@/lib/sira/model";
import type { SiraAction, SiraRequest } from "@/lib/sira/types";
import { SIRA_ACTIONS } from "@/lib/sira/types";

/** How fast what was learned is doubted again. */
export interface Forgetting {
  /** Share of a level's own variance that comes back each day. */
  readonly driftPerDay: number;
  /** Surprise, in nats beyond what was expected, at which a kind of case counts as changed. */
  readonly changeAfter: number;
}

/** One outcome as learning needs it. */
export interface Lesson {
  readonly action: SiraAction;
  readonly incident: SiraRequest["incident"];
  /** What the static rules gave it. */
  readonly staticLogOdds: number;
  readonly isMended: boolean;
  readonly at: number;
}

/** Cells while they are learned; `surprise` is the running sum of the change detector. */
interface Learning {
  readonly cells: Map<string, Cell>;
  readonly surprise: Map<string, number>;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Surprise that is forgiven with every outcome, so that chance does not add up over months. */
const FORGIVEN = 0.1;
/** What remains of a mean after a change: its direction, as a guess. */
const KEPT_AFTER_CHANGE = 0.5;
/** By the number of parts of a key, less one. */
const LEVELS = ["action", "onset", "signature", "tenant"] as const;

export function startLearning(): Learning {
  return { cells: new Map(), surprise: new Map() };
}

/** A cell as it stands now: the longer nothing was heard, the less is known, up to what its level allows. */
function aged(cell: Cell | undefined, full: number, now: number, driftPerDay: number): Cell {
  if (!cell) return { mean: 0, variance: full, seen: 0, mended: 0, at: now, changes: 0 };
  const days = Math.max(0, now - cell.at) / DAY_MS;
  return { ...cell, variance: Math.min(full, cell.variance + full * driftPerDay * days) };
}

function doubted(cell: Cell, variance: number): Cell {
  return { ...cell, mean: cell.mean * KEPT_AFTER_CHANGE, variance, changes: cell.changes + 1 };
}

function entropyOf(chance: number): number {
  return -(chance * Math.log(chance) + (1 - chance) * Math.log(1 - chance));
}

/** All actions on this kind of case become unsure again: where one behaves unlike before, what is known of the others is old too. */
function doubt(learning: Learning, incident: Lesson["incident"], pooling: Pooling): void {
  for (const action of SIRA_ACTIONS) {
    for (const { level, key } of cellKeys(action, incident, 2)) {
      const cell = learning.cells.get(key);
      if (!cell || level === "action") continue;
      learning.cells.set(key, doubted(cell, fullVariance(pooling, level)));
      learning.surprise.set(key, 0);
    }
  }
}

/** Everything becomes unsure again: where an action behaves unlike before over all it is used for, the world has changed. */
function doubtAll(learning: Learning, pooling: Pooling): void {
  for (const [key, cell] of learning.cells) {
    const level = LEVELS[key.split("|").length - 1];
    if (level) learning.cells.set(key, doubted(cell, fullVariance(pooling, level)));
  }
  learning.surprise.clear();
}

/**
 * Takes one outcome into the cells of its kind of case, from the widest to the tenant's own.
 *
 * Each cell carries a normal belief about its correction of the log-odds; an outcome moves every level by its share of the
 * uncertainty, so a tenant with few outcomes follows the fleet and one with many stands on its own (partial pooling). A sum
 * of surprises (CUSUM) notices when a kind of case changed, and makes its cells unsure again; another when an action changed as
 * a whole, and makes all of them so.
 *
 * @returns the log-odds, moderated by how sure they were, that were believed before the outcome was known: an honest forecast, for calibration and evaluation
 * Source: extended Kalman update of a logistic model with additive effects (adPredictor, Graepel et al. 2010, uses the probit);
 *         E. S. Page (1954), Biometrika 41:100-115.
 */
export function assimilate(learning: Learning, lesson: Lesson, pooling: Pooling, forgetting: Forgetting): number {
  const keys = cellKeys(lesson.action, lesson.incident, 2);
  const cells = keys.map(({ level, key }) =>
    aged(learning.cells.get(key), fullVariance(pooling, level), lesson.at, forgetting.driftPerDay),
  );
  const logOdds = cells.reduce((sum, { mean }) => sum + mean, lesson.staticLogOdds);
  const variance = cells.reduce((sum, cell) => sum + cell.variance, 0);
  const forecast = moderated(logOdds, variance);
  const chance = Math.min(1 - 1e-9, Math.max(1e-9, chanceOf(logOdds)));
  const curvature = chance * (1 - chance);
  const error = (lesson.isMended ? 1 : 0) - chance;
  for (const [index, { key }] of keys.entries()) {
    const cell = cells[index] as Cell;
    const gain = cell.variance / (1 + curvature * variance);
    learning.cells.set(key, {
      mean: cell.mean + gain * error,
      variance: cell.variance * (1 - gain * curvature),
      seen: cell.seen + 1,
      mended: cell.mended + (lesson.isMended ? 1 : 0),
      at: Math.max(cell.at, lesson.at),
      changes: cell.changes,
    });
  }
  noteSurprise(learning, lesson, chance, pooling, forgetting.changeAfter);
  return forecast;
}

/** Adds a surprise to a running sum. @returns whether the sum tells of a change */
function isChanged(learning: Learning, key: string, surprise: number, changeAfter: number): boolean {
  const sum = Math.max(0, (learning.surprise.get(key) ?? 0) + surprise);
  learning.surprise.set(key, sum);
  return sum > changeAfter;
}

function noteSurprise(learning: Learning, lesson: Lesson, chance: number, pooling: Pooling, changeAfter: number): void {
  const surprise = -Math.log(lesson.isMended ? chance : 1 - chance) - entropyOf(chance) - FORGIVEN;
  const watched = cellKeys(lesson.action, lesson.incident, 2).find(({ level }) => level === "signature");
  if (watched && isChanged(learning, watched.key, surprise, changeAfter)) doubt(learning, lesson.incident, pooling);
  if (isChanged(learning, lesson.action, surprise, changeAfter)) doubtAll(learning, pooling);
}
