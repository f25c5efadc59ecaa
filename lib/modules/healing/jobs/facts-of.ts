import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { isLive } from "../action-table";
import { actionNamed } from "../catalogue";
import { worsenedBy } from "../cure/has-worsened";
import type { CureFacts } from "../cure/judge-cure";
import { type Trial, trialOf } from "../cure/trial-of";
import type { DecidedModule, DecisionInput, PastAction } from "../decision-types";
import type { HealAction, HealFacts, OrderFact } from "../heal-facts";
import { codesNamed } from "../ladders";
import { orderOfRun, type RunWord } from "../order-of-run";
import type { LoadedHeal } from "../queries-facts";
import type { Baseline, CheckWord } from "../types";

export type LoadedAction = LoadedHeal["actions"][number];

function checksOf({ module }: LoadedHeal): CheckWord[] {
  return Object.entries(module.health?.checks ?? {}).map(([id, { ok, detail = "" }]) => ({ id, ok, detail }));
}

const failingOf = (loaded: LoadedHeal) => checksOf(loaded).flatMap(({ id, ok }) => (ok ? [] : [id]));

/** What is wrong now: the checks that fail, those alone that the incident speaks of where it names some. */
export function baselineOf(loaded: LoadedHeal, errorShare: number | null): Baseline {
  const all = failingOf(loaded);
  const named = new Set([...loaded.incident.rules.map((rule) => rule.replace(/^.*check:/, "")), loaded.incident.statistic]);
  const spoken = all.filter((id) => named.has(id));
  const failing = spoken.length > 0 ? spoken : all;
  return { failing, others: all.filter((id) => !failing.includes(id)), errorShare };
}

/** A stored action as the machine sees it. */
export function actionOf(row: LoadedAction): HealAction {
  const { state, step, tries, hasEffect, baseline, verification, revertWhy, approvedBy, stateSince } = row;
  return {
    state,
    step,
    tries,
    hasEffect,
    baseline,
    verification,
    revertWhy,
    stateSince,
    entry: actionNamed(row.action),
    isApproved: approvedBy !== null,
  };
}

function orderFact(loaded: LoadedHeal, row: LoadedAction, run: RunWord | null): OrderFact | null {
  if (actionNamed(row.action).job !== null) return run && orderOfRun(run, row.state);
  const order = loaded.orders.find(({ id }) => id === row.orderId);
  if (!order) return null;
  const said = (order.result ?? {}) as { status?: unknown; detail?: unknown };
  const { status, expiresAt, finishedAt } = order;
  return { status, expiresAt, finishedAt, word: typeof said.status === "string" ? said.status : null, detail: String(said.detail ?? "") };
}

/** Whether the module took on what a containment asks of it; a circuit is open once the module said that it opened it. */
function isContained({ module }: LoadedHeal, row: LoadedAction): boolean {
  return row.action === "degrade" ? module.mode !== "normal" : row.verification !== null;
}

/** Nothing is taken up again for an incident that a person has, or another one tells. */
function trial(loaded: LoadedHeal, { state, action }: LoadedAction, now: Date): Trial {
  if (state !== "holding") return { canRetake: false, earlier: 0 };
  const { status, suppressedBy } = loaded.incident;
  const { canRetake, earlier } = trialOf(decisionInput(loaded, {}, now), action);
  return { canRetake: canRetake && status === "open" && suppressedBy === null, earlier };
}

/** What was read beside an incident: its action's repair run, and how things are since the action's order was obeyed. */
type SeenSince = { readonly run: RunWord | null } & Pick<CureFacts, "measure" | "errorShare">;

/** The world around one action of an incident. */
export function factsOf(loaded: LoadedHeal, row: LoadedAction, { run, measure, errorShare }: SeenSince, now: Date): HealFacts {
  const { incident, module, switches, otherBadAt, done } = loaded;
  const beat = module.state && {
    at: module.state.lastSeen,
    beats: module.state.beats,
    status: module.health?.status ?? ("down" as const),
    failing: failingOf(loaded),
  };
  return {
    switches,
    order: orderFact(loaded, row, run),
    isIncidentOver: incident.status === "resolved" || incident.status === "closed",
    lastBadAt: incident.lastSeenAt,
    otherBadAt,
    isModuleBusy: done.some(({ id, tenantId, state }) => id !== row.id && tenantId === row.tenantId && isLive(state)),
    trial: trial(loaded, row, now),
    cure: { beat, isContained: isContained(loaded, row), clearedAt: incident.clearedAt, measure, errorShare },
  };
}

function moduleOf(loaded: LoadedHeal, now: Date): DecidedModule {
  const { service, state, manifest, mode } = loaded.module;
  const silentMs = now.getTime() - (state?.lastSeen.getTime() ?? 0);
  return {
    key: service.moduleKey,
    criticality: service.criticality,
    actions: manifest?.actions ?? [],
    repairJobs: manifest?.repair_jobs ?? [],
    hasSnapshot: manifest?.snapshot ?? false,
    isReachable: service.status === "active" && silentMs <= LIMITS.moduleSilentSeconds * 1_000,
    mode,
    versionSince: state?.versionSince?.toISOString() ?? null,
    checks: checksOf(loaded),
  };
}

/** What ended here for this tenant, the newest first, since somebody set the module's own switch: who loosens it says "try again". */
function ownDone({ done, incident, switchSetAt }: LoadedHeal): LoadedAction[] {
  const own = done.filter(({ tenantId }) => tenantId === incident.tenantId);
  const ended = own.filter(({ endedAt }) => endedAt !== null && (switchSetAt === null || endedAt > switchSetAt));
  return ended.toSorted((a, b) => (b.endedAt?.getTime() ?? 0) - (a.endedAt?.getTime() ?? 0));
}

/** Failures in a row since the last action that helped. */
function failuresIn(loaded: LoadedHeal): number {
  const newest = ownDone(loaded);
  const helped = newest.findIndex(({ state }) => state === "done");
  const since = helped === -1 ? newest : newest.slice(0, helped);
  return since.filter(({ state }) => state === "failed" || state === "rolled_back").length;
}

/** Caps, rests and turns are the service's, whose tenants share one process; what failed, and what is in force, is each tenant's own. */
function onModule(loaded: LoadedHeal, now: Date): DecisionInput["onModule"] {
  const { done, incident, isByHand } = loaded;
  const hourAgo = now.getTime() - 3_600_000;
  const begunLastHour: Record<string, number> = {};
  const lastEnded: Record<string, string> = {};
  // What was withdrawn before the module fetched it has not happened.
  for (const { action, begunAt, endedAt } of done.filter(({ state }) => state !== "cancelled")) {
    if (begunAt && begunAt.getTime() > hourAgo) begunLastHour[action] = (begunLastHour[action] ?? 0) + 1;
    if (begunAt && endedAt && endedAt.toISOString() > (lastEnded[action] ?? "")) lastEnded[action] = endedAt.toISOString();
  }
  const isForIt = (tenantId: string) => tenantId === incident.tenantId || tenantId === PLATFORM_TENANT;
  const holding = done.filter(({ state, tenantId }) => state === "holding" && isForIt(tenantId)).map(({ action }) => action);
  const isBusy = isByHand || done.some(({ state }) => isLive(state));
  return { isBusy, begunLastHour, lastEnded, failures: failuresIn(loaded), holding, worsenedBy: worsenedBy(ownDone(loaded)) };
}

function past({ action, state, begunAt, endedAt, episode, stateSince }: LoadedAction): PastAction {
  const heldSince = state === "holding" ? stateSince.toISOString() : null;
  return { action, state, isBegun: begunAt !== null && state !== "cancelled", endedAt: endedAt?.toISOString() ?? null, heldSince, episode };
}

/** All that a decision about an incident rests on. */
export function decisionInput(loaded: LoadedHeal, words: Pick<DecisionInput, "budgetBefore" | "proofOfHeal">, now: Date): DecisionInput {
  const { incident, boutAt, policy, switches, actions } = loaded;
  return {
    at: now.toISOString(),
    incident: {
      ...{ id: incident.id, tenantId: incident.tenantId, type: incident.type, severity: incident.severity },
      ...{ codes: codesNamed(incident), explain: incident.explain, episode: incident.reopenedCount },
      ...{ openedAt: incident.openedAt.toISOString(), boutAt: boutAt.toISOString(), lastBadAt: incident.lastSeenAt.toISOString() },
    },
    module: moduleOf(loaded, now),
    history: actions.filter(({ state }) => state !== "refused").map(past),
    onModule: onModule(loaded, now),
    policy,
    switches,
    ...words,
  };
}
