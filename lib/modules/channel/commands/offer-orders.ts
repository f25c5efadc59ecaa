import { and, asc, eq, inArray, notInArray, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { moduleCommands } from "@/db/schema/modules/modules";
import { modules } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import { requireSwitchesOpen } from "@/lib/gateway/switch-gate";
import type { Json } from "@/lib/kernel/canonical-json";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { Refusal, refuse } from "@/lib/kernel/refusal";
import { ORDER_TYPES, type OrderType } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { CATEGORIES } from "@/lib/policy/types";
import { isHeldBySwitches, isLifting } from "../switches-for-orders";

type OrderRow = typeof moduleCommands.$inferSelect;

/** What no switch holds is read apart: however many held orders wait, they do not hide what takes something back. */
const UNDOING = ORDER_TYPES.filter((type) => !isHeldBySwitches(type));

/** Orders that were not answered yet, in the order of their fences. */
async function readWaiting(tx: WriterTx, moduleId: string): Promise<OrderRow[]> {
  const lowest = (types: SQL) =>
    tx
      .select()
      .from(moduleCommands)
      .where(and(eq(moduleCommands.moduleId, moduleId), inArray(moduleCommands.status, ["queued", "offered"]), types))
      .orderBy(asc(moduleCommands.fence))
      .limit(LIMITS.ordersWaiting)
      .for("update");
  const undoing = await lowest(inArray(moduleCommands.type, UNDOING));
  const others = await lowest(notInArray(moduleCommands.type, UNDOING));
  return [...undoing, ...others].sort((a, b) => a.fence - b.fence);
}

/** Whether the switches let this order out now. */
async function isOpen(tx: WriterTx, row: OrderRow): Promise<boolean> {
  const type = row.type as OrderType;
  if (!isHeldBySwitches(type)) return true;
  const [place] = await tx
    .select({ id: modules.id })
    .from(modules)
    .where(and(eq(modules.tenantId, row.tenantId), eq(modules.moduleKey, row.moduleKey)));
  const subject = { tenantId: row.tenantId, pluginId: null, moduleId: place?.id ?? null, serviceId: row.moduleId };
  const category = CATEGORIES.find((known) => known === row.payload.category) ?? null;
  try {
    const isAutomatic = !row.requestedBy.startsWith("person:") && !isLifting(type);
    await requireSwitchesOpen(tx, { ...subject, isAutomatic, category });
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/**
 * Orders that go out together, up to the first that a switch holds: one that overtook it would make the agent take it for stale. What takes
 * something back goes out all the same; the one it overtakes is then refused by the agent, which is the safe end.
 */
async function passing(tx: WriterTx, rows: readonly OrderRow[]): Promise<OrderRow[]> {
  const out: OrderRow[] = [];
  let isBlocked = false;
  for (const row of rows) {
    const isUndoing = !isHeldBySwitches(row.type as OrderType);
    if (isBlocked && !isUndoing) continue;
    if (await isOpen(tx, row)) out.push(row);
    else isBlocked = true;
  }
  return out.slice(0, LIMITS.ordersAtOnce);
}

/** Hands a module its waiting orders: the last gate before one leaves the house, with the switches read under lock. */
export const offerOrders = defineCommand({
  name: "module.offer",
  permission: "module",
  isPolled: true,
  input: z.strictObject({ moduleId: z.uuid(), moduleKey: z.string() }),

  async apply(tx, { moduleId, moduleKey }, { actor, now }) {
    if (actor.id !== `module:${moduleKey}`) refuse("not-found", `No module ${moduleKey}`);
    const waiting = await readWaiting(tx, moduleId);
    const late = waiting.filter(({ expiresAt }) => expiresAt <= now);
    const offered = await passing(
      tx,
      waiting.filter(({ expiresAt }) => expiresAt > now),
    );
    if (offered.length === 0 && late.length === 0) throw new Refusal("conflict", "Nothing waits for this module");
    const set = async (rows: readonly OrderRow[], change: Partial<OrderRow> | { offeredAt: unknown; status: "offered" }) => {
      for (const { tenantId, id } of rows) {
        await tx
          .update(moduleCommands)
          .set(change as Partial<OrderRow>)
          .where(and(eq(moduleCommands.tenantId, tenantId), eq(moduleCommands.id, id)));
      }
    };
    await set(late, { status: "expired", finishedAt: now });
    await set(offered, { status: "offered", offeredAt: sql`coalesce(${moduleCommands.offeredAt}, ${now.toISOString()}::timestamptz)` });
    const brief = (rows: readonly OrderRow[], status?: string) =>
      rows.map((row) => ({ id: row.id, type: row.type, status: status ?? row.status }));
    return {
      subject: `module:${moduleKey}`,
      tenantId: PLATFORM_TENANT,
      before: brief([...late, ...offered]),
      after: [...brief(late, "expired"), ...brief(offered, "offered")],
      events: late.map((row) => ({
        name: "module.order_ended",
        payload: { commandId: row.id, status: "expired", ref: row.ref },
        tenantId: row.tenantId,
      })),
      result: { envelopes: offered.map(({ envelope }) => envelope) as unknown as Json[] },
    };
  },
});
