import { LIMITS } from "@/lib/platform/limits";
import { healTargets } from "./action-table";
import { beginVerification, judgeCure } from "./cure/judge-cure";
import { type HealAction, type HealFacts, type HealStep, heldBy, type OrderFact } from "./heal-facts";

/*
 * The life of one heal action. The worker loads what is stored, asks `nextStep`, does that one step in one transaction that checks state and
 * fence, and asks again. An order and the state that waits for it are stored together, so neither is ever there without the other
 * (docs/decisions/0017).
 */

const WAIT: HealStep = { do: "wait" };

/** How an order that was given ended, where it did. */
function endOf(order: OrderFact, now: Date, graceSeconds: number): "done" | "nothing" | "unclear" | null {
  if (order.status === "done") return "done";
  if (order.status === "failed") return order.word === "refused" ? "nothing" : "unclear";
  if (order.status === "cancelled") return "nothing";
  const isLate = now.getTime() > order.expiresAt.getTime() + graceSeconds * 1_000;
  if (order.status === "expired" || (order.status === "queued" && now > order.expiresAt)) return "nothing";
  return isLate ? "unclear" : null;
}

const saidOf = ({ detail, status }: OrderFact) => detail || `the order is ${status}`;

function orderStep(action: HealAction, step: number, event: "begun" | "prepared"): HealStep {
  const order = action.entry.orders[step];
  if (!order) throw new RangeError(`${action.entry.key} has no order ${step}`);
  return { do: "order", event, to: order.prepares ? "snapshotting" : "ordered", order, step };
}

/** What stops an action that has not changed anything yet; null where nothing does. */
function stopped(action: HealAction, facts: HealFacts): HealStep | null {
  if (facts.isIncidentOver) return { do: "move", event: "cancel", to: "cancelled", why: "the incident is over" };
  const type = action.entry.orders.find(({ prepares }) => !prepares)?.type ?? "ping";
  const held = heldBy(type, action, facts.switches);
  return held === null ? null : { do: "move", event: "cancel", to: "cancelled", why: held };
}

/** Its first step is refused over and over: it has failed, rather than keep its module from everything else. */
function whileProposed(action: HealAction, now: Date): HealStep {
  const isLate = now.getTime() - action.stateSince.getTime() > LIMITS.orderSeconds * 1_000;
  return isLate ? { do: "move", event: "broke", to: "failed", why: "it could not be begun" } : orderStep(action, 0, "begun");
}

function whileSnapshotting(action: HealAction, facts: HealFacts, now: Date): HealStep {
  const { order } = facts;
  // Rows are being changed: from here on it ends verified or taken back, whoever died before this was written down.
  if (order?.isUnderWay) return orderStep(action, action.step + 1, "prepared");
  const stop = stopped(action, facts);
  if (stop) return stop;
  const end = order && endOf(order, now, LIMITS.healOrderSeconds);
  if (!order || end === null) return WAIT;
  if (order.isForPeople) return { do: "move", event: "plan_written", to: "planned", why: "two people apply it: Center only shows it" };
  if (end === "done") return orderStep(action, action.step + 1, "prepared");
  return { do: "move", event: "broke", to: "failed", why: `${action.entry.orders[action.step]?.type}: ${saidOf(order)}` };
}

/** It did not do what it was ordered: taken back where it may have changed something and there is a way back. */
function broke(action: HealAction, why: string, mayHaveChanged: boolean): HealStep {
  if (mayHaveChanged && action.entry.undo) return { do: "revert", event: "broke", why: "broke", tries: 0, said: why };
  return { do: "move", event: "broke", to: "failed", why };
}

function whileOrdered(action: HealAction, facts: HealFacts, now: Date): HealStep {
  const { order } = facts;
  if (!order) return WAIT;
  if (order.status === "queued" && now <= order.expiresAt) return stopped(action, facts) ?? WAIT;
  const end = endOf(order, now, LIMITS.healOrderSeconds);
  if (end === "done") {
    const verification = beginVerification(order.finishedAt ?? now, facts.cure.beat?.beats ?? 0);
    return { do: "move", event: "obeyed", to: "verifying", why: "the module has done it", verification };
  }
  // What the module may have done is told as fetched before anything else is: nobody may take it for what never reached it.
  if (end === "nothing" || (end !== null && action.state === "running")) return broke(action, saidOf(order), end === "unclear");
  return action.state === "ordered" ? { do: "move", event: "taken", to: "running", why: "the module has fetched the order" } : WAIT;
}

function whileVerifying(action: HealAction, facts: HealFacts, now: Date): HealStep {
  const { entry, verification: before, baseline } = action;
  const cure = judgeCure(before ?? beginVerification(action.stateSince, 0), baseline, facts.cure, entry.contains, now);
  if (cure.verdict === "wait") return cure.verification === before ? WAIT : { do: "watch", verification: cure.verification };
  const { why, verification } = cure;
  if (cure.verdict === "proven") return { do: "move", event: "proven", to: "done", why, verification };
  if (cure.verdict === "contained") return { do: "move", event: "contained", to: "holding", why, verification };
  if (!entry.undo) return { do: "move", event: "unproven", to: "failed", why, verification };
  return heldBy(entry.undo, action, facts.switches) === null
    ? { do: "revert", event: "unproven", why: "unproven", tries: 0, said: why }
    : WAIT;
}

/** What failed when it began is right again, by a beat that is fresh: the harm that it holds off is gone. */
function isHarmGone({ baseline }: HealAction, { cure: { beat } }: HealFacts, now: Date): boolean {
  if (!beat || now.getTime() - beat.at.getTime() > LIMITS.moduleSilentSeconds * 1_000) return false;
  return beat.status !== "down" && baseline.failing.every((id) => !beat.failing.includes(id));
}

/**
 * Whether a containment is let go to see what comes: it may itself keep silent what would show that the fault is gone (a feature that is off has no
 * requests), and an incident of which nothing is heard never ends by itself. If the fault is still there, its findings bring the containment back:
 * where they could not, it stays. Each trial that failed asks for twice as long a calm before the next.
 */
function mayTry({ stateSince }: HealAction, { lastBadAt, trial }: HealFacts, now: Date): boolean {
  const times = 2 ** trial.earlier;
  return trial.canRetake && isQuiet(stateSince, now, times) && isQuiet(lastBadAt, now, times);
}

const isQuiet = (since: Date, now: Date, times = 1) => now.getTime() - since.getTime() >= LIMITS.healTrialSeconds * 1_000 * times;

/** Another open incident holds a containment in force while it shows itself; the containment may be what keeps silent that it is over, too. */
const isOtherThere = ({ otherBadAt }: HealFacts, now: Date) => otherBadAt !== null && !isQuiet(otherBadAt, now);

function whileHolding(action: HealAction, facts: HealFacts, now: Date): HealStep {
  const { undo } = action.entry;
  if (!undo || facts.isModuleBusy || heldBy(undo, action, facts.switches) !== null) return WAIT;
  if (action.revertWhy === "person") return { do: "revert", event: "take_back", why: "person", tries: 0, said: "a person takes it back" };
  if (isOtherThere(facts, now) || !isHarmGone(action, facts, now)) return WAIT;
  if (facts.isIncidentOver) return { do: "revert", event: "lift", why: "over", tries: 0, said: "the incident is over" };
  if (!mayTry(action, facts, now)) return WAIT;
  return { do: "revert", event: "lift", why: "over", tries: 0, said: "nothing bad was seen for a while: it is let go on trial" };
}

/** Nothing is tried behind what could not be taken back: whoever is on call looks at it. */
const stuck = (order: OrderFact): HealStep => {
  return { do: "move", event: "undo_failed", to: "failed", why: `it could not be taken back: ${saidOf(order)}` };
};

function whileReverting(action: HealAction, facts: HealFacts, now: Date): HealStep {
  const { order } = facts;
  const end = order && endOf(order, now, LIMITS.healOrderSeconds);
  if (!order || end === null) return WAIT;
  if (end === "done") {
    if (action.revertWhy === "over") return { do: "move", event: "lifted", to: "done", why: "taken back: it is no longer needed" };
    return { do: "move", event: "undone", to: "rolled_back", why: "taken back" };
  }
  const tries = action.tries + 1;
  const why = action.revertWhy ?? "broke";
  if (tries >= LIMITS.healRevertTries) return stuck(order);
  const restedAt = action.stateSince.getTime() + LIMITS.healCalmSeconds * 1_000 * tries;
  const isHeld = action.entry.undo !== null && heldBy(action.entry.undo, action, facts.switches) !== null;
  if (isHeld || now.getTime() < restedAt) return WAIT;
  return { do: "revert", event: null, why, tries, said: `the way back is tried again: ${saidOf(order)}` };
}

/**
 * Decides what the worker does next with a heal action. Pure: storing, signing and ordering are the caller's.
 *
 * @param facts  unknown switches begin nothing, unknown health proves nothing
 * @returns exactly one step; `wait` for ever once the action is at its end
 */
export function nextStep(action: HealAction, facts: HealFacts, now: Date): HealStep {
  if (facts.order?.isStuck && healTargets(action.state, "undo_failed").length > 0) return stuck(facts.order);
  switch (action.state) {
    case "proposed":
      return stopped(action, facts) ?? whileProposed(action, now);
    case "snapshotting":
      return whileSnapshotting(action, facts, now);
    case "ordered":
    case "running":
      return whileOrdered(action, facts, now);
    case "verifying":
      return whileVerifying(action, facts, now);
    case "holding":
      return whileHolding(action, facts, now);
    case "reverting":
      return whileReverting(action, facts, now);
    case "refused":
      return facts.isIncidentOver ? { do: "move", event: "cancel", to: "cancelled", why: "the incident is over" } : WAIT;
    default:
      return WAIT;
  }
}
