import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { autopatchAttempts, pluginAgentCommands } from "@/db/schema/delivery";
import type { WriterTx } from "@/db/writer";
import { requireCalendarOpen } from "@/lib/gateway/calendar-gate";
import { defineCommand } from "@/lib/gateway/define-command";
import { requireSwitchesOpen } from "@/lib/gateway/switch-gate";
import type { Json } from "@/lib/kernel/canonical-json";
import { Refusal, refuse } from "@/lib/kernel/refusal";
import { isHeldByCalendars } from "@/lib/policy/calendar/held-by-calendars";

/** No switch holds these: they only confirm, take back or ask. */
const ALWAYS = new Set(["rollback", "commit", "ping"]);

/** Commands that no beat has fetched, or that were fetched and not answered, in the order in which they were made. */
async function readWaiting(tx: WriterTx, tenantId: string, pluginId: string, now: Date) {
  return tx
    .select({
      command: pluginAgentCommands,
      isAutomatic: autopatchAttempts.isAutomatic,
      category: autopatchAttempts.category,
      status: autopatchAttempts.status,
      phase: autopatchAttempts.phase,
    })
    .from(pluginAgentCommands)
    .leftJoin(
      autopatchAttempts,
      and(eq(autopatchAttempts.tenantId, pluginAgentCommands.tenantId), eq(autopatchAttempts.id, pluginAgentCommands.attemptId)),
    )
    .where(
      and(
        eq(pluginAgentCommands.tenantId, tenantId),
        eq(pluginAgentCommands.pluginId, pluginId),
        inArray(pluginAgentCommands.status, ["pending", "offered"]),
        sql`${pluginAgentCommands.expiresAt} > ${now.toISOString()}::timestamptz`,
      ),
    )
    .orderBy(asc(pluginAgentCommands.createdAt))
    .for("update", { of: pluginAgentCommands });
}
type Waiting = Awaited<ReturnType<typeof readWaiting>>[number];

/** Whether an order is still wanted: of an attempt that was called off, or is being taken back, nothing new goes out. */
function isWanted({ status, phase }: Waiting): boolean {
  return status !== "cancelled" && phase !== "reverting" && phase !== "done";
}

/** Hands a plugin its waiting commands: the last gate before an order leaves the house, with switches and calendars read under lock. */
export const offerCommands = defineCommand({
  name: "command.offer",
  permission: "agent",
  isPolled: true,
  input: z.strictObject({ tenantId: z.uuid(), pluginId: z.uuid() }),

  async apply(tx, { tenantId, pluginId }, { actor, now }) {
    if (actor.id !== `plugin:${pluginId}`) refuse("not-found", `No plugin ${pluginId}`);
    const waiting = await readWaiting(tx, tenantId, pluginId, now);
    const wanted = waiting.filter(isWanted);
    const preempting = waiting.filter((row) => ALWAYS.has(row.command.type) && (row.command.type !== "commit" || isWanted(row)));
    let offered = preempting;
    if (preempting.length === 0 && wanted.length > 0) {
      const [first] = wanted;
      const isAutomatic = wanted.some((row) => row.isAutomatic !== false);
      await requireSwitchesOpen(tx, { tenantId, pluginId, isAutomatic, category: first?.category ?? null });
      offered = wanted.slice(0, 1);
      const isHeld = offered.some(({ command, isAutomatic: own }) => isHeldByCalendars({ type: command.type, isAutomatic: own !== false }));
      if (isHeld) await requireCalendarOpen(tx, tenantId, now);
    }
    if (offered.length === 0) throw new Refusal("conflict", "Nothing waits for this plugin");
    const ids = offered.map(({ command }) => command.id);
    await tx
      .update(pluginAgentCommands)
      .set({ status: "offered", offeredAt: sql`coalesce(${pluginAgentCommands.offeredAt}, ${now.toISOString()}::timestamptz)` })
      .where(and(eq(pluginAgentCommands.tenantId, tenantId), inArray(pluginAgentCommands.id, ids)));
    const wakes = offered.flatMap(({ command }) =>
      command.attemptId && command.status === "pending" ? [{ queue: "attempt" as const, id: command.attemptId, tenantId }] : [],
    );
    const brief = (status?: string) =>
      offered.map(({ command }) => ({ id: command.id, type: command.type, status: status ?? command.status }));
    const envelopes = offered.map(({ command }) => command.envelope) as unknown as Json[];
    return { subject: `plugin:${pluginId}`, tenantId, before: brief(), after: brief("offered"), wakes, result: { envelopes } };
  },
});
