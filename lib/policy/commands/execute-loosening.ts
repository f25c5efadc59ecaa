import { and, eq } from "drizzle-orm";
import type { looseningRequests } from "@/db/schema/approvals";
import { scanBlocks } from "@/db/schema/modules/scanner";
import { changeFreezes, tenantCalendars } from "@/db/schema/rollout";
import type { opsPolicy } from "@/db/schema/safety";
import type { WriterTx } from "@/db/writer";
import type { LooseningWorld } from "@/lib/approvals/loosening";
import type { Loosening } from "@/lib/approvals/types";
import type { CommandContext, DomainEvent } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { hoursOf } from "../calendar/hours-of";
import { writePolicy } from "./change-policy";
import { placeName, type SwitchPlace, setSwitch, thrownAt } from "./switch-place";

type RequestRow = typeof looseningRequests.$inferSelect;
type PolicyRow = typeof opsPolicy.$inferSelect;
type SwitchOff = Extract<Loosening, { do: "switch_off" }>;
type HoursChange = Extract<Loosening, { do: "calendar_change" }>;
type FreezeChange = Extract<Loosening, { do: "freeze_change" }>;

const GLOBAL: Pick<SwitchPlace, "scope" | "targetId"> = { scope: "global", targetId: null };

function placeOf(tenantId: string, { scope, target_id: targetId }: SwitchOff): SwitchPlace {
  return { tenantId, scope, targetId };
}

function blockKey(blockId: string) {
  return and(eq(scanBlocks.tenantId, PLATFORM_TENANT), eq(scanBlocks.id, blockId));
}

function freezeKey(tenantId: string, freezeId: string) {
  return and(eq(changeFreezes.tenantId, tenantId), eq(changeFreezes.id, freezeId));
}

/** Everything that a request depends on, read anew and locked. The caller holds the policy. */
export async function readWorld(tx: WriterTx, { tenantId, document }: RequestRow, policy: PolicyRow, now: Date): Promise<LooseningWorld> {
  const world = { now, policyVersion: policy.version, thrown: null, freeze: null };
  if (document.do === "freeze_change") {
    const [row] = await tx.select().from(changeFreezes).where(freezeKey(tenantId, document.freeze_id)).for("update");
    return { ...world, freeze: row && row.liftedAt === null ? row : null };
  }
  if (document.do === "calendar_change") {
    const [row] = await tx.select().from(tenantCalendars).where(eq(tenantCalendars.tenantId, tenantId)).for("update");
    return { ...world, hours: row ? hoursOf(row) : null };
  }
  if (document.do === "lift_block") {
    const [row] = await tx.select().from(scanBlocks).where(blockKey(document.block_id)).for("update");
    return { ...world, block: row && row.liftedAt === null ? row : null };
  }
  if (document.do === "policy_change") return { ...world, thrown: await thrownAt(tx, { tenantId, ...GLOBAL }, "kill_switch", policy) };
  return { ...world, thrown: await thrownAt(tx, placeOf(tenantId, document), document.switch, policy) };
}

/** Opens again what the scanner closed. A violation that still stands is not closed anew before it has gone and come again. */
async function openAgain(tx: WriterTx, document: Extract<Loosening, { do: "lift_block" }>, reason: string, { actor, now }: CommandContext) {
  await tx.update(scanBlocks).set({ liftedAt: now, liftedBy: actor.id, liftReason: reason }).where(blockKey(document.block_id));
  return [{ name: "contract.lifted", payload: { kind: document.kind, target: document.target, actor: actor.id, reason } }];
}

async function changeFreeze(tx: WriterTx, { tenantId }: RequestRow, document: FreezeChange, { actor, now }: CommandContext) {
  const { after, freeze_id: freezeId } = document;
  const set = after ? { startsAt: new Date(after.starts_at), endsAt: new Date(after.ends_at) } : { liftedAt: now, liftedBy: actor.id };
  await tx.update(changeFreezes).set(set).where(freezeKey(tenantId, freezeId));
  return [{ name: "freeze.changed", payload: { freezeId, ended: after === null } }];
}

/** A merchant's hours as they were asked for; in force at the next look of whoever begins something there. */
async function changeHours(tx: WriterTx, { tenantId, requestedBy }: RequestRow, { after }: HoursChange, { now }: CommandContext) {
  const { time_zone: timeZone, windows, quiet } = after;
  const set = { timeZone, windows, quiet, updatedAt: now, updatedBy: requestedBy };
  await tx.update(tenantCalendars).set(set).where(eq(tenantCalendars.tenantId, tenantId));
  return [{ name: "calendar.changed", payload: { tenantId } }];
}

/** Does exactly what was agreed to. @returns who is told */
export async function executeLoosening(
  tx: WriterTx,
  request: RequestRow,
  policy: PolicyRow,
  reason: string,
  context: CommandContext,
): Promise<DomainEvent[]> {
  const { document, tenantId } = request;
  const why = `${request.reason} (asked by ${request.requestedBy}); agreed: ${reason}`;
  const switched = (name: string, scope: string): DomainEvent => ({
    name: "switch.changed",
    payload: { switch: name, scope, on: false, actor: context.actor.id, reason: why },
  });
  if (document.do === "freeze_change") return changeFreeze(tx, request, document, context);
  if (document.do === "calendar_change") return changeHours(tx, request, document, context);
  if (document.do === "lift_block") return openAgain(tx, document, why, context);
  const changed = { name: "policy.changed", payload: { version: policy.version + 1 } };
  if (document.do === "policy_change") {
    await writePolicy(tx, policy, { changes: document.changes, reason: null, askedBy: request.requestedBy }, context);
    return document.changes.autopatch_enabled === true ? [switched("kill_switch", "global"), changed] : [changed];
  }
  const place = placeOf(tenantId, document);
  await setSwitch(tx, place, { name: document.switch, isOn: false, reason: why }, context);
  const isPolicy = document.switch === "kill_switch" && place.scope === "global";
  return [switched(document.switch, placeName(place)), ...(isPolicy ? [changed] : [])];
}
