import { and, desc, eq, inArray, ne } from "drizzle-orm";
import { moduleCommands, moduleServiceState, moduleServices } from "@/db/schema/modules/modules";
import { modules, tenants } from "@/db/schema/tenants";
import { scopeFor } from "@/lib/access/system-actor";
import type { TenantScope } from "@/lib/access/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { healthSchema, manifestSchema } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { isEntitled } from "../is-entitled";
import { PROVING_MODULE } from "../proving/types";
import { judgePresence, worstFirst } from "./judge-presence";
import { moduleItem } from "./module-item";

type ServiceRow = typeof moduleServices.$inferSelect;
type StateRow = typeof moduleServiceState.$inferSelect;

/** The platform's modules are everybody's to see; what they do for a tenant is only for who may see that tenant. */
async function readServices(): Promise<{ service: ServiceRow; state: StateRow | null }[]> {
  return read(scopeFor("scan"), async (tx) => {
    const rows = await tx
      .select({ service: moduleServices, state: moduleServiceState })
      .from(moduleServices)
      .leftJoin(moduleServiceState, eq(moduleServiceState.moduleId, moduleServices.id));
    return rows;
  });
}

/** What a module or a person wrote about all tenants at once may name any of them: only whoever may see all of them reads it. */
const seesAll = (scope: TenantScope) => scope.kind === "all";

function serviceItem({ service, state }: { service: ServiceRow; state: StateRow | null }, scope: TenantScope, now: Date) {
  const health = healthSchema.safeParse(state?.health);
  const said = health.success ? health.data : null;
  const failing = Object.entries(said?.checks ?? {}).flatMap(([id, { ok, detail = "" }]) =>
    ok ? [] : [{ id, detail: seesAll(scope) ? detail : "" }],
  );
  return {
    ...moduleItem(service),
    presence: judgePresence({ status: service.status, lastSeen: state?.lastSeen ?? null, health: said }, now, LIMITS.moduleSilentSeconds),
    last_seen: state?.lastSeen.toISOString() ?? null,
    silent_after_s: LIMITS.moduleSilentSeconds,
    running_version: state?.runningVersion ?? null,
    failing,
    mode: (state?.modes as { platform?: string } | undefined)?.platform ?? "normal",
  };
}

const inScope = (scope: TenantScope) => (scope.kind === "all" ? undefined : inArray(tenants.id, [...scope.ids]));

async function readTenants(tx: ReaderTx, scope: TenantScope) {
  return tx
    .select({ id: tenants.id, slug: tenants.slug, name: tenants.name })
    .from(tenants)
    .where(and(ne(tenants.id, PLATFORM_TENANT), eq(tenants.isDisabled, false), inScope(scope)))
    .orderBy(tenants.slug);
}

/** Every module of the platform that serves anybody, the worst first, with how many of the caller's tenants may use it. */
export async function listModules(scope: TenantScope, now: Date) {
  const services = await readServices();
  const { rows, people } = await read(scope, async (tx) => ({
    rows: await tx.select().from(modules),
    people: await readTenants(tx, scope),
  }));
  const serving = services.filter(({ service }) => service.moduleKey !== PROVING_MODULE);
  const items = serving.map((one) => {
    const own = rows.filter((row) => row.moduleKey === one.service.moduleKey);
    const entitled = people.filter(({ id }) => isEntitled(one.service, own.find((row) => row.tenantId === id) ?? null));
    const impaired = own.filter((row) => row.mode !== "normal").length;
    return { ...serviceItem(one, scope, now), tenants: people.length, entitled: entitled.length, impaired };
  });
  items.sort((a, b) => worstFirst(a.presence, b.presence) || a.module_key.localeCompare(b.module_key));
  return { items };
}

function orderItem(row: typeof moduleCommands.$inferSelect, scope: TenantScope) {
  const isOfAll = row.tenantId === PLATFORM_TENANT;
  const isTold = !isOfAll || seesAll(scope);
  return {
    id: row.id,
    type: row.type,
    tenant_id: isOfAll ? null : row.tenantId,
    status: row.status,
    requested_by: isTold ? row.requestedBy : null,
    reason: isTold ? row.reason : null,
    created_at: row.createdAt.toISOString(),
    offered_at: row.offeredAt?.toISOString() ?? null,
    finished_at: row.finishedAt?.toISOString() ?? null,
    detail: isTold && typeof row.result?.detail === "string" ? row.result.detail : null,
  };
}

/** One module with what it declares, each tenant's view of it, and the orders it was given lately. */
export async function showModule(scope: TenantScope, name: string, now: Date) {
  const services = await readServices();
  const one = services.find(({ service }) => service.moduleKey === name || service.id === name);
  if (!one) return null;
  const { moduleKey } = one.service;
  const found = await read(scope, async (tx) => ({
    people: await readTenants(tx, scope),
    rows: await tx.select().from(modules).where(eq(modules.moduleKey, moduleKey)),
    orders: await tx
      .select()
      .from(moduleCommands)
      .where(eq(moduleCommands.moduleId, one.service.id))
      .orderBy(desc(moduleCommands.createdAt), desc(moduleCommands.id))
      .limit(LIMITS.ordersShown),
  }));
  const manifest = manifestSchema.safeParse(one.service.manifest);
  const health = healthSchema.safeParse(one.state?.health);
  const views = found.people.map((tenant) => {
    const row = found.rows.find(({ tenantId }) => tenantId === tenant.id) ?? null;
    const { mode = "normal", modeReason = null, modeSince = null } = row ?? {};
    return {
      ...{ tenant_id: tenant.id, tenant_name: tenant.name, tenant_slug: tenant.slug, is_entitled: isEntitled(one.service, row) },
      ...{ mode, mode_reason: modeReason, mode_since: modeSince?.toISOString() ?? null },
    };
  });
  return {
    ...serviceItem(one, scope, now),
    checks: Object.entries(health.success ? health.data.checks : {}).map(([id, { ok, detail = "" }]) => ({
      ...{ id, ok, detail: seesAll(scope) ? detail : "" },
    })),
    manifest: manifest.success ? manifest.data : null,
    tenants: views,
    orders: found.orders.map((row) => orderItem(row, scope)),
  };
}
