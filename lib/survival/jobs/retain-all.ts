import { forgetSpent } from "@/lib/gateway/forget-spent";
import { underLease } from "@/lib/gateway/lease";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { retainSignals } from "@/lib/modules/signals/jobs/retain-signals";
import { forgetMessages } from "@/lib/notify/jobs/forget-messages";
import type { Clock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { retain } from "@/lib/telemetry/jobs/retain";

/** Fixed, so that every process means the same retention. */
const RETENTION = { kind: "job", tenantId: PLATFORM_TENANT, id: "00000000-0000-4000-8000-00000000005d" } as const;

const sum = (counts: object) => Object.values(counts).reduce((total: number, count: unknown) => total + Number(count), 0);

/**
 * Drops what is too old (docs/retention.md), a bounded number of rows, one round at a time, whoever asks.
 * @returns `findings`: rows and partitions that were dropped
 */
export async function retainAll(owner: string, clock: Clock): Promise<{ ran: boolean; findings: number; duration_ms: number }> {
  const startedMs = performance.now();
  const round = async () => {
    const now = clock.now();
    const { dropped, batches_dropped } = await retain(now);
    await retainSignals(now);
    return dropped + batches_dropped + sum(await forgetMessages(now)) + sum(await forgetSpent(now));
  };
  const findings = await underLease(RETENTION, owner, round, { restSeconds: LIMITS.scanRestSeconds });
  return { ran: findings !== null, findings: findings ?? 0, duration_ms: Math.round(performance.now() - startedMs) };
}
