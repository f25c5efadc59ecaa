import type { Severity } from "@/lib/kernel/severity";
import type { BurnBefore } from "@/lib/modules/slo/budget-gate";
import type { Criticality, Mode, ModuleFindingType } from "@/lib/modules/types";
import type { GateWord } from "@/lib/policy/permit/module-permit";
import type { EffectiveSwitches, Permit, Policy } from "@/lib/policy/types";
import type { CheckWord, HealState, OrderParams } from "./types";

/** What is decided about. */
export interface DecidedIncident {
  readonly id: string;
  readonly tenantId: string;
  readonly type: ModuleFindingType;
  readonly severity: Severity;
  /** Codes that the finding and its evidence name. */
  readonly codes: readonly string[];
  readonly explain: string;
  /** How often it came back after it was over. */
  readonly episode: number;
  /** RFC 3339: the first signal in which its fault could be seen; missing where nobody asked. */
  readonly openedAt?: string;
  /** RFC 3339: the first signal of its present bout, which is `openedAt` until it came back; missing where nobody asked. */
  readonly boutAt?: string;
  /** RFC 3339: when a finding last spoke of it; missing where nobody asked. */
  readonly lastBadAt?: string;
}

/** The module as its newest beat and its manifest tell; what nobody declared or told is missing. */
export interface DecidedModule {
  readonly key: string;
  readonly criticality: Criticality;
  readonly actions: readonly string[];
  readonly repairJobs: readonly { readonly key: string; readonly version: number; readonly level: number }[];
  readonly hasSnapshot: boolean;
  /** Whether its agent beat lately: nothing reaches one that does not. */
  readonly isReachable: boolean;
  readonly mode: Mode;
  /** Since when it runs its version instead of the one before (RFC 3339); null where no other was ever heard, missing where nobody asked. */
  readonly versionSince?: string | null;
  readonly checks: readonly CheckWord[];
}

/** One action of before, the oldest first. */
export interface PastAction {
  readonly action: string;
  readonly state: HealState;
  /** Whether its first order was ever given. */
  readonly isBegun: boolean;
  /** The incident's episode in which it was proposed. */
  readonly episode: number;
  /** RFC 3339; null while it has not ended. */
  readonly endedAt: string | null;
  /** RFC 3339: since when a containment is in force; null for everything else. */
  readonly heldSince: string | null;
}

/** All that a decision rests on, as JSON: decided again from this, it comes out the same. */
export interface DecisionInput {
  /** RFC 3339. */
  readonly at: string;
  readonly incident: DecidedIncident;
  readonly module: DecidedModule;
  /** What was done about this incident. */
  readonly history: readonly PastAction[];
  readonly onModule: {
    /** Another action, or a person's order, is at work on it. */
    readonly isBusy: boolean;
    /** Begun within the last hour, by action. */
    readonly begunLastHour: Readonly<Record<string, number>>;
    /** When each action ended last, RFC 3339. */
    readonly lastEnded: Readonly<Record<string, string>>;
    /** Failures in a row since the last that helped, or since somebody last set the module's switch. */
    readonly failures: number;
    /** Containments that are in force, whichever incident they are for. */
    readonly holding: readonly string[];
    /** The previous automatic action for this tenant, where it made things worse; missing in decisions that were made before anybody asked. */
    readonly worsenedBy?: string | null;
  };
  readonly policy: Policy | null;
  readonly switches: EffectiveSwitches | null;
  /** Missing where nobody was asked. */
  readonly budgetBefore?: BurnBefore;
  /** The budget's word alone, as decisions kept it before the burn of before the incident was asked for: they still replay. */
  readonly errorBudget?: GateWord;
  readonly proofOfHeal?: GateWord;
  /** The person who agreed to just this action. */
  readonly approved?: { readonly action: string; readonly by: string };
}

/** What is done next about an incident. */
export type Decision =
  | { readonly do: "act"; readonly action: string; readonly params: OrderParams; readonly permit: Permit; readonly explain: string }
  | { readonly do: "plan"; readonly action: string; readonly permit: Permit; readonly explain: string }
  | { readonly do: "call"; readonly why: string }
  | { readonly do: "rest"; readonly why: string; readonly untilMs: number | null };
