import { LIMITS } from "@/lib/platform/limits";
import { actionNamed } from "../catalogue";
import { decideHeal } from "../decide-heal";
import type { DecisionInput, PastAction } from "../decision-types";

/** What letting a containment go on trial would mean. */
export interface Trial {
  /** Whether Center could take it up again by itself, if the fault showed itself at once. */
  readonly canRetake: boolean;
  /** How often it was let go on trial in this episode of its incident. */
  readonly earlier: number;
}

const LONG_AGO = new Date(0).toISOString();
const contains = ({ action }: Pick<PastAction, "action">) => actionNamed(action).contains;

/** The moment after the trial has failed, its rests over: this containment is let go, and the fault is there. */
function ifLetGo(input: DecisionInput, key: string): DecisionInput {
  const { at, incident, module, history, onModule } = input;
  const ended = ({ endedAt }: PastAction) => endedAt && LONG_AGO;
  const letGo = (one: PastAction): PastAction =>
    one.action === key && one.state === "holding"
      ? { ...one, state: "done", endedAt: LONG_AGO, heldSince: null }
      : { ...one, endedAt: ended(one), heldSince: null };
  return {
    ...input,
    incident: { ...incident, lastBadAt: at },
    module: key === "degrade" ? { ...module, mode: "normal" } : module,
    history: history.map(letGo),
    onModule: {
      ...onModule,
      lastEnded: Object.fromEntries(Object.entries(onModule.lastEnded).filter(([action]) => !contains({ action }))),
      holding: onModule.holding.filter((held) => held !== key),
    },
  };
}

/**
 * Whether a containment that is in force may be let go to see what comes: only where everything that would have to be taken up again, this one and
 * what was let go before it, is still within the incident's actions, and the next decision would be to do so without a person. Pure.
 *
 * @param input  all that a decision about its incident would rest on now
 */
export function trialOf(input: DecisionInput, key: string): Trial {
  const { history, incident } = input;
  const tried = history.filter((one) => one.state === "done" && one.episode === incident.episode && contains(one));
  const isHeld = (action: string) => history.some((one) => one.action === action && one.state === "holding");
  const owed = new Set(tried.flatMap(({ action }) => (action === key || isHeld(action) ? [] : [action]))).size;
  const isLeft = history.filter(({ isBegun }) => isBegun).length + owed < LIMITS.healsPerIncident;
  const next = decideHeal(ifLetGo(input, key));
  return {
    canRetake: isLeft && next.do === "act" && next.permit.kind === "auto" && contains(next),
    earlier: tried.filter(({ action }) => action === key).length,
  };
}
