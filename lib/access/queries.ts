import { and, desc, eq, inArray, ne, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { people } from "@/db/schema/people";
import { pluginState } from "@/db/schema/telemetry";
import { plugins, tenants } from "@/db/schema/tenants";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { read } from "@/lib/platform/scope";
import { afterPlace, containsText, inTenants, type Page, pageOf, pageParameters, wordsParameter } from "@/lib/platform/web/page";
import { personItem } from "./people/person-item";
import { pluginItem } from "./plugins/plugin-item";
import type { TenantScope } from "./types";

const search = z.string().min(1).max(100).optional();

export const tenantsQuery = z.strictObject({ ...pageParameters, q: search });

/** Tenants within a scope, newest first; the platform's own is no merchant. */
export async function listTenants(scope: TenantScope, query: z.output<typeof tenantsQuery>) {
  const rows = await read(scope, (tx) =>
    tx
      .select()
      .from(tenants)
      .where(
        and(
          ne(tenants.id, PLATFORM_TENANT),
          inTenants(tenants.id, scope),
          query.q === undefined ? undefined : containsText(sql`${tenants.slug} || ' ' || ${tenants.name}`, query.q),
          afterPlace(tenants.createdAt, tenants.id, query.cursor),
        ),
      )
      .orderBy(desc(tenants.createdAt), desc(tenants.id))
      .limit(query.limit + 1),
  );
  const item = (row: typeof tenants.$inferSelect) => ({
    id: row.id,
    slug: row.slug,
    name: row.name,
    locale: row.locale,
    disabled: row.isDisabled,
    created_at: row.createdAt.toISOString(),
  });
  return pageOf(rows, query.limit, item, (row) => ({ at: row.createdAt, id: row.id }));
}

export const peopleQuery = z.strictObject({ ...pageParameters, q: search });

/** Within some tenants, only people who have no rights outside of them: others' tenants stay unseen. */
function peopleWithin(scope: TenantScope): SQL | undefined {
  if (scope.kind === "all") return undefined;
  const ids = sql.join(
    scope.ids.map((id) => sql`${id}`),
    sql`, `,
  );
  return scope.ids.length === 0 ? sql`false` : sql`${people.tenants} <> '{}' and ${people.tenants} <@ array[${ids}]::text[]`;
}

/** People whom a scope may see, newest first. */
export async function listPeople(scope: TenantScope, query: z.output<typeof peopleQuery>): Promise<Page<ReturnType<typeof personItem>>> {
  const now = new Date();
  const rows = await read(scope, (tx) =>
    tx
      .select()
      .from(people)
      .where(
        and(
          peopleWithin(scope),
          query.q === undefined ? undefined : containsText(sql`${people.email} || ' ' || ${people.name}`, query.q),
          afterPlace(people.createdAt, people.id, query.cursor),
        ),
      )
      .orderBy(desc(people.createdAt), desc(people.id))
      .limit(query.limit + 1),
  );
  return pageOf(
    rows,
    query.limit,
    (row) => personItem(row, now),
    (row) => ({ at: row.createdAt, id: row.id }),
  );
}

/** One person whom a scope may see. */
export async function readPerson(scope: TenantScope, personId: string) {
  const [row] = await read(scope, (tx) =>
    tx
      .select()
      .from(people)
      .where(and(eq(people.id, personId), peopleWithin(scope))),
  );
  return row ? personItem(row, new Date()) : null;
}

export const pluginsQuery = z.strictObject({
  ...pageParameters,
  tenant_id: z.uuid().optional(),
  plugin_key: z.string().max(128).optional(),
  status: wordsParameter(["active", "revoked"]).optional(),
  q: search,
});

const pluginColumns = { plugin: plugins, tenantName: tenants.name, tenantSlug: tenants.slug, state: pluginState };
type PluginRow = {
  plugin: typeof plugins.$inferSelect;
  tenantName: string;
  tenantSlug: string;
  state: typeof pluginState.$inferSelect | null;
};

/** A plugin with its newest word; all of that is null until its first beat. */
function fleetItem({ plugin, tenantName, tenantSlug, state }: PluginRow) {
  return {
    ...pluginItem(plugin),
    tenant_name: tenantName,
    tenant_slug: tenantSlug,
    last_seen: state?.lastSeen.toISOString() ?? null,
    running_version: state?.runningVersion ?? null,
    disk_version: state?.diskVersion ?? null,
    active: state?.isActive ?? null,
    telemetry: state?.telemetry ?? null,
    errors: state?.errors ?? null,
    capabilities: state?.capabilities ?? null,
    platform: state?.platform ?? null,
  };
}

function selectPlugins(scope: TenantScope, where: SQL | undefined, limit: number): Promise<PluginRow[]> {
  return read(scope, (tx) =>
    tx
      .select(pluginColumns)
      .from(plugins)
      .innerJoin(tenants, eq(tenants.id, plugins.tenantId))
      .leftJoin(pluginState, and(eq(pluginState.tenantId, plugins.tenantId), eq(pluginState.pluginId, plugins.id)))
      .where(and(inTenants(plugins.tenantId, scope), where))
      .orderBy(desc(plugins.createdAt), desc(plugins.id))
      .limit(limit),
  );
}

/** The fleet within a scope, newest registration first. */
export async function listPlugins(scope: TenantScope, query: z.output<typeof pluginsQuery>) {
  const where = and(
    query.tenant_id === undefined ? undefined : eq(plugins.tenantId, query.tenant_id),
    query.plugin_key === undefined ? undefined : eq(plugins.pluginKey, query.plugin_key),
    query.status === undefined ? undefined : inArray(plugins.status, query.status),
    query.q === undefined
      ? undefined
      : containsText(sql`${plugins.pluginKey} || ' ' || ${tenants.slug} || ' ' || ${tenants.name}`, query.q),
    afterPlace(plugins.createdAt, plugins.id, query.cursor),
  );
  const rows = await selectPlugins(scope, where, query.limit + 1);
  return pageOf(rows, query.limit, fleetItem, ({ plugin }) => ({ at: plugin.createdAt, id: plugin.id }));
}

/** One plugin of a scope. */
export async function readPlugin(scope: TenantScope, pluginId: string) {
  const [row] = await selectPlugins(scope, eq(plugins.id, pluginId), 1);
  return row ? fleetItem(row) : null;
}
