import { LIMITS } from "@/lib/platform/limits";
import { actionNamed, isFor } from "./catalogue";
import type { DecidedModule, DecisionInput, PastAction } from "./decision-types";
import { codesIn, ladderOf } from "./ladders";
import type { HealActionEntry, OrderParams } from "./types";

/** The next thing to try, or why there is none now. */
export type Rung =
  | { readonly do: "try"; readonly entry: HealActionEntry; readonly params: OrderParams }
  | { readonly do: "wait"; readonly untilMs: number | null; readonly why: string }
  | { readonly do: "exhausted"; readonly why: string };

/** Whether a module can do an action: what it declared, and never a degraded core. */
function canDo(module: DecidedModule, entry: HealActionEntry): boolean {
  if (entry.level === 3) return true;
  if (entry.job !== null) return module.hasSnapshot && module.repairJobs.some(({ key, level }) => key === entry.job && level < 3);
  if (entry.key === "degrade") return module.criticality !== "core";
  if (entry.key === "tighten_limits" && module.criticality === "core") return false;
  return module.actions.includes(entry.key) && (entry.undo === null || module.actions.includes(entry.undo));
}

/**
 * Whether a release can be behind an incident: another version came before it, not long ago, and was not gone back from since. Decisions of before
 * anybody asked stay what they were.
 */
function mayBeRelease({ at, incident, module, onModule }: DecisionInput): boolean {
  const { versionSince } = module;
  if (versionSince === undefined) return true;
  if (versionSince === null || (onModule.lastEnded.rollback_release ?? "") >= versionSince) return false;
  const changedMs = Date.parse(versionSince);
  // Of one that came back, `openedAt` says when it was first seen, not when it was seen again.
  const openedMs = Date.parse(incident.boutAt ?? (incident.episode === 0 ? incident.openedAt : undefined) ?? at);
  const slackMs = LIMITS.healReleaseSlackSeconds * 1_000;
  return openedMs >= changedMs - slackMs && openedMs <= changedMs + LIMITS.healReleaseSeconds * 1_000;
}

/** Params of its orders: which repair job in which version, where one does it. */
function paramsOf({ repairJobs }: DecidedModule, { job }: HealActionEntry): OrderParams {
  const version = repairJobs.find(({ key }) => key === job)?.version ?? 1;
  return job === null ? {} : { job, version };
}

/** What was shown to help in this very episode; the finding has still to go. */
function hasHelped(one: PastAction, { episode }: DecisionInput["incident"]): boolean {
  return one.state === "done" && one.episode === episode;
}

/**
 * When the next rung may be tried: 1, 2, 4 minutes after one that did not help, so that a module is left time to recover; after one that
 * helped, once its finding had time to go. One that helped an episode before asks for no wait, but for its own cool-down.
 *
 * @param ladder  keys of all that the incident's present cause asks for, also of what cannot be done again
 */
function backOffUntilMs(begun: readonly PastAction[], incident: DecisionInput["incident"], ladder: readonly string[]): number {
  // What was shown to help, and what holds the harm off, are given time before anything else is done for the same cause; what was done for
  // another one, of before the incident was renamed, has nothing to do with it.
  const same = begun.filter(({ action }) => ladder.includes(action));
  const helped = (one: PastAction) => hasHelped(one, incident) && !isMissed(one, incident);
  const shown = same.flatMap((one) => (helped(one) ? (one.endedAt ?? []) : (one.heldSince ?? [])));
  const settledAt = Math.max(0, ...shown.map((at) => Date.parse(at) + LIMITS.healSettleSeconds * 1_000));
  const sinceHelp = begun.slice(begun.findLastIndex(({ state }) => state === "done") + 1);
  const ended = sinceHelp.flatMap(({ endedAt }) => (endedAt === null ? [] : [Date.parse(endedAt)]));
  if (ended.length === 0) return settledAt;
  return Math.max(settledAt, Math.max(...ended) + LIMITS.healBackOffSeconds * 1_000 * 2 ** (ended.length - 1));
}

/** A containment that was let go on trial, and the fault has shown itself since. */
function isMissed({ action, endedAt }: PastAction, { lastBadAt }: DecisionInput["incident"]): boolean {
  return actionNamed(action).contains && endedAt !== null && lastBadAt !== undefined && lastBadAt > endedAt;
}

/** What was tried about this incident and did not end it is not tried again; what ended it may be, when the fault comes back. */
function isSpent({ history, incident }: DecisionInput, key: string): boolean {
  const isDone = (one: PastAction) => hasHelped(one, incident) && !isMissed(one, incident);
  const spent = (one: PastAction) => ["failed", "rolled_back", "planned"].includes(one.state) || isDone(one);
  return history.some((one) => one.action === key && spent(one));
}

function restedAtMs({ onModule }: DecisionInput, { key, coolDownSeconds }: HealActionEntry): number {
  const last = onModule.lastEnded[key];
  return last === undefined ? 0 : Date.parse(last) + coolDownSeconds * 1_000;
}

/**
 * The next rung of an incident's ladder: the first action that its finding asks for, the module can do, and nobody has tried.
 *
 * Nothing is tried while another hand is on the module, within the back-off of the rung before, or past the cap of an incident. Pure.
 */
export function nextRung(input: DecisionInput): Rung {
  const { incident, module, history, onModule } = input;
  const nowMs = Date.parse(input.at);
  const begun = history.filter(({ isBegun }) => isBegun);
  if (onModule.isBusy) return { do: "wait", untilMs: null, why: "another action is at work on this module" };
  const failing = module.checks.filter(({ ok }) => !ok).map(({ detail }) => detail);
  const codes = incident.codes.length > 0 ? incident.codes : codesIn(failing);
  const isInForce = (key: string) => onModule.holding.includes(key) || (key === "degrade" && module.mode !== "normal");
  const ladder = ladderOf(incident.type, codes);
  const possible = ladder
    .map(actionNamed)
    .filter((entry) => canDo(module, entry) && isFor(incident.tenantId, entry))
    .filter(({ key }) => key !== "rollback_release" || mayBeRelease(input));
  const left = possible.filter(({ key }) => !isSpent(input, key) && !isInForce(key));
  const [entry] = left;
  const untilMs = backOffUntilMs(begun, incident, ladder);
  if (untilMs > nowMs) return { do: "wait", untilMs, why: "the module is left time to recover" };
  if (begun.length >= LIMITS.healsPerIncident) return { do: "exhausted", why: `${begun.length} actions on this incident did not end it` };
  if (!entry) {
    const isContained = history.some(({ state }) => state === "holding");
    if (isContained) return { do: "wait", untilMs: null, why: "it is contained until the fault itself is gone" };
    return { do: "exhausted", why: possible.length === 0 ? "there is nothing that this module can do about it" : "all was tried" };
  }
  const restedMs = restedAtMs(input, entry);
  if (restedMs > nowMs) return { do: "wait", untilMs: restedMs, why: `${entry.key} was done here a moment ago` };
  if (entry.level < 3 && !module.isReachable) return { do: "wait", untilMs: null, why: "the module's agent is not heard" };
  return { do: "try", entry, params: paramsOf(module, entry) };
}
