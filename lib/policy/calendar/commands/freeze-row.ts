import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { changeFreezes } from "@/db/schema/rollout";
import type { WriterTx } from "@/db/writer";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import type { Change, CommandContext } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { type AskedLoosening, askLoosening } from "../../commands/ask-loosening";
import { lockPolicy } from "../../commands/switch-place";
import { freezeItem } from "../freeze-item";
import type { Freeze } from "../may-change-now";

export type FreezeRow = typeof changeFreezes.$inferSelect;
export type FreezeAnswer = ReturnType<typeof freezeItem> | { readonly [Key in keyof AskedLoosening]: AskedLoosening[Key] };

/** An instant with its offset; kept to the millisecond. */
export const instantField = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
export const reasonField = z.string().trim().min(LIMITS.orderReasonCharacters).max(LIMITS.reasonCharacters);

const DAY_MS = 24 * 60 * 60 * 1_000;

/** @throws Refusal invalid for times between which nothing can be frozen */
export function requireTimes({ startsAt, endsAt }: Freeze, now: Date): void {
  const message =
    endsAt <= startsAt || endsAt <= now
      ? "a freeze ends after it begins, and after now"
      : endsAt.getTime() - startsAt.getTime() > LIMITS.freezeDays * DAY_MS
        ? `a freeze lasts ${LIMITS.freezeDays} days at most`
        : null;
  if (message) refuse("invalid", "These are no times of a freeze", { errors: [{ path: "endsAt", message }] });
}

/** @throws Refusal conflict when a place has as many freezes to come as anybody can still read */
export async function requireRoom(tx: WriterTx, tenantId: string, now: Date): Promise<void> {
  const open = and(eq(changeFreezes.tenantId, tenantId), isNull(changeFreezes.liftedAt), gt(changeFreezes.endsAt, now));
  const [row] = await tx.select({ count: sql<number>`count(*)::int` }).from(changeFreezes).where(open);
  if ((row?.count ?? 0) >= LIMITS.freezesOpen) refuse("conflict", `There are ${LIMITS.freezesOpen} freezes to come here already`);
}

/** A freeze that is in force or to come, locked after the policy as everywhere. @throws Refusal not-found beyond the scope, conflict when it is over */
export async function lockFreeze(tx: WriterTx, freezeId: string, { actor, now }: CommandContext): Promise<FreezeRow> {
  await lockPolicy(tx);
  const [row] = await tx.select().from(changeFreezes).where(eq(changeFreezes.id, freezeId)).for("update");
  if (!row) refuse("not-found", `No freeze ${freezeId}`);
  if (row.tenantId === PLATFORM_TENANT) requireAllTenants(actor, "Everybody's freezes");
  if (row.liftedAt !== null || row.endsAt <= now) refuse("conflict", "This freeze is over already");
  return row;
}

const timesOf = ({ startsAt, endsAt }: Freeze) => ({ starts_at: startsAt.toISOString(), ends_at: endsAt.toISOString() });

/**
 * Less of a freeze lets something begin that it holds: that waits for a second person. Nothing changes yet.
 *
 * @param after  null: it would be over at once
 */
export async function askShorter(
  tx: WriterTx,
  before: FreezeRow,
  after: Freeze | null,
  reason: string,
  context: CommandContext,
): Promise<Change<FreezeAnswer>> {
  const { version } = await lockPolicy(tx);
  const tenantId = before.tenantId === PLATFORM_TENANT ? null : before.tenantId;
  const document = {
    do: "freeze_change" as const,
    freeze_id: before.id,
    tenant_id: tenantId,
    before: timesOf(before),
    after: after && timesOf(after),
    policy_version: version,
  };
  const result = await askLoosening(tx, { tenantId: before.tenantId, reason, document }, context);
  return {
    subject: `freeze:${before.id}`,
    tenantId,
    before: freezeItem(before),
    after: { asked: result },
    reason,
    events: [{ name: "switch.asked", payload: { requestId: result.request_id, actor: context.actor.id } }],
    result: { ...result },
  };
}
