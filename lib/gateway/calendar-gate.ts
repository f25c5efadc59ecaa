import { and, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import { changeFreezes, tenantCalendars } from "@/db/schema/rollout";
import type { WriterTx } from "@/db/writer";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { changeIsHeldBy } from "@/lib/policy/calendar/may-change-now";

const HELD_WHY = { freeze: "the merchant is frozen", window: "it is outside the merchant's hours" } as const;

/** What keeps a change from beginning at a merchant now, everybody's freezes included; null when nothing does. */
export async function whatCalendarHolds(tx: WriterTx, tenantId: string, now: Date): Promise<"freeze" | "window" | null> {
  const [calendar] = await tx.select().from(tenantCalendars).where(eq(tenantCalendars.tenantId, tenantId));
  const isOpen = and(isNull(changeFreezes.liftedAt), gt(changeFreezes.endsAt, now));
  const own = inArray(changeFreezes.tenantId, [PLATFORM_TENANT, tenantId]);
  const freezes = await tx.select().from(changeFreezes).where(and(own, isOpen));
  return changeIsHeldBy(calendar ?? null, freezes, now);
}

/** The database's clock at this very moment, and not when the transaction began: the one clock of everybody who waited for a lock. */
export async function clockUnderLock(tx: WriterTx): Promise<Date> {
  const [row] = await tx.execute<{ at: string }>(sql`select clock_timestamp() as at`);
  return row ? new Date(row.at) : refuse("unavailable", "The database's clock could not be read");
}

/**
 * Refuses to begin something new at a merchant who is frozen, or whose hours are closed. The caller holds the policy (`requireSwitchesOpen`), which
 * whoever sets a freeze or hours waits for: there is no moment in between.
 *
 * @param now  when the caller came: it may have waited for the policy since, so that a freeze has begun meanwhile. The later of it and the
 *   database's clock is judged
 * @throws Refusal conflict with ERR_CALENDAR
 */
export async function requireCalendarOpen(tx: WriterTx, tenantId: string, now: Date): Promise<void> {
  const clock = await clockUnderLock(tx);
  const heldBy = await whatCalendarHolds(tx, tenantId, clock > now ? clock : now);
  if (heldBy) refuse("conflict", `No change may begin here now: ${HELD_WHY[heldBy]}`, { code: "ERR_CALENDAR" });
}
