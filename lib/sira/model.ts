import type { IncidentType } from "@/lib/detection/types";
import type { SiraAction } from "@/lib/sira/types";

/** What people know before any outcome is seen. Weights are log-odds: +0.7 doubles the odds that an action mends, -0.7 halves them. */
export interface StaticRules {
  /** What each action mends on its own, before any fact is known. */
  readonly priors: Readonly<Record<SiraAction, number>>;
  /** What an incident's type says about each action. */
  readonly typeWeights: Readonly<Partial<Record<IncidentType, Readonly<Partial<Record<SiraAction, number>>>>>>;
  readonly weights: {
    /** The release says that it fixes this type. */
    readonly claimsFix: number;
    /** The release is newer but claims nothing about this type. */
    readonly generalRelease: number;
    readonly majorRelease: number;
    /** Full share of sick peers on the running version: for leaving it, by patch or by rollback. */
    readonly sickPeersPatch: number;
    readonly sickPeersRollback: number;
    /** Each time this incident came back, or was already worked on without success. */
    readonly reopened: number;
    readonly attempted: number;
    /** The agent never said what it can do. */
    readonly capabilitiesUnknown: number;
    /** The plugin holds more memory than `memoryHighMb`. */
    readonly memoryHigh: number;
  };
  readonly memoryHighMb: number;
  /** Fewest peers on a version whose share of sick ones means anything. */
  readonly peersMinimum: number;
  /** Beta prior on how releases fare, in attempts: good of (good + bad). A small sum says that a release mends nearly always or never. */
  readonly releasePrior: { readonly good: number; readonly bad: number };
  /** As often may one action fail on a plugin's incident before it is no longer proposed there. */
  readonly failuresHere: number;
}

/** What outcomes have taught about one kind of case: a correction of the static log-odds, and what it rests on. */
export interface Cell {
  /** Correction of the log-odds, and how unsure it still is (variance of a normal). */
  readonly mean: number;
  readonly variance: number;
  /** Outcomes seen since the beginning, and how many of them mended. */
  readonly seen: number;
  readonly mended: number;
  /** When the newest of them became known, epoch ms. */
  readonly at: number;
  /** How often this kind of case was found to behave unlike before. */
  readonly changes: number;
}

/** How widely a cell may differ from what is known one level above it, as standard deviations of log-odds; `tenant` is the shrinkage. */
export interface Pooling {
  readonly action: number;
  /** Of models of format 1; those of format 2 pool by how trouble began instead. */
  readonly type: number;
  readonly onset?: number;
  readonly signature: number;
  readonly tenant: number;
}

/** Everything that a decision depends on besides its question. Versions are named after their content, so a stored one proves itself. */
export interface SiraModel extends StaticRules {
  readonly version: string;
  /**
   * How the rest is read, so that what an older model decided comes out again. 2: cells pool by the onset of trouble
   * (cases/cell-keys.ts), and a confidence is the less sure the less is known (draw/confidence-of.ts). Left out is 1: by its type, and not.
   */
  readonly format?: 2;
  /** How much the static rules count, 0..1: 1 at a cold start, less where outcomes contradict them. */
  readonly trust: number;
  /** What outcomes taught, by cell key (cases/cell-keys.ts); empty at a cold start. */
  readonly cells: Readonly<Record<string, Cell>>;
  readonly pooling: Pooling;
  /** Share of an action's failures that do harm; harm weighs as much as mending. Without harm and help, an action is worth 0. */
  readonly harm: Readonly<Record<SiraAction, number>>;
  /** Platt scaling of the winning log-odds into a confidence; slope 1 and shift 0 leave them as they are. */
  readonly calibration: { readonly slope: number; readonly shift: number };
  /**
   * Greedy always takes the best. Thompson draws each action as often as it is believed to be the best, and never with a chance
   * below `floor`; `spread` scales how unsure it pretends to be (1 is the textbook, less explores less). `optimism`
   * lifts each action by so many of its standard deviations before: what was long not tried is tried again, since the world
   * changes. What is in `never` is taken when it is the best by all that is known, and never to find out.
   */
  readonly exploration:
    | { readonly kind: "greedy" }
    | {
        readonly kind: "thompson";
        readonly floor: number;
        readonly spread: number;
        readonly optimism?: number;
        readonly never?: readonly SiraAction[];
      };
}
