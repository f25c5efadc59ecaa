import type { Actor } from "@/lib/access/types";
import { runCommand } from "@/lib/gateway/run-command";
import { requestSnapshot } from "../commands/request-snapshot";
import type { SnapshotReason, SnapshotStatus } from "../types";

/** What is to be saved, by whom and why. */
export interface WantedSnapshot {
  /** The caller's own id for it: asking again asks for the same. */
  readonly id: string;
  /** The platform's own tenant for all tenants that use the module. */
  readonly tenantId: string;
  /** Null: Center's own rows about the tenant. */
  readonly moduleKey: string | null;
  readonly reason: SnapshotReason;
  readonly note: string;
}

/**
 * Asks for a snapshot, or how one that was asked for stands; call it again until the status is `sealed`, or `failed`.
 * @throws Refusal not-found, conflict (ERR_NO_SNAPSHOT for a module that keeps nothing)
 */
export async function takeSnapshot(wanted: WantedSnapshot, actor: Actor, now: Date): Promise<{ id: string; status: SnapshotStatus }> {
  const { id, status } = await runCommand(requestSnapshot, { input: wanted, actor, now });
  return { id, status };
}
