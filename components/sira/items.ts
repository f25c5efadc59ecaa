import type { IncidentType } from "@/lib/detection/types";
import type { Severity } from "@/lib/kernel/severity";
import type { PermitItem } from "@/lib/policy/permit/permit-item";
import type { PermitKind } from "@/lib/policy/types";
import type { SiraAction, SiraDecision } from "@/lib/sira/types";

/** A figure with its 95 % interval. */
export interface EstimateItem {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Decisions of one tenth of confidence and how they came true. */
export interface BucketItem {
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly mean_confidence: number;
  readonly hits: number;
  readonly hit_rate: EstimateItem | null;
}

/** One stretch of the learning curve; worth is mended 1, nothing changed 0, made worse -1. */
export interface StretchItem {
  readonly from: string;
  readonly to: string;
  readonly n: number;
  readonly mended: number;
  readonly worth: EstimateItem | null;
}

/** The draw that leaves some of what can wait to people: its share, why it stopped itself, its bound, and how many it takes to know. */
export interface HoldoutItem {
  readonly share: number;
  readonly stopped: string | null;
  readonly most: number;
  readonly stops_after: number;
}

/** Outcomes of one stretch of time; `void` are labels that say nothing. */
export interface StretchOfLabels {
  readonly n: number;
  readonly mended: number;
  readonly share: EstimateItem | null;
  readonly void: number;
}

/** Outcomes of late beside those before. */
export interface DriftItem {
  readonly recent_days: number;
  readonly recent: StretchOfLabels;
  readonly before: StretchOfLabels;
  readonly difference: EstimateItem | null;
  readonly verdict: "worse" | "better" | "none" | "too_few";
}

/** Actions that were carried out on a plugin again and again and did not last. */
export interface LoopsItem {
  readonly days: number;
  /** As often, and the action is no longer proposed there. */
  readonly barred_from: number;
  readonly items: readonly {
    readonly plugin_id: string;
    readonly plugin_key: string;
    readonly tenant_name: string;
    readonly action: SiraAction;
    readonly times: number;
    readonly incident_id: string;
    readonly incident_type: IncidentType;
    readonly is_over: boolean;
  }[];
}

export interface UpliftItem {
  readonly action: SiraAction;
  readonly treated: { readonly n: number; readonly mended: number };
  readonly held: { readonly n: number; readonly mended: number };
  readonly difference: EstimateItem | null;
}

/** A fitted model beside what its shadow showed. */
export interface ModelItem {
  readonly version: string;
  readonly created_at: string;
  readonly trained: { readonly rows: number; readonly log_loss: number };
  readonly shadow: {
    readonly heldOut: number;
    readonly gain: EstimateItem;
    readonly verdict: "better" | "no_worse" | "unclear" | "worse" | "too_few";
    readonly candidate: {
      readonly calibrationError: number | null;
      readonly value: { readonly effective: number; readonly dr: EstimateItem };
    };
    readonly current: { readonly calibrationError: number | null; readonly value: { readonly dr: EstimateItem } };
  };
}

/** All that /sira shows of how it learns (GET /api/ops/sira). */
export interface SiraItem {
  readonly active_version: string;
  readonly models: readonly ModelItem[];
  readonly promotions: readonly PromotionItem[];
  readonly holdout: HoldoutItem;
  readonly calibration: { readonly n: number; readonly error: number | null; readonly buckets: readonly BucketItem[] };
  readonly curve: readonly StretchItem[];
  readonly uplift: readonly UpliftItem[];
  readonly drift: DriftItem;
  readonly loops: LoopsItem;
}

export interface PromotionItem {
  readonly at: string;
  readonly version: string;
  readonly from_version: string;
  readonly kind: "promote" | "rollback";
  readonly by: string;
  readonly reason: string;
}

/** What happened after a decision: the attempt that was made of it, and its settled outcome. */
export interface AftermathItem {
  readonly attempt: { readonly id: string; readonly method: string; readonly status: string; readonly end_reason: string | null } | null;
  readonly outcome: string | null;
}

export interface DecisionItem {
  readonly id: string;
  readonly incident_id: string;
  readonly at: string;
  readonly plugin_key: string;
  readonly type: IncidentType;
  readonly severity: Severity;
  readonly decision: SiraDecision;
  readonly permit: { readonly kind: PermitKind };
  readonly really: AftermathItem;
}

/** One decision with what else was possible, and whether it comes out again. */
export interface DecisionDetail extends Omit<DecisionItem, "permit"> {
  readonly source: "local" | "remote" | "fallback";
  readonly plugin_id: string;
  readonly request: { readonly incident: { readonly signature?: string } };
  readonly running_version: string;
  readonly permit: PermitItem | null;
  readonly is_held_out: boolean;
  readonly options: readonly {
    readonly action: SiraAction;
    readonly patch_version: string | null;
    readonly confidence: number;
    readonly spread: number;
    readonly propensity: number;
  }[];
  readonly bucket: BucketItem | null;
  readonly labels: readonly { readonly outcome: string; readonly detail: string; readonly at: string }[];
  readonly replay:
    | { readonly outcome: "same"; readonly checked: readonly string[] }
    | { readonly outcome: "different"; readonly difference: { readonly path: string; readonly stored: string; readonly replayed: string } }
    | { readonly outcome: "unknown"; readonly why: string };
}

export interface VerdictItem {
  readonly action: SiraAction;
  readonly patch_version: string | null;
  readonly confidence: number;
  readonly permit: PermitKind;
  readonly stopped_by: readonly string[];
}

/** What the time machine found. */
export interface Travelled {
  readonly days: number;
  readonly replayed: number;
  readonly is_cut: boolean;
  readonly differing: number;
  readonly moves: readonly { readonly move: string; readonly count: number }[];
  readonly items: readonly {
    readonly decision_id: string;
    readonly incident_id: string;
    readonly plugin_key: string;
    readonly type: IncidentType;
    readonly at: string;
    readonly was: VerdictItem;
    readonly would: VerdictItem;
    readonly really: AftermathItem;
  }[];
}
