import { underLease } from "@/lib/gateway/lease";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { Clock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { newId } from "@/lib/platform/random";
import { read } from "@/lib/platform/scope";
import { dropChunks } from "../commands/drop-chunks";
import { expireSnapshot } from "../commands/expire-snapshot";
import { hasUnusedChunks, listDue, listExpired } from "../queries-snapshots";
import { drillRestores } from "./drill-restores";
import { moveRestores } from "./move-restores";
import { moveSnapshots } from "./move-snapshots";
import { SNAPSHOTS, unlessRefused } from "./order-quietly";
import { takeSnapshot } from "./take-snapshot";

/** Fixed, so that every process means the same work. */
const MOVING = { kind: "job", tenantId: PLATFORM_TENANT, id: "00000000-0000-4000-8000-000000000060" } as const;
const KEEPING = { kind: "job", tenantId: PLATFORM_TENANT, id: "00000000-0000-4000-8000-000000000061" } as const;

/** Snapshots and restores that wait for a module or for each other go on. */
export async function followSnapshots(owner: string, clock: Clock): Promise<void> {
  await underLease(MOVING, owner, async () => {
    await moveSnapshots(clock.now());
    await moveRestores(clock.now());
  });
}

/** Asks for the snapshots that are due, a bounded number; one that cannot be taken says so itself. */
async function planPeriodic(now: Date): Promise<void> {
  for (const { tenant_id: tenantId, module_key: moduleKey } of await read(SNAPSHOTS.tenants, (tx) => listDue(tx, now))) {
    await unlessRefused(takeSnapshot({ id: newId(now), tenantId, moduleKey, reason: "periodic", note: "periodic" }, SNAPSHOTS, now));
  }
}

/** What is due is asked for, what is old is let go of, and restores are rehearsed. */
export async function keepSnapshots(owner: string, clock: Clock): Promise<void> {
  await underLease(
    KEEPING,
    owner,
    async () => {
      const now = clock.now();
      await planPeriodic(now);
      for (const input of await read(SNAPSHOTS.tenants, (tx) => listExpired(tx, now)))
        await unlessRefused(runCommand(expireSnapshot, { input, actor: SNAPSHOTS, now }));
      const idleSince = new Date(now.getTime() - LIMITS.snapshotChunkIdleSeconds * 1_000);
      if (await read(SNAPSHOTS.tenants, (tx) => hasUnusedChunks(tx, idleSince)))
        await runCommand(dropChunks, { input: {}, actor: SNAPSHOTS, now });
      await drillRestores(now);
    },
    { restSeconds: LIMITS.snapshotKeepEverySeconds },
  );
}
