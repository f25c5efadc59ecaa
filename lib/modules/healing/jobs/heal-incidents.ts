import { scopeFor, systemActor } from "@/lib/access/system-actor";
import { type Lease, underLease } from "@/lib/gateway/lease";
import { runCommand } from "@/lib/gateway/run-command";
import type { Json } from "@/lib/kernel/canonical-json";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { Refusal } from "@/lib/kernel/refusal";
import { judgeSince } from "@/lib/modules/rules/queries-findings";
import type { Clock } from "@/lib/platform/clock";
import { reportFault } from "@/lib/platform/faults/report-fault";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { throwSwitch } from "@/lib/policy/commands/throw-switch";
import { isEnd, isLive } from "../action-table";
import { actionNamed } from "../catalogue";
import { advanceAction } from "../commands/advance-action";
import { proposeAction } from "../commands/propose-action";
import { aftermathOf } from "../cure/has-worsened";
import { decideHeal } from "../decide-heal";
import type { HealFacts, HealStep } from "../heal-facts";
import { nextStep } from "../next-step";
import { type HealSubject, type LoadedHeal, loadHeal, readErrorShare, readHealable } from "../queries-facts";
import { actionOf, baselineOf, decisionInput, factsOf, type LoadedAction } from "./facts-of";
import { readGateWords } from "./gate-sources";
import { askRepair, readDiff, readRun } from "./repair-door";

const actor = () => systemActor("heal", "operate");
const MINUTE_MS = 60_000;

/** The first whole minute after a moment: what was counted before it says nothing about what came after. */
const minuteAfter = (at: Date) => new Date(Math.ceil(at.getTime() / MINUTE_MS) * MINUTE_MS);

interface Seen {
  readonly facts: HealFacts;
  readonly run: Awaited<ReturnType<typeof readRun>>;
  readonly diff: Json[];
}

/** What the static rule that names an incident says of its module since some moment; null where none names it: a check, or another source. */
async function readMeasure(tx: ReaderTx, { incident }: LoadedHeal, since: Date, now: Date): Promise<HealFacts["cure"]["measure"]> {
  const { tenantId, moduleKey, rules } = incident;
  const [, ruleId] = /^rules\/(?!check:)(.+)$/.exec(rules[0] ?? "") ?? [];
  return ruleId === undefined ? null : judgeSince(tx, { tenantId, moduleKey, ruleId }, since, now);
}

async function see(loaded: LoadedHeal, row: LoadedAction, now: Date): Promise<Seen> {
  return read(scopeFor("operate"), async (tx) => {
    const run = actionNamed(row.action).job === null ? null : await readRun(tx, row);
    const since = row.verification ? minuteAfter(new Date(row.verification.since)) : null;
    const errorShare = since && (await readErrorShare(tx, row.moduleId, row.tenantId, since));
    const measure = since && (await readMeasure(tx, loaded, since, now));
    const facts = factsOf(loaded, row, { run, measure, errorShare }, now);
    return { facts, run, diff: facts.order?.isForPeople && run ? await readDiff(tx, run.id) : [] };
  });
}

/** What a module answered to the order that has ended, for the evidence. */
function answered(loaded: LoadedHeal, row: LoadedAction): Record<string, Json> {
  const order = loaded.orders.find(({ id }) => id === row.orderId);
  return order?.result ? { [order.type]: order.result as unknown as Json } : {};
}

/**
 * Two that did not help: from here on this module gets suggestions only, until people decide otherwise (decision 0017). For a tenant that has
 * no place in it there is no switch of its own: the count of failures holds it, and nobody else is held.
 */
async function switchOff(loaded: LoadedHeal, now: Date): Promise<void> {
  const { incident, module } = loaded;
  const targetId = incident.tenantId === PLATFORM_TENANT ? module.service.id : module.placeId;
  if (targetId === null) return;
  const reason = `${LIMITS.healFailuresUntilOff} actions in a row did not help ${incident.moduleKey}: people decide from here on`;
  const input = { name: "safe_mode", scope: "module", targetId, on: true, reason };
  await runCommand(throwSwitch, { input, actor: actor(), now });
}

/** One step that was decided about one action, and what it was decided from. */
interface Decided extends Seen {
  readonly loaded: LoadedHeal;
  readonly row: LoadedAction;
  readonly next: Exclude<HealStep, { do: "wait" }>;
}

async function doStep({ loaded, row, facts, run, diff, next }: Decided, lease: Lease, now: Date): Promise<void> {
  const entry = actionNamed(row.action);
  if (entry.job !== null && next.do === "order") await askRepair(row, run, next.order.type, now);
  if (entry.job !== null && next.do === "revert" && entry.undo) await askRepair(row, run, entry.undo, now);
  const about = { tenantId: row.tenantId, incidentId: row.incidentId, actionId: row.id, fence: lease.fence };
  const expected = { state: row.state, step: row.step, tries: row.tries };
  const isForPeople = next.do === "move" && next.to === "planned";
  const hasFailed = "event" in next && (next.event === "unproven" || next.event === "broke");
  const aftermath = hasFailed ? aftermathOf(row.verification, facts.cure, now) : null;
  const input = { ...about, expected, next, answered: answered(loaded, row), aftermath, diff: isForPeople ? diff : [] };
  await runCommand(advanceAction, { input, actor: actor(), now });
}

/** Moves what was begun. @returns whether something was moved */
async function moveOn(loaded: LoadedHeal, lease: Lease, now: Date): Promise<boolean> {
  let hasMoved = false;
  for (const row of loaded.actions.filter(({ state }) => !isEnd(state))) {
    const seen = await see(loaded, row, now);
    const next = nextStep(actionOf(row), seen.facts, now);
    if (next.do === "wait") continue;
    await doStep({ ...seen, loaded, row, next }, lease, now);
    hasMoved = true;
  }
  return hasMoved;
}

/** Decides about an incident that is open and told by itself, and on which nothing is under way. @returns whether something came of it */
async function decide(loaded: LoadedHeal, lease: Lease, now: Date): Promise<boolean> {
  const { incident, boutAt, module, actions } = loaded;
  if (incident.status !== "open" || incident.suppressedBy !== null || actions.some(({ state }) => isLive(state))) return false;
  const asked = decisionInput(loaded, {}, now);
  const inputs = { ...asked, ...(await read(scopeFor("operate"), (tx) => readGateWords(tx, { ...incident, boutAt }, asked, now))) };
  const decision = decideHeal(inputs);
  const isWaiting = (action: string) => actions.some((one) => one.action === action && one.state === "refused");
  if (decision.do === "rest" || (decision.do === "call" && incident.healState === "called")) return false;
  if (decision.do === "act" && decision.permit.kind !== "auto" && isWaiting(decision.action)) return false;
  // Of minutes alone in which the fault was there: what went well before it would make any action look as if it had done harm.
  const since = new Date(Math.max(now.getTime() - 5 * MINUTE_MS, minuteAfter(boutAt).getTime()));
  const share = await read(scopeFor("operate"), (tx) => readErrorShare(tx, module.service.id, incident.tenantId, since));
  const isSpent = inputs.onModule.failures >= LIMITS.healFailuresUntilOff;
  if (isSpent && loaded.switches?.safeMode === false) await switchOff(loaded, now);
  const about = { tenantId: incident.tenantId, incidentId: incident.id, moduleId: module.service.id, fence: lease.fence };
  const input = { ...about, inputs, baseline: baselineOf(loaded, share), policyVersion: loaded.policyVersion };
  await runCommand(proposeAction, { input, actor: actor(), now });
  return true;
}

/** One look at an incident, step by step until there is nothing to do now. */
async function healOne(subject: HealSubject, lease: Lease, clock: Clock): Promise<void> {
  for (let steps = 0; steps < LIMITS.healStepsAtOnce; steps += 1) {
    const now = clock.now();
    const loaded = await read(scopeFor("operate"), (tx) => loadHeal(tx, subject, now));
    if (!loaded) return;
    const hasMoved = await moveOn(loaded, lease, now);
    if (!hasMoved && !(await decide(loaded, lease, now))) return;
  }
}

/** An expected "no" leaves things as they are: the next round decides anew, from what is then. */
async function unlessRefused(subject: HealSubject, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) log.debug("INFO_HEAL_WAITS", error.message, { incident_id: subject.incidentId });
    else reportFault(`the incident ${subject.incidentId} could not be healed`, error);
  }
}

/**
 * Heals incidents of modules: chooses the next rung of each and moves what was begun, each under a lease of its own. A crash at any point:
 * the next worker decides from what is stored (docs/decisions/0017).
 *
 * @returns how many incidents there were to look at
 */
export async function healIncidents(owner: string, clock: Clock): Promise<number> {
  const due = await read(scopeFor("operate"), (tx) => readHealable(tx, clock.now().toISOString()));
  for (const subject of due) {
    const { tenantId, incidentId: id } = subject;
    await underLease({ kind: "job", tenantId, id }, owner, (lease) => unlessRefused(subject, healOne(subject, lease, clock)));
  }
  return due.length;
}
