import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { revealModuleSecret } from "@/lib/access/modules/queries-modules";
import { systemActor } from "@/lib/access/system-actor";
import { readTrust } from "@/lib/access/trust";
import { underLease } from "@/lib/gateway/lease";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { Clock } from "@/lib/platform/clock";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { startModuleAgent } from "@/module-client/js/start-module-agent.mjs";
import { ProvingModule } from "../adapters/proving-module";
import { beginProof } from "../commands/begin-proof";
import { endProof } from "../commands/end-proof";
import { readCourse } from "../queries-proofs";
import { PROVING_MODULE, type ProofSteps } from "../types";

/** Fixed, so that every process means the same proof. */
const PROOF = "00000000-0000-4000-8000-0000000060f1";
const LOOK_MS = 1_000;
const BEAT_SECONDS = 5;

const actor = () => systemActor("proof", "operate");
const NO_STEPS: ProofSteps = { detectMs: null, decideMs: null, applyMs: null, healMs: null, containMs: null, rollBackMs: null };

/** A step did not come in time. */
class Unproven extends Error {}

/** The course of one proof so far. */
interface Course {
  steps: ProofSteps;
  incidentId: string | null;
}

type Seen = NonNullable<Awaited<ReturnType<typeof readCourse>>>;

interface Surroundings {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Looks at what Center made of the fault until it is what is expected. @throws Unproven when it does not come in time */
async function awaitCourse(since: Date, what: string, isThere: (seen: Seen) => boolean, { clock, signal }: Surroundings): Promise<Seen> {
  const deadline = clock.now().getTime() + LIMITS.healProofStepSeconds * 1_000;
  for (;;) {
    const seen = await readCourse(since);
    if (seen && isThere(seen)) return seen;
    if (clock.now().getTime() > deadline) throw new Unproven(`${what} did not come within ${LIMITS.healProofStepSeconds} s`);
    await wait(LOOK_MS, undefined, { signal });
  }
}

const between = (from: Date, to: Date | null | undefined) => (to ? Math.max(0, to.getTime() - from.getTime()) : null);

/** First half: entries are spoilt; Center has to find it, decide, have them made anew, and see that it helped. */
async function proveCure(module: ProvingModule, course: Course, surroundings: Surroundings): Promise<void> {
  const brokenAt = surroundings.clock.now();
  module.spoil();
  const seen = await awaitCourse(brokenAt, "the cure", ({ action }) => action?.state === "done", surroundings);
  const { incident, action } = seen;
  course.incidentId = incident.id;
  course.steps = {
    ...course.steps,
    detectMs: between(brokenAt, incident.openedAt),
    decideMs: between(incident.openedAt, action?.proposedAt),
    applyMs: action && between(action.proposedAt, module.doneAt.get("purge_cache")),
    healMs: between(brokenAt, action?.endedAt),
  };
}

/** Second half: a neighbour goes away; Center has to hold the harm off, and to take that back once the neighbour is there again. */
async function proveRollBack(module: ProvingModule, course: Course, surroundings: Surroundings): Promise<void> {
  const brokenAt = surroundings.clock.now();
  module.sendNeighbourAway();
  const isContained = ({ action }: Seen) => action?.state === "holding";
  await awaitCourse(brokenAt, "the containment", isContained, surroundings);
  course.steps = { ...course.steps, containMs: between(brokenAt, module.doneAt.get("open_circuit")) };
  const backAt = surroundings.clock.now();
  module.bringNeighbourBack();
  await awaitCourse(brokenAt, "the way back", ({ action }) => action?.state === "done", surroundings);
  course.steps = { ...course.steps, rollBackMs: between(backAt, module.doneAt.get("close_circuit")) };
}

/** One proof, from the first beat to the last step. What it breaks is put right at the end by nobody: the agent just stops. */
async function prove(surroundings: Surroundings): Promise<"proven" | "failed"> {
  const { clock, signal } = surroundings;
  const begun = await runCommand(beginProof, { input: { title: "Proof of heal" }, actor: actor(), now: clock.now() });
  const module = new ProvingModule(() => clock.now());
  const digestBefore = module.digest();
  const agent = startModuleAgent({
    centerUrl: environment().publicUrl,
    moduleId: begun.module_id,
    secret: await revealModuleSecret(begun.module_id, begun.secret_version),
    pinnedKeys: (await readTrust(clock.now())).keys,
    definition: module.definition(PROVING_MODULE),
    dir: path.join(environment().dataDir, "heal-proof"),
    beatSeconds: BEAT_SECONDS,
  });
  const course: Course = { steps: NO_STEPS, incidentId: null };
  let why: string | null = null;
  try {
    const late = wait(LIMITS.healProofStepSeconds * 1_000, "late" as const, { signal });
    if ((await Promise.race([agent.ready, late])) === "late") throw new Unproven("the module was not heard");
    await proveCure(module, course, surroundings);
    await proveRollBack(module, course, surroundings);
  } catch (error) {
    if (!(error instanceof Unproven || signal.aborted)) throw error;
    why = signal.aborted ? "the worker drained" : (error as Unproven).message;
  } finally {
    await agent.stop();
  }
  const digestAfter = module.digest();
  if (why === null && digestAfter !== digestBefore) why = "the data is not as it was";
  const outcome = why === null ? "proven" : "failed";
  const input = { proofId: begun.id, outcome, why, incidentId: course.incidentId, steps: course.steps, digestBefore, digestAfter };
  await runCommand(endProof, { input, actor: actor(), now: clock.now() });
  if (why !== null) log.warn("WARN_HEAL_UNPROVEN", "Healing could not be proven", { why, ...course.steps });
  return outcome;
}

/**
 * Breaks the module that is there for it, and times how Center finds, decides, applies and takes back: with real beats through the front door, a
 * real incident, a real decision and signed orders. By one worker at a time, each half hour; sooner after one that failed.
 *
 * @param signal  ends it at once when the worker drains: a proof that was cut short proves nothing
 * @returns null where it is not due, or another worker is at it
 */
export function proveHealing(owner: string, clock: Clock, signal: AbortSignal): Promise<"proven" | "failed" | null> {
  const lease = { kind: "job", tenantId: PLATFORM_TENANT, id: PROOF } as const;
  return underLease(lease, owner, async (_held, rest) => {
    rest.seconds = LIMITS.healProofAgainSeconds;
    const outcome = await prove({ clock, signal });
    if (outcome === "proven") rest.seconds = LIMITS.healProofEverySeconds;
    if (signal.aborted) rest.seconds = 0;
    return outcome;
  });
}
