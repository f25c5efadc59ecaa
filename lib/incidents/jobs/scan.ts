import { scopeFor } from "@/lib/access/system-actor";
import { configuredRules } from "@/lib/detection/queries-configured";
import { underLease } from "@/lib/gateway/lease";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { Clock } from "@/lib/platform/clock";
import { reportFault } from "@/lib/platform/faults/report-fault";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { advanceStreams } from "@/lib/telemetry/adapters/advance-streams";
import { probeSite } from "@/lib/telemetry/adapters/probe-site";
import { readScanSubjects } from "@/lib/telemetry/queries";
import type { ScanSubject } from "@/lib/telemetry/types";
import { needsLook } from "../needs-look";
import { observePlugin } from "./observe-plugin";
import { watchFleet } from "./watch-fleet";

/** Fixed, so that every process means the same scan. */
const SCAN = "00000000-0000-4000-8000-00000000005c";

export interface ScanReport {
  /** False when another scan was running, or had just ended. */
  readonly ran: boolean;
  readonly findings: number;
  readonly duration_ms: number;
}

function look({ tenantId, pluginId, probeUrl }: ScanSubject, clock: Clock): Promise<number> {
  return observePlugin(tenantId, pluginId, clock.now(), false, probeUrl ? () => probeSite(probeUrl, clock) : null);
}

/** What a healthy plugin said is taken into its streams; only what these raise is worth a look. */
async function feed(subject: ScanSubject, clock: Clock): Promise<number> {
  const raised = await advanceStreams(subject, clock.now());
  return raised.length > 0 ? look(subject, clock) : 0;
}

async function scanAll(clock: Clock): Promise<number> {
  const now = clock.now().getTime();
  const heardSince = new Date(now - 2 * LIMITS.scanSeconds * 1_000);
  // Whoever is watched closely is looked at however lately it was heard; the grace of the rest is the silence rule's own.
  const silentSince = new Date(now - LIMITS.heartbeatSeconds * 1_000);
  const subjects = await read(scopeFor("scan"), (tx) => readScanSubjects(tx, heardSince, silentSince));
  const configured = await configuredRules();
  let findings = 0;
  const queue = [...subjects];
  const worker = async () => {
    for (let subject = queue.shift(); subject; subject = queue.shift()) {
      try {
        const isLookedAt = needsLook(subject, configured, { heardSince, silentSince });
        findings += await (isLookedAt ? look(subject, clock) : feed(subject, clock));
      } catch (error) {
        reportFault("One plugin could not be scanned", error, { tenant_id: subject.tenantId });
      }
    }
  };
  await Promise.all(Array.from({ length: LIMITS.scanAtOnce }, worker));
  await watchFleet(clock.now());
  return findings;
}

/**
 * Looks at every plugin that is quiet, watched closely, or said something lately that a rule or a detector may find something in; one scan
 * at a time, whoever asks.
 */
export async function scan(owner: string, clock: Clock): Promise<ScanReport> {
  const startedMs = performance.now();
  const lease = { kind: "job", tenantId: PLATFORM_TENANT, id: SCAN } as const;
  const findings = await underLease(lease, owner, () => scanAll(clock), { restSeconds: LIMITS.scanRestSeconds });
  const duration_ms = Math.round(performance.now() - startedMs);
  return { ran: findings !== null, findings: findings ?? 0, duration_ms };
}
