import { z } from "zod";
import { SEVERITIES } from "@/lib/kernel/severity";

const bakeDays = z.number().min(0).max(90);

/** The global ceiling, row id = 1 of ops_policy, flat as the API shows it. */
export const policySchema = z.strictObject({
  autopatch_enabled: z.boolean(),
  /** [] nobody, ["*"] everybody, else tenant ids. */
  whitelist: z.array(z.union([z.literal("*"), z.uuid()])).max(10_000),
  severity_threshold: z.enum(SEVERITIES),
  confidence_threshold: z.number().min(0).max(1),
  required_signatures: z.number().int().min(1).max(5),
  staging_required: z.boolean(),
  health_check_seconds: z.number().int().min(10).max(3_600),
  /** Largest acceptable excess failure share, 0..1. */
  rollback_error_threshold: z.number().min(0).max(1),
  attempts_per_incident: z.number().int().min(0).max(10),
  attempts_per_plugin_per_day: z.number().int().min(0).max(50),
  /** Share of the fleet, 0..1, that may be unhealthy before remediation stops. */
  storm_share: z.number().min(0).max(1),
  /** UTC hours in which automatic change is allowed, e.g. [{ from: 0, to: 24 }]; [] means never. */
  windows: z.array(z.strictObject({ from: z.number().int().min(0).max(23), to: z.number().int().min(1).max(24) })).max(12),
  /** How long each wave of a rollout bakes at least, in days; a rollout keeps what was in force when it began. */
  bake_whitelist_days: bakeDays,
  bake_fifth_days: bakeDays,
  bake_half_days: bakeDays,
});
export type Policy = z.infer<typeof policySchema>;

export const PERMITS = ["auto", "approval", "suggest", "deny"] as const;
export type PermitKind = (typeof PERMITS)[number];

/** One gate that policy passed or stopped at; the page shows them all. */
export interface Gate {
  readonly gate: string;
  readonly passed: boolean;
  /** What this gate allows at most when it does not pass. */
  readonly ceiling: PermitKind;
  readonly why: string;
}

/** Policy's verdict over one proposal. */
export interface Permit {
  readonly kind: PermitKind;
  readonly level: 1 | 2 | 3;
  readonly requiredSignatures: number;
  readonly gates: readonly Gate[];
}

/** Kinds of automatic healing that can be switched off one by one (reliability-spec §6, Safety Switches). */
export const CATEGORIES = ["DATA", "PERF", "SECURITY", "UX", "INTEGRATION"] as const;
export type Category = (typeof CATEGORIES)[number];

/** Effective state of the switches for one plugin: the most restrictive scope wins; null when they could not be read. */
export interface EffectiveSwitches {
  readonly killSwitch: boolean;
  readonly safeMode: boolean;
  /** Categories whose automatic healing is switched off. */
  readonly autoHealOff: readonly Category[];
}

/** What a proposal would touch; the domains of level 3 are never automatic (product.md, Levels). */
export interface ProposalTarget {
  readonly action:
    | "none"
    | "notify"
    | "restart"
    | "config_update"
    | "patch"
    | "rollback"
    | "isolate"
    | "repair"
    | "permission_fix"
    | "migration";
  readonly domains: readonly (
    | "ledger"
    | "tax"
    | "payments"
    | "rbac"
    | "sso"
    | "secrets"
    | "keys"
    | "deletion"
    | "runtime"
    | "config"
    | "data"
    | "permissions"
  )[];
  readonly schemaEffect: "none" | "reversible" | "irreversible";
  readonly hasSnapshot: boolean;
  readonly hasRollback: boolean;
  /** For a permission fix: whether it grants anything. */
  readonly grantsAccess: boolean;
  readonly isMajor: boolean;
}

/** Every input of a permit; stored with it, so that it can be replayed. */
export interface PermitInput {
  readonly target: ProposalTarget;
  readonly category: Category;
  readonly severity: (typeof SEVERITIES)[number];
  readonly confidence: number;
  /** False when SIRA failed, timed out or answered outside its schema. */
  readonly proposalTrusted: boolean;
  readonly tenantId: string;
  readonly policy: Policy | null;
  readonly switches: EffectiveSwitches | null;
  readonly hourUtc: number;
  readonly attempts: { readonly onIncident: number; readonly onPluginToday: number; readonly rolledBackOnIncident: number };
  readonly fleet: { readonly total: number; readonly unhealthy: number; readonly paymentShare: number };
  /** How the release that would be installed fares now, over the whole fleet; both 0 when nothing would be installed. */
  readonly release: { readonly inFlight: number; readonly proven: number };
  readonly stagingAvailable: boolean;
  /** What the merchant wants earned before it is done without asking; null or missing where policy alone decides. */
  readonly autonomy?: "approval" | "earned" | null;
  /** Whether the merchant's agent takes this only with approvers' own signatures; missing where it asks for them for majors alone. */
  readonly agentQuorum?: boolean;
  /** Whether freezes and the merchant's own hours let a change begin; null could not be read, missing was not asked (older decisions). */
  readonly calendar?: { readonly openToChange: boolean; readonly why: string } | null;
}
