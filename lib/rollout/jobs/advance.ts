import { and, eq } from "drizzle-orm";
import { plugins } from "@/db/schema/tenants";
import { systemActorFor } from "@/lib/access/system-actor";
import type { StagingReport } from "@/lib/delivery/staging-report";
import { type Lease, underLease } from "@/lib/gateway/lease";
import { runCommand } from "@/lib/gateway/run-command";
import { Refusal } from "@/lib/kernel/refusal";
import { type Clock, systemClock } from "@/lib/platform/clock";
import { killPoint } from "@/lib/platform/faults/kill-point";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { read } from "@/lib/platform/scope";
import { probeSite } from "@/lib/telemetry/adapters/probe-site";
import { ProbeMemory } from "@/lib/telemetry/adapters/probes/probe-memory";
import { SiteWaker } from "@/lib/telemetry/adapters/probes/site-waker";
import { nextStep, statusOf } from "../attempt-machine";
import type { Step } from "../attempt-state";
import { advanceAttempt } from "../commands/advance-attempt";
import type { HealthInput, HealthVerdict } from "../types";
import { endFactsOf, factsOf, judgeNow, listenAround } from "./judge";
import { type LoadedAttempt, loadAttempt } from "./load-attempt";
import { rehearse } from "./rehearse";

/** Probes of plugins on probation; a worker that takes over begins with none. */
const probes = new ProbeMemory();

const waker = new SiteWaker((url) => probeSite(url, systemClock));

/** An order that no beat has fetched yet, of whatever type: a quiet shop is woken by a visit. */
function wakeSite({ row, state, probeUrl }: LoadedAttempt, now: Date): void {
  const waits = [state.command, state.commitCommand, state.revertCommand].some((command) => command?.status === "pending");
  if (waits && probeUrl) waker.wake(`${row.id} ${row.phase}`, probeUrl, now);
}

async function look(loaded: LoadedAttempt, clock: Clock): Promise<HealthInput["probes"]> {
  if (!loaded.appliedAt || !loaded.probeUrl || loaded.row.phase !== "probation") return [];
  return probes.add(loaded.row.id, await probeSite(loaded.probeUrl, clock));
}

/** Stores a step; whoever comes too late (lease lost, attempt moved on, switch thrown) changes nothing and looks again. */
async function store(
  loaded: LoadedAttempt,
  lease: Lease,
  step: Step,
  extra: { stagingReport: StagingReport | null; health: { verdict: HealthVerdict; baseline: HealthInput["baseline"] } | null },
  clock: Clock,
): Promise<void> {
  const { row, commandId } = loaded;
  const now = clock.now();
  const name = step.do === "stage" && extra.stagingReport ? "staged" : step.do;
  if (name !== "rest") killPoint(`attempt.${name}.decided`);
  const end = await endFactsOf(loaded, step, now);
  const { tenantId, id: attemptId, pluginId, isAutomatic, category, method, phase, status } = row;
  const input = {
    tenantId,
    attemptId,
    pluginId,
    isAutomatic,
    category,
    method,
    fence: lease.fence,
    expectedPhase: phase,
    expectedStatus: status,
    step,
    ref: commandId,
    end,
    ...extra,
  };
  await runCommand(advanceAttempt, { input, actor: systemActorFor("rollout", tenantId), now });
  if (name !== "rest") killPoint(`attempt.${name}.stored`);
}

async function pluginKeyOf({ row }: LoadedAttempt): Promise<string> {
  const where = and(eq(plugins.tenantId, row.tenantId), eq(plugins.id, row.pluginId));
  const [plugin] = await read({ kind: "set", ids: [row.tenantId] }, (tx) =>
    tx.select({ key: plugins.pluginKey }).from(plugins).where(where),
  );
  return plugin?.key ?? "";
}

/** Takes one step. @returns null to go on at once, else how many seconds to rest */
async function takeOne(lease: Lease, clock: Clock): Promise<number | null> {
  const now = clock.now();
  const loaded = await read({ kind: "set", ids: [lease.tenantId] }, (tx) => loadAttempt(tx, lease.tenantId, lease.id, now));
  const health = judgeNow(loaded, { probes: await look(loaded, clock), hearing: await listenAround(loaded, now) }, now);
  const step = nextStep(loaded.state, factsOf(loaded, health?.verdict ?? null), now);
  if (step.do === "rest") return LIMITS.leaseSeconds;
  if (step.do === "wait") {
    const isNews = step.phase !== loaded.row.phase || (step.isExtended && !loaded.row.isExtended);
    if (isNews) await store(loaded, lease, step, { stagingReport: null, health }, clock);
    wakeSite(loaded, now);
    const untilSeconds = (step.until.getTime() - now.getTime()) / 1_000;
    return Math.min(Math.max(untilSeconds, 1), LIMITS.attemptRecheckSeconds);
  }
  await store(loaded, lease, step, { stagingReport: null, health }, clock);
  if (step.do === "stage") {
    killPoint("attempt.rehearsing");
    const report = await rehearse(loaded, await pluginKeyOf(loaded));
    killPoint("attempt.rehearsed");
    await store(
      { ...loaded, row: { ...loaded.row, phase: "staging", status: statusOf("staging") } },
      lease,
      step,
      { stagingReport: report, health: null },
      clock,
    );
  }
  if (step.do === "finish") probes.forget(lease.id);
  return step.do === "finish" ? LIMITS.leaseSeconds : null;
}

/**
 * Moves one attempt as far as it can go now, under its lease. Crash at any point: the next worker decides from what is stored.
 *
 * @param isWoken  something happened to this very attempt, so it need not have rested
 */
export async function advance(tenantId: string, attemptId: string, owner: string, clock: Clock, isWoken: boolean): Promise<void> {
  await underLease(
    { kind: "attempt", tenantId, id: attemptId },
    owner,
    async (lease, rest) => {
      killPoint("attempt.claimed");
      rest.seconds = LIMITS.attemptRecheckSeconds;
      for (let taken = 0; taken < LIMITS.attemptStepsAtOnce; taken += 1) {
        try {
          const seconds = await takeOne(lease, clock);
          if (seconds === null) continue;
          rest.seconds = seconds;
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          log.info("WARN_RETRY", `An attempt will be looked at again: ${error.message}`, { tenant_id: tenantId, attempt_id: attemptId });
          rest.seconds = 1;
        }
        return;
      }
    },
    { isWoken },
  );
}
