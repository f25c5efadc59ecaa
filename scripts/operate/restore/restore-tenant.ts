import { setTimeout as wait } from "node:timers/promises";
import type { Actor } from "@/lib/access/types";
import { runCommand } from "@/lib/gateway/run-command";
import { restoreSnapshot } from "@/lib/modules/snapshots/commands/restore-snapshot";
import { showRestore } from "@/lib/modules/snapshots/queries-listing";
import { LIMITS } from "@/lib/platform/limits";

const LOOK_MS = 500;

/**
 * Puts back what one tenant had and waits for the end of it: the worker and the module do the work.
 * @returns the restore as the API tells it; its status is `done` when what is there was read back and is equal
 * @throws Error when it did not end in its time; it goes on
 */
export async function restoreTenant(actor: Actor, order: { readonly snapshotId: string; readonly reason: string }, now: () => Date) {
  const { snapshotId, reason } = order;
  const { id } = await runCommand(restoreSnapshot, { input: { snapshotId, reason }, actor, now: now() });
  for (const deadline = now().getTime() + LIMITS.restoreSeconds * 1_000; now().getTime() < deadline; await wait(LOOK_MS)) {
    const restore = await showRestore(actor.tenants, id);
    if (restore?.status === "done") return restore;
    if (restore?.status === "failed") throw new Error(`the restore ${id} failed: ${restore.detail}`);
  }
  throw new Error(`the restore ${id} goes on: GET /api/ops/restores/${id} says how far it is`);
}
