import { refuse } from "@/lib/kernel/refusal";
import type { HealState } from "./types";

/** What moves a heal action, and who brings it. */
export const HEAL_EVENTS = {
  permitted: "policy",
  begun: "worker",
  prepared: "module",
  taken: "module",
  obeyed: "module",
  proven: "verification",
  contained: "verification",
  unproven: "verification",
  broke: "module",
  lift: "incident",
  undone: "module",
  lifted: "module",
  undo_failed: "module",
  plan_written: "worker",
  cancel: "person, policy or incident",
  approve: "person",
  take_back: "person",
} as const;
export type HealEvent = keyof typeof HEAL_EVENTS;

/**
 * The state machine of a heal action; what is not listed is a conflict.
 *
 * `broke` and `unproven` lead two ways: what changed something and has a way back takes it, everything else has failed. `undo_failed` comes
 * without `reverting` where a repair run has tried its own way back already, and needs a person.
 */
const TABLE: Readonly<Record<HealState, Partial<Readonly<Record<HealEvent, readonly HealState[]>>>>> = {
  proposed: { begun: ["snapshotting", "ordered"], broke: ["failed"], cancel: ["cancelled"], plan_written: ["planned"] },
  snapshotting: {
    prepared: ["snapshotting", "ordered"],
    broke: ["failed"],
    undo_failed: ["failed"],
    cancel: ["cancelled"],
    plan_written: ["planned"],
  },
  ordered: { taken: ["running"], obeyed: ["verifying"], broke: ["reverting", "failed"], undo_failed: ["failed"], cancel: ["cancelled"] },
  running: { obeyed: ["verifying"], broke: ["reverting", "failed"], undo_failed: ["failed"] },
  verifying: { proven: ["done"], contained: ["holding"], unproven: ["reverting", "failed"] },
  holding: { lift: ["reverting"], take_back: ["reverting"] },
  reverting: { undone: ["rolled_back"], lifted: ["done"], undo_failed: ["failed"] },
  refused: { approve: ["proposed"], permitted: ["proposed"], cancel: ["cancelled"] },
  done: {},
  planned: {},
  cancelled: {},
  rolled_back: {},
  failed: {},
};

/** Where an event may lead from a state; empty when it is not possible now. */
export function healTargets(state: HealState, event: HealEvent): readonly HealState[] {
  return TABLE[state][event] ?? [];
}

/** Makes sure that an event leads from one state to the other. @throws Refusal `conflict` when the action has moved on */
export function requireMove(from: HealState, event: HealEvent, to: HealState): void {
  if (!healTargets(from, event).includes(to)) refuse("conflict", `A heal action that is ${from} does not become ${to} by ${event}`);
}

/** Whether nothing can move it any more. */
export function isEnd(state: HealState): boolean {
  return Object.keys(TABLE[state]).length === 0;
}

/** Whether it is this action's turn on its module: no other may begin meanwhile. */
export function isLive(state: HealState): boolean {
  return !isEnd(state) && state !== "refused" && state !== "holding";
}
