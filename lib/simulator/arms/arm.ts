import type { HiddenCause } from "@/lib/simulator/world/action-table";
import type { SiraAction, SiraDecision, SiraRequest } from "@/lib/sira/types";

/** What came of a decision, as far as Center can see. */
export type SeenOutcome = "fixed" | "not_fixed" | "recurred" | "made_worse" | "inconclusive";

/** What one arm decides. `confidence` null: it has none. */
export interface ArmChoice {
  readonly action: SiraAction;
  readonly patchVersion: string | null;
  readonly confidence: number | null;
  readonly decision: SiraDecision | null;
}

/** What is known when somebody has to decide; `possible` are the actions that could be carried out at all. */
export interface Dilemma {
  readonly request: SiraRequest;
  /** Milliseconds since the run began. */
  readonly at: number;
  /** What found the trouble, finer than its type. */
  readonly signature: string;
  /** Actions of the last hours at this plugin that did not help. */
  readonly failedActions: readonly { readonly action: string; readonly times: number }[];
  readonly possible: readonly SiraAction[];
  /** The newest release on offer here, or null. */
  readonly newest: string | null;
}

/** Somebody who decides: SIRA, or what it is compared with. Only the oracle looks at the hidden cause. */
export interface Arm {
  readonly name: string;
  decide(dilemma: Dilemma, hidden: HiddenCause): ArmChoice;
  /** Is told what came of a decision, at the moment when it is known. */
  learn(dilemma: Dilemma, choice: ArmChoice, outcome: SeenOutcome, knownAt: number): void;
}

/** An arm that never learns. */
export function fixedArm(name: string, decide: Arm["decide"]): Arm {
  return { name, decide, learn: () => undefined };
}
