import { and, asc, eq, inArray, ne, or, sql } from "drizzle-orm";
import { moduleServices } from "@/db/schema/modules/modules";
import { plugins, tenants } from "@/db/schema/tenants";
import type { TenantScope } from "@/lib/access/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { PROVING_MODULE } from "@/lib/modules/proving/types";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import { containsText, inTenants } from "@/lib/platform/web/page";
import type { Words } from "../read-words";
import type { Found } from "../types";
import { withinIds } from "./within-ids";

const NO_TROUBLE = { severity: null, at: null } as const;

/** Merchants by name, short name or id, in the order of their names. A Center has as many of them as one read of the table can take. */
export async function findTenants(tx: ReaderTx, scope: TenantScope, words: Words): Promise<readonly Found[]> {
  const named = or(containsText(tenants.name, words.text), containsText(tenants.slug, words.text), withinIds(tenants.id, words));
  const rows = await tx
    .select({ id: tenants.id, name: tenants.name, slug: tenants.slug })
    .from(tenants)
    .where(and(ne(tenants.id, PLATFORM_TENANT), eq(tenants.isDisabled, false), inTenants(tenants.id, scope), named))
    .orderBy(asc(sql`lower(${tenants.name})`), asc(tenants.id))
    .limit(LIMITS.searchChoices);
  return rows.map(({ id, name, slug }) => ({
    ...NO_TROUBLE,
    kind: "tenant",
    id,
    title: name,
    detail: slug,
    tenant_name: name,
    status: null,
  }));
}

/** Plugins by key, by id, or because they are a merchant's that was found. */
export async function findPlugins(tx: ReaderTx, scope: TenantScope, words: Words, tenantIds: readonly string[]): Promise<readonly Found[]> {
  if (words.text === "") return [];
  const theirs = tenantIds.length === 0 ? undefined : inArray(plugins.tenantId, [...tenantIds]);
  const rows = await tx
    .select({ id: plugins.id, key: plugins.pluginKey, version: plugins.version, status: plugins.status, tenant: tenants.name })
    .from(plugins)
    .innerJoin(tenants, eq(tenants.id, plugins.tenantId))
    .where(and(inTenants(plugins.tenantId, scope), or(containsText(plugins.pluginKey, words.text), withinIds(plugins.id, words), theirs)))
    .orderBy(asc(plugins.status), asc(sql`lower(${tenants.name})`), asc(plugins.id))
    .limit(LIMITS.searchItemsPerKind);
  return rows.map(({ id, key, version, status, tenant }) => ({
    ...NO_TROUBLE,
    kind: "plugin",
    id,
    title: key,
    detail: version,
    tenant_name: tenant,
    status,
  }));
}

/** Modules of the platform by title or key. There are as many as a page shows. */
export async function findModules(tx: ReaderTx, words: Words): Promise<readonly Found[]> {
  const named = or(containsText(moduleServices.title, words.text), containsText(moduleServices.moduleKey, words.text));
  const rows = await tx
    .select({ key: moduleServices.moduleKey, title: moduleServices.title, status: moduleServices.status })
    .from(moduleServices)
    .where(and(ne(moduleServices.moduleKey, PROVING_MODULE), named))
    .orderBy(asc(sql`lower(${moduleServices.title})`), asc(moduleServices.moduleKey))
    .limit(LIMITS.searchChoices);
  return rows.map(({ key, title, status }) => ({
    ...NO_TROUBLE,
    kind: "module",
    id: key,
    title,
    detail: key,
    tenant_name: null,
    status,
  }));
}
