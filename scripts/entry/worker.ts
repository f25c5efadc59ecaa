import { randomUUID } from "node:crypto";
import { closeConnections } from "@/db/connection";
import { workingUrl } from "@/db/working-password";
import { requireSameMasterKey } from "@/lib/access/sealing/master-key-row";
import { ensureCommandKey } from "@/lib/access/trust";
import { LogKeeper } from "@/lib/audit/jobs/keep-log";
import { ensureOnlineKeys } from "@/lib/delivery/tuf/jobs/ensure-online-keys";
import { refreshMetadata } from "@/lib/delivery/tuf/jobs/refresh-metadata";
import { tellLoops } from "@/lib/gateway/tell-loops";
import { scan } from "@/lib/incidents/jobs/scan";
import { healIncidents } from "@/lib/modules/healing/jobs/heal-incidents";
import { scanModules } from "@/lib/modules/incidents/jobs/scan-modules";
import { proveHealing } from "@/lib/modules/proving/jobs/prove-healing";
import { keepReleases } from "@/lib/modules/releases/jobs/follow-releases";
import { rollUpModules } from "@/lib/modules/slo/jobs/roll-up-modules";
import { followSnapshots, keepSnapshots } from "@/lib/modules/snapshots/jobs/keep-snapshots";
import { watchModules } from "@/lib/modules/streams/jobs/watch-modules";
import { dispatchNotifications } from "@/lib/notify/jobs/dispatch";
import { pagePeople } from "@/lib/notify/jobs/page-people";
import { keepDoing, type Loop } from "@/lib/platform/background/keep-doing";
import { openQueue } from "@/lib/platform/background/queue";
import { systemClock } from "@/lib/platform/clock";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { log, nameProcess } from "@/lib/platform/log";
import { flushSpans, inSpan } from "@/lib/platform/observed/tracing/in-span";
import { continueTrace, withTrace } from "@/lib/platform/trace";
import { advanceRepairs } from "@/lib/repair/jobs/advance-repairs";
import { followEmergencies } from "@/lib/rollout/jobs/follow-emergencies";
import { followRecalls } from "@/lib/rollout/jobs/follow-recalls";
import { sweep, work } from "@/lib/rollout/jobs/sweep";
import { advanceRollouts } from "@/lib/rollout/jobs/waves/advance-rollouts";
import { scanWhenAsked, watchContracts } from "@/lib/scanner/jobs/scan-contracts";
import { learn } from "@/lib/sira/jobs/learn";
import { announceOutside, pingOutside } from "@/lib/survival/jobs/ping-outside";
import { retainAll } from "@/lib/survival/jobs/retain-all";
import { eraseLeaving } from "@/lib/survival/offboarding/jobs/erase-leaving";
import { tellCounts } from "@/lib/telemetry/adapters/tell-counts";
import { rollUp } from "@/lib/telemetry/jobs/roll-up";
import { sealAllIngest } from "@/lib/telemetry/jobs/seal-ingest";

const owner = `worker:${randomUUID()}`;
const loops: Loop[] = [];
const draining = new AbortController();

/** The queue keeps the password that it began with: when the master key changes, it begins again. */
async function listen(): Promise<() => Promise<void>> {
  const queue = openQueue(await workingUrl("writer"));
  let next: Promise<() => Promise<void>> | null = null;
  queue.on("error", (error) => {
    log.warn("ERR_DATABASE", "The queue met an error", { error });
    if ((error as { code?: string }).code === "28P01") next ??= queue.stop({ graceful: false }).then(listen);
  });
  await queue.start();
  for (const kind of ["attempt", "incident"] as const) {
    await queue.work<{ id: string; tenantId: string; traceparent?: string }>(
      kind,
      { pollingIntervalSeconds: 0.5, batchSize: LIMITS.workAtOnce },
      async (jobs) => {
        const step = ({ tenantId, id, traceparent }: (typeof jobs)[number]["data"]) =>
          withTrace(continueTrace(traceparent), () =>
            inSpan(`work ${kind}`, {}, () => work({ kind, tenant_id: tenantId, id }, owner, systemClock, true)),
          );
        await Promise.all(jobs.map(({ data }) => step(data)));
      },
    );
  }
  return async () => (next ? (await next)() : queue.stop({ graceful: true, timeout: 8_000 }));
}

/** Everything a worker does by itself, each round by round. */
function startLoops(): void {
  const now = () => systemClock.now();
  const keeper = new LogKeeper(environment().dataDir, systemClock);
  loops.push(
    keepDoing("sweep", LIMITS.sweepMs, () => sweep(owner, systemClock)),
    keepDoing("scan", LIMITS.scanSeconds * 1_000, () => scan(owner, systemClock)),
    keepDoing("module scan", LIMITS.moduleScanMs, () => scanModules(owner, systemClock)),
    keepDoing("healing of modules", LIMITS.healMs, () => healIncidents(owner, systemClock)),
    keepDoing("proof of heal", LIMITS.healProofLookMs, () => proveHealing(owner, systemClock, draining.signal)),
    keepDoing("notify", LIMITS.sweepMs, () => dispatchNotifications(owner, systemClock)),
    keepDoing("paging", LIMITS.pageRoundMs, () => pagePeople(now())),
    keepDoing("emergencies", LIMITS.sweepMs, () => followEmergencies(now())),
    keepDoing("rollouts", LIMITS.sweepMs, () => advanceRollouts(owner, systemClock)),
    keepDoing("repairs", LIMITS.repairRoundMs, () => advanceRepairs(owner, systemClock)),
    keepDoing("recalls", LIMITS.sweepMs, () => followRecalls(now())),
    keepDoing("ingest seals", LIMITS.ingestSealSeconds * 1_000, () => sealAllIngest(now())),
    keepDoing("roll-ups", LIMITS.rollupSeconds * 1_000, () => rollUp(now())),
    keepDoing("module roll-ups", LIMITS.sloRollUpSeconds * 1_000, () => rollUpModules(now())),
    keepDoing("module streams", LIMITS.moduleStepMs, () => watchModules(now())),
    keepDoing("retention", LIMITS.retainSeconds * 1_000, () => retainAll(owner, systemClock)),
    keepDoing("offboarding", LIMITS.deadManSeconds * 1_000, () => eraseLeaving(now())),
    keepDoing("dead man", (LIMITS.deadManSeconds / 4) * 1_000, () => pingOutside(owner)),
    keepDoing("loop ages", LIMITS.loopsToldMs, () => tellLoops(owner)),
    keepDoing("asked scans", LIMITS.scanAskedMs, () => scanWhenAsked(systemClock)),
    keepDoing("counters", LIMITS.loopsToldMs, () => tellCounts(owner, systemClock.now())),
    keepDoing("snapshots", LIMITS.snapshotMoveMs, () => followSnapshots(owner, systemClock)),
    keepDoing("snapshot keeping", LIMITS.snapshotKeepEverySeconds * 1_000, () => keepSnapshots(owner, systemClock)),
    keepDoing("module releases", LIMITS.releaseFollowMs, () => keepReleases(owner, systemClock)),
    keepDoing("signed metadata", LIMITS.tufRefreshMs, () => refreshMetadata(now())),
    keepDoing("contracts", LIMITS.scanContractsMs, () => watchContracts(owner, systemClock)),
    keepDoing("learning", LIMITS.siraLearnSeconds * 1_000, () => learn(owner, systemClock)),
    keepDoing("audit seal", LIMITS.auditSealMs, () => keeper.seal()),
    keepDoing("audit checkpoint", LIMITS.auditCopyMs, () => keeper.vouch()),
    keepDoing("audit check", LIMITS.auditCheckSeconds * 1_000, () => keeper.check()),
  );
}

async function main(): Promise<void> {
  nameProcess("worker");
  await requireSameMasterKey(systemClock.now());
  await ensureCommandKey(systemClock.now());
  await ensureOnlineKeys(systemClock.now());
  const stopListening = await listen();
  await announceOutside();
  startLoops();
  log.info("INFO_STARTED", "The worker is up", { owner });
  const drain = async () => {
    draining.abort();
    await Promise.all([stopListening(), ...loops.map((loop) => loop.stop())]);
    await flushSpans();
    await closeConnections();
    log.info("INFO_STOPPED", "The worker has drained");
    process.exit(0);
  };
  process.once("SIGTERM", () => void drain());
  process.once("SIGINT", () => void drain());
}

main().catch((error: unknown) => {
  console.error(`worker: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
