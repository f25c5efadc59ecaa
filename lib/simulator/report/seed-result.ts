import type { ReleaseTrial } from "@/lib/simulator/arms/release-trial";
import type { Bin } from "@/lib/simulator/report/calibration";
import type { LookAlikes } from "@/lib/simulator/report/regret-parts";
import type { Ratio } from "@/lib/simulator/report/statistics";

/** What detection made of one run. Minutes are from the fault's beginning. */
export interface DetectionResult {
  readonly faults: number;
  readonly found: number;
  readonly alarms: number;
  readonly falseAlarms: number;
  readonly pluginWeeks: number;
  readonly points: number;
  readonly hardMinutes: readonly number[];
  readonly hardMissed: number;
  readonly byKind: Readonly<Record<string, Ratio>>;
  readonly falseByRule: Readonly<Record<string, number>>;
}

/** What one arm made of one run. */
export interface ArmResult {
  readonly name: string;
  readonly decisions: number;
  readonly bins: readonly Bin[];
  /** Sums of expected worth over the whole run, and over its last quarter: of what was done, and of the best. */
  readonly worth: { readonly own: number; readonly best: number };
  readonly lastQuarter: { readonly own: number; readonly best: number };
  readonly lastQuarterByCause: Readonly<Record<string, { readonly own: number; readonly best: number; readonly n: number }>>;
  /** The last quarter by what decisions looked like. */
  readonly lastQuarterByLook: Readonly<Record<string, LookAlikes>>;
  readonly actions: Readonly<Record<string, number>>;
  readonly permits: Readonly<Record<string, number>>;
  readonly patches: {
    readonly attempts: number;
    readonly kept: number;
    readonly keptFixed: number;
    readonly goodRolledBack: number;
    readonly harmful: number;
    readonly harmfulCaught: number;
    readonly notFixed: number;
    readonly committed: number;
  };
  /** From the alarm to the proven end, minutes, of minor incidents that were mended without anybody. */
  readonly minorFixMinutes: readonly number[];
}

/** Everything that one seed brought; plain data, so that it can come from another thread. */
export interface SeedResult {
  readonly seed: number;
  readonly detection: DetectionResult;
  readonly arms: readonly ArmResult[];
  readonly releases: readonly ReleaseTrial[];
}
