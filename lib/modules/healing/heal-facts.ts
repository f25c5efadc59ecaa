import { isHeldBySwitches, isLifting } from "@/lib/modules/channel/switches-for-orders";
import type { OrderStatus, OrderType } from "@/lib/modules/types";
import type { EffectiveSwitches } from "@/lib/policy/types";
import type { CureFacts } from "./cure/judge-cure";
import type { Trial } from "./cure/trial-of";
import type { ActionOrder, Baseline, HealActionEntry, HealState, RevertReason, Verification } from "./types";

/** A stored action as the machine sees it. */
export interface HealAction {
  readonly state: HealState;
  readonly entry: HealActionEntry;
  readonly step: number;
  readonly tries: number;
  readonly hasEffect: boolean;
  readonly baseline: Baseline;
  readonly verification: Verification | null;
  readonly revertWhy: RevertReason | null;
  /** A person agreed to it: only the kill switch holds it. */
  readonly isApproved: boolean;
  readonly stateSince: Date;
}

/** The order that an action waits for. */
export interface OrderFact {
  readonly status: OrderStatus;
  readonly expiresAt: Date;
  readonly finishedAt: Date | null;
  /** The module's own word at the end: `done`, `failed`, or `refused`, which means that it did nothing. */
  readonly word: string | null;
  readonly detail: string;
  /** What was tried may be applied by people only. */
  readonly isForPeople?: boolean;
  /** What was tried is being applied already: a worker died between the run and the state behind it. */
  readonly isUnderWay?: boolean;
  /** It failed on its own way back: something is left half done, and only a person can say what becomes of it. */
  readonly isStuck?: boolean;
}

/** The world around one action, read as late as possible. */
export interface HealFacts {
  /** Null when they could not be read: nothing begins then. */
  readonly switches: EffectiveSwitches | null;
  readonly order: OrderFact | null;
  readonly isIncidentOver: boolean;
  /** When a finding last spoke of the incident: since then nothing bad was seen of it, or nothing at all. */
  readonly lastBadAt: Date;
  /** When something bad was last seen of another open incident of this module: what holds harm off stays a while. Null without one. */
  readonly otherBadAt: Date | null;
  /** Another action is at work on this module. */
  readonly isModuleBusy: boolean;
  /** Of a containment that is in force: what letting it go on trial would mean. */
  readonly trial: Trial;
  readonly cure: CureFacts;
}

/** What the worker does next with an action; each step that changes anything is one transaction. */
export type HealStep =
  | { readonly do: "wait" }
  | { readonly do: "watch"; readonly verification: Verification }
  | {
      readonly do: "order";
      readonly event: "begun" | "prepared";
      readonly to: HealState;
      readonly order: ActionOrder;
      readonly step: number;
    }
  | {
      readonly do: "revert";
      readonly event: "unproven" | "broke" | "lift" | "take_back" | null;
      readonly why: RevertReason;
      readonly tries: number;
      readonly said: string;
    }
  | {
      readonly do: "move";
      readonly event:
        | "taken"
        | "obeyed"
        | "proven"
        | "contained"
        | "unproven"
        | "broke"
        | "undone"
        | "lifted"
        | "undo_failed"
        | "cancel"
        | "plan_written";
      readonly to: HealState;
      readonly why: string;
      readonly verification?: Verification;
    };

/** What holds an order back now, in words; null where nothing does. What only lets go waits for the kill switch alone. Unknown switches hold everything that begins something. */
export function heldBy(type: OrderType, { entry, isApproved }: HealAction, switches: EffectiveSwitches | null): string | null {
  if (!isHeldBySwitches(type)) return null;
  if (!switches) return "the switches could not be read";
  if (switches.killSwitch) return "the kill switch is on";
  if (isApproved || isLifting(type)) return null;
  if (switches.safeMode) return "SAFE_MODE is on";
  return switches.autoHealOff.includes(entry.category) ? `automatic healing of ${entry.category} is switched off` : null;
}
