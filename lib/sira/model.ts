import type { IncidentType } from "@/lib/detection/types";
import type { SiraAction } from "@/lib/sira/types";

/** Weights are log-odds: +0.7 doubles the odds that an action mends the incident, -0.7 halves them. */
export interface SiraModel {
  readonly version: string;
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
  /** Beta prior on how releases fare, in attempts: good of (good + bad). */
  readonly releasePrior: { readonly good: number; readonly bad: number };
  /** Platt scaling of the winning log-odds into a confidence; slope 1 and shift 0 leave them as they are. */
  readonly calibration: { readonly slope: number; readonly shift: number };
  /** Share of decisions drawn among `exploreActions` for learning; 0 is greedy. */
  readonly epsilon: number;
  /** Actions that can do no harm and may therefore be explored. */
  readonly exploreActions: readonly SiraAction[];
}
