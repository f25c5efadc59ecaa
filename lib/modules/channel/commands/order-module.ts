import { and, desc, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { moduleCommands, moduleServices } from "@/db/schema/modules/modules";
import { modules, tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { loadCommandKey } from "@/lib/access/sealing/signing-keys";
import type { Actor } from "@/lib/access/types";
import { signEnvelope } from "@/lib/delivery/dsse";
import { defineCommand } from "@/lib/gateway/define-command";
import { requireSwitchesOpen } from "@/lib/gateway/switch-gate";
import type { CommandContext } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { type ServiceRow, serviceNamed } from "@/lib/modules/registry/commands/lock-service";
import { manifestSchema, moduleName, type OrderType } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { CATEGORIES } from "@/lib/policy/types";
import { isBoundedParams } from "../is-bounded-params";
import { nextFence } from "../next-fence";
import { isHeldBySwitches, isLifting } from "../switches-for-orders";
import { MODULE_COMMAND_TYPE, type OrderPayload, orderTypeSchema } from "../types";

const input = z.strictObject({
  module: moduleName,
  type: orderTypeSchema,
  /** Null: all tenants. */
  tenantId: z.uuid().toLowerCase().nullable().default(null),
  params: z.record(z.string().max(64), z.json()).refine(isBoundedParams, "too large or too deep").default({}),
  reason: z.string().trim().min(1).max(LIMITS.reasonCharacters),
  /** Whose automatic healing it is; the switch of this category holds it back. */
  category: z.enum(CATEGORIES).nullable().default(null),
  /** What ordered it, e.g. a heal action. */
  ref: z.uuid().nullable().default(null),
  /** Who asked for the repair run behind it: what a person asked for, SAFE_MODE does not hold. Only Center itself may say so. */
  asker: z.string().max(LIMITS.emailCharacters).nullish(),
  planDigest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .nullable()
    .default(null),
  expiresInSeconds: z.number().int().min(10).max(LIMITS.orderSeconds).default(LIMITS.orderSeconds),
});
export type Order = z.output<typeof input>;

/** Who stands behind an order where that is not its actor: a heal action, which derives the order's id, and whoever agreed to it. */
export interface OrderedBy {
  readonly id: string;
  readonly agreedBy: string | null;
}

/** The service, locked: its orders get their fences one after another. */
async function lockActive(tx: WriterTx, name: string): Promise<ServiceRow> {
  const [service] = await tx.select().from(moduleServices).where(serviceNamed(name)).for("update");
  if (!service) refuse("not-found", `No module ${name}`);
  if (service.status !== "active") refuse("conflict", `The module ${service.moduleKey} was revoked`);
  return service;
}

/** What changes data, or puts older data in its place: only with a plan that was tried, saved and approved before. */
const IN_RUNS: ReadonlySet<OrderType> = new Set(["repair_apply", "repair_rollback", "snapshot_restore"]);

/** @throws Refusal conflict for whoever is not Center itself: a repair run tries, saves and asks an approver before it orders */
function requireRun({ kind }: Actor, type: OrderType): void {
  if (kind === "system" || !IN_RUNS.has(type)) return;
  refuse("conflict", `${type} is ordered by a repair run, not by hand`, { code: "ERR_REPAIR_RUN_NEEDED" });
}

/** What a module never declared it would only refuse; said here, nobody waits for that. What it declares has to be known for that. */
function requireDeclared({ manifest, criticality, moduleKey: key }: ServiceRow, { type, params }: Order): void {
  if (criticality === "core" && type === "degrade") refuse("conflict", "The free core is never degraded");
  const declared = manifestSchema.safeParse(manifest);
  if (type === "ping") return;
  if (!declared.success) refuse("conflict", `What the module ${key} declares is not known yet`, { code: "ERR_MANIFEST_UNKNOWN" });
  const { actions, repair_jobs: jobs, flags, snapshot } = declared.data;
  const isBuiltIn = type === "degrade" || type === "undegrade";
  const isKnown = {
    set_flag: typeof params.flag === "string" && Object.hasOwn(flags, params.flag),
    snapshot_take: snapshot,
    snapshot_restore: snapshot,
  }[type as string];
  const isJob = type.startsWith("repair_") ? jobs.some((job) => job.key === params.job) : null;
  const may = isKnown ?? isJob ?? (isBuiltIn || (actions as readonly string[]).includes(type));
  if (!may) refuse("conflict", `The module ${key} declares nothing that does this (${type})`);
  const isLevel3 = jobs.some((job) => job.key === params.job && job.level === 3);
  if (isLevel3 && type !== "repair_dry_run") refuse("conflict", "A repair of level 3 is made by people");
}

/** The tenant's own view of the module, whose switches count too. @throws Refusal not-found */
async function placeIn(tx: WriterTx, tenantId: string | null, key: string): Promise<string | null> {
  if (tenantId === null) return null;
  const [tenant] = await tx.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, tenantId));
  if (!tenant || tenantId === PLATFORM_TENANT) refuse("not-found", `No tenant ${tenantId}`);
  const [row] = await tx
    .select({ id: modules.id })
    .from(modules)
    .where(and(eq(modules.tenantId, tenantId), eq(modules.moduleKey, key)));
  return row?.id ?? null;
}

async function highestFence(tx: WriterTx, moduleId: string): Promise<number> {
  const [row] = await tx
    .select({ fence: moduleCommands.fence })
    .from(moduleCommands)
    .where(eq(moduleCommands.moduleId, moduleId))
    .orderBy(desc(moduleCommands.fence))
    .limit(1);
  return row?.fence ?? 0;
}

/** One order of a kind at a time for one tenant: a second one would only do again what the first is about to do. */
async function requireNoneUnderWay(tx: WriterTx, moduleId: string, tenantId: string, type: OrderType, now: Date): Promise<void> {
  const [waiting] = await tx
    .select({ id: moduleCommands.id })
    .from(moduleCommands)
    .where(
      and(
        eq(moduleCommands.tenantId, tenantId),
        eq(moduleCommands.moduleId, moduleId),
        eq(moduleCommands.type, type),
        inArray(moduleCommands.status, ["queued", "offered"]),
        sql`${moduleCommands.expiresAt} > ${now.toISOString()}::timestamptz`,
      ),
    )
    .limit(1);
  if (waiting && type !== "set_flag")
    refuse("conflict", `The order ${waiting.id} to do just this is under way`, { code: "ERR_ORDER_UNDER_WAY" });
}

/** Places an order within a command's transaction: checks, signs and stores it. @param by  left out where the actor orders for itself */
export async function placeOrder(tx: WriterTx, order: Order, { actor, now, newId, traceId }: CommandContext, by?: OrderedBy) {
  const { module: name, type, tenantId, params, reason, category, ref, planDigest } = order;
  // One service serves all tenants: what it is made to do for one of them, the others wait for.
  requireAllTenants(actor, "Modules");
  requireRun(actor, type);
  const service = await lockActive(tx, name);
  const key = service.moduleKey;
  const placeId = await placeIn(tx, tenantId, key);
  requireDeclared(service, order);
  const place = tenantId ?? PLATFORM_TENANT;
  const isAutomatic = by ? by.agreedBy === null : actor.kind !== "person";
  if (isHeldBySwitches(type)) {
    const subject = { tenantId: place, pluginId: null, moduleId: placeId, serviceId: service.id };
    await requireSwitchesOpen(tx, { ...subject, isAutomatic: isAutomatic && !isLifting(type), category });
  }
  await requireNoneUnderWay(tx, service.id, place, type, now);
  const commandKey = await loadCommandKey(tx);
  if (!commandKey) refuse("unavailable", "Center has no command key yet");
  const expiresAt = new Date(now.getTime() + order.expiresInSeconds * 1_000);
  const payload: OrderPayload = {
    id: by?.id ?? newId(),
    type,
    module_id: service.id,
    module_key: key,
    tenant_id: tenantId,
    params,
    not_before: now.toISOString(),
    expires_at: expiresAt.toISOString(),
    fence: nextFence(await highestFence(tx, service.id), now),
    plan_digest: planDigest,
  };
  const envelope = signEnvelope(MODULE_COMMAND_TYPE, Buffer.from(JSON.stringify(payload)), commandKey);
  const { id, fence } = payload;
  const row = {
    tenantId: place,
    id,
    moduleId: service.id,
    moduleKey: key,
    type,
    ref,
    payload: { ...payload, category },
  };
  const times = { notBefore: now, createdAt: now, expiresAt };
  const from = { requestedBy: by?.agreedBy ?? actor.id, reason, traceparent: `00-${traceId}-${id.replaceAll("-", "").slice(0, 16)}-01` };
  await tx.insert(moduleCommands).values({ ...row, envelope, planDigest, fence, status: "queued", ...from, ...times });
  return {
    subject: `module-command:${id}`,
    tenantId: tenantId ?? PLATFORM_TENANT,
    before: null,
    after: { ...payload, is_automatic: isAutomatic },
    reason,
    events: [{ name: "module.ordered", payload: { commandId: id, moduleKey: key, type, tenantId }, tenantId: place }],
    result: { id, module_key: key, type, tenant_id: tenantId, fence, status: "queued", expires_at: expiresAt.toISOString() },
  };
}

/**
 * Orders a module to do something: signed by Center's command key, it waits for the module's next beat. Kill switch, SAFE_MODE and the
 * switches of its category are read under lock, here and again when it is handed out.
 */
export const orderModule = defineCommand({
  name: "module.order",
  permission: "incident:write",
  input,

  async apply(tx, order, context) {
    const { asker, ref } = order;
    if (!asker) return placeOrder(tx, order, context);
    if (context.actor.kind !== "system") refuse("invalid", "An order is its own caller's");
    return placeOrder(tx, order, context, { id: ref ?? context.newId(), agreedBy: asker.startsWith("person:") ? asker : null });
  },
});
