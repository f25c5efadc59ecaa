import { readFileSync } from "node:fs";
import { and, eq } from "drizzle-orm";
import { moduleCommands } from "@/db/schema/modules/modules";
import { systemActor } from "@/lib/access/system-actor";
import { underLease } from "@/lib/gateway/lease";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { Refusal } from "@/lib/kernel/refusal";
import { orderModule } from "@/lib/modules/channel/commands/order-module";
import type { Clock } from "@/lib/platform/clock";
import { read } from "@/lib/platform/scope";
import { noteRollback } from "../commands/note-rollback";
import { observeRelease } from "../commands/observe-release";
import { hadTrouble, listOpenRollbacks, readCurrentRelease, readRunning } from "../queries-releases";
import type { RollbackItem } from "../types";

const actor = systemActor("releases", "operate");

/** What this build of Center is: its version, and the newest migration that it brings. */
function ownVersion(): { centerVersion: string; schemaVersion: string } {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  const { entries } = JSON.parse(readFileSync("drizzle/meta/_journal.json", "utf8")) as { entries: { tag: string }[] };
  return { centerVersion: version, schemaVersion: entries.at(-1)?.tag ?? "" };
}

async function unlessRefused(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
  });
}

/** Looks at which versions run together, and whether they have proven themselves. */
async function observeReleases(now: Date, own = ownVersion()): Promise<void> {
  const { members, hasTrouble } = await read(actor.tenants, async (tx) => {
    const current = await readCurrentRelease(tx);
    return { ...(await readRunning(tx, now)), hasTrouble: current === null || (await hadTrouble(tx, current.seenAt)) };
  });
  if (Object.keys(members).length === 0) return;
  await unlessRefused(runCommand(observeRelease, { input: { ...own, members, hasTrouble }, actor, now }));
}

async function orderBack(item: RollbackItem, rollback: { id: string; reason: string }, now: Date): Promise<RollbackItem> {
  const given = await read(actor.tenants, (tx) =>
    tx
      .select()
      .from(moduleCommands)
      .where(
        and(
          eq(moduleCommands.tenantId, PLATFORM_TENANT),
          eq(moduleCommands.ref, rollback.id),
          eq(moduleCommands.moduleKey, item.module_key),
        ),
      ),
  );
  const [order] = given;
  if (order) {
    if (order.status === "queued" || order.status === "offered") return { ...item, status: "ordered", command_id: order.id };
    const said = (order.result as { detail?: unknown } | null)?.detail;
    const detail = typeof said === "string" && said !== "" ? said : null;
    return {
      ...item,
      status: order.status === "done" ? "done" : "failed",
      command_id: order.id,
      detail: detail ?? (order.status === "done" ? null : order.status),
    };
  }
  const input = {
    module: item.module_key,
    type: "rollback_release" as const,
    params: { to_version: item.to },
    reason: rollback.reason,
    ref: rollback.id,
  };
  try {
    return { ...item, status: "ordered", command_id: (await runCommand(orderModule, { input, actor, now })).id };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.details.code === "ERR_ORDER_UNDER_WAY" ? item : { ...item, status: "failed", detail: error.message };
  }
}

/** Orders modules back that are to go back, and notes what became of it. An order that was given and not noted is found by what it refers to. */
async function followRollbacks(now: Date): Promise<void> {
  for (const rollback of await read(actor.tenants, listOpenRollbacks)) {
    const items: RollbackItem[] = [];
    for (const item of rollback.items) {
      const isOpen = item.status === "waiting" || item.status === "ordered";
      items.push(isOpen ? await orderBack(item, rollback, now) : item);
    }
    if (JSON.stringify(items) !== JSON.stringify(rollback.items))
      await unlessRefused(runCommand(noteRollback, { input: { id: rollback.id, items }, actor, now }));
  }
}

/** Fixed, so that every process means the same work. */
const FOLLOWING = { kind: "job", tenantId: PLATFORM_TENANT, id: "00000000-0000-4000-8000-000000000062" } as const;

/** One round: modules on their way back, and what runs. */
export async function keepReleases(owner: string, clock: Clock): Promise<void> {
  await underLease(FOLLOWING, owner, async () => {
    await followRollbacks(clock.now());
    await observeReleases(clock.now());
  });
}
