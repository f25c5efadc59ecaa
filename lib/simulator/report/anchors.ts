import type { Figure } from "@/lib/simulator/report/statistics";

/** One demand: bounds that a figure must keep. */
interface Bound {
  readonly key: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** What is asked of a figure, and of an excellent one; all bounds of a list must be kept. */
export interface Anchor {
  readonly figure: string;
  readonly pass: readonly Bound[];
  readonly excellent: readonly Bound[];
}

const PRECISE: Bound = { key: "event_precision", atLeast: 0.9 };

/** The examination, figure by figure. */
export const ANCHORS: readonly Anchor[] = [
  {
    figure: "event recall at precision >= 0.9",
    pass: [PRECISE, { key: "event_recall", atLeast: 0.9 }],
    excellent: [PRECISE, { key: "event_recall", atLeast: 0.95 }],
  },
  {
    figure: "false incidents per plugin and week",
    pass: [{ key: "false_incidents_per_plugin_week", atMost: 1 }],
    excellent: [{ key: "false_incidents_per_plugin_week", atMost: 0.2 }],
  },
  {
    figure: "MTTD of hard faults, mean and p95, minutes",
    pass: [
      { key: "mttd_hard_mean_minutes", atMost: 3 },
      { key: "mttd_hard_p95_minutes", atMost: 5 },
    ],
    excellent: [
      { key: "mttd_hard_mean_minutes", atMost: 2 },
      { key: "mttd_hard_p95_minutes", atMost: 4 },
    ],
  },
  {
    figure: "MTTR of minor fixes, median minutes",
    pass: [{ key: "mttr_minor_median_minutes", atMost: 10 }],
    excellent: [{ key: "mttr_minor_median_minutes", atMost: 8 }],
  },
  {
    figure: "autopatch success among kept patches",
    pass: [{ key: "autopatch_success_among_kept", atLeast: 0.95 }],
    excellent: [{ key: "autopatch_success_among_kept", atLeast: 0.98 }],
  },
  {
    figure: "good patches rolled back, of all attempts",
    pass: [{ key: "good_patches_rolled_back", atMost: 0.02 }],
    excellent: [
      { key: "good_patches_rolled_back", atMost: 0.01 },
      { key: "harmful_patch_recall", atLeast: 0.99 },
    ],
  },
  {
    figure: "merchants hit by a totally broken patch, median and p95",
    pass: [
      { key: "merchants_hit_median", atMost: 2 },
      { key: "merchants_hit_p95", atMost: 5 },
    ],
    excellent: [
      { key: "merchants_hit_median", atMost: 1 },
      { key: "merchants_hit_p95", atMost: 2 },
    ],
  },
  { figure: "expected calibration error", pass: [{ key: "ece", atMost: 0.05 }], excellent: [{ key: "ece", atMost: 0.03 }] },
  {
    figure: "regret in the last quarter, against the oracle and against static rules",
    pass: [
      { key: "regret_last_quarter", atMost: 0.1 },
      { key: "regret_against_static_rules", atMost: -0.5 },
    ],
    excellent: [
      { key: "regret_last_quarter", atMost: 0.05 },
      { key: "regret_against_static_rules", atMost: -0.75 },
    ],
  },
];

function isKept({ key, atLeast, atMost }: Bound, figures: Readonly<Record<string, Figure>>): boolean {
  const value = figures[key]?.value ?? null;
  // Comparisons are written so that a figure that is none keeps no bound.
  return value !== null && (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
}

/** How a figure stands against what is asked of it. */
export function verdictOn(anchor: Anchor, figures: Readonly<Record<string, Figure>>): "excellent" | "pass" | "fail" {
  if (anchor.excellent.every((bound) => isKept(bound, figures))) return "excellent";
  return anchor.pass.every((bound) => isKept(bound, figures)) ? "pass" : "fail";
}
