import { and, eq, sql } from "drizzle-orm";
import { moduleSecrets, moduleServices, moduleTokens } from "@/db/schema/modules/modules";
import { modules, tenants } from "@/db/schema/tenants";
import { openEach } from "@/lib/access/sealing/open-each";
import { openTenantSecret, readSecretOpener } from "@/lib/access/sealing/tenant-secrets";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { read, readOften } from "@/lib/platform/scope";
import { scopeFor } from "../system-actor";
import { modulePlaceOf } from "./module-secrets";

/** One service as the accept path knows it. */
export interface ListedModule {
  readonly moduleId: string;
  readonly moduleKey: string;
  readonly criticality: "core" | "standard" | "optional";
  readonly secrets: readonly { readonly secret: string; readonly validUntil: Date | null }[];
  /** Tenants for which it may speak: those entitled to it; the free core serves everybody. */
  readonly tenants: ReadonlySet<string>;
  /** All tenants there are, so that a wrong one can be told from one that was never there. */
  readonly everybody: ReadonlySet<string>;
}

/** All active services, and whose token each digest (hex) is. */
export interface ModuleListing {
  readonly services: ReadonlyMap<string, ListedModule>;
  readonly tokens: ReadonlyMap<string, { readonly moduleId: string; readonly expiresAt: Date | null }>;
}

/** Changes whenever something that the listing holds changed, however late it was committed. */
const FINGERPRINT = `
select concat_ws('/',
  (select count(*) || ':' || coalesce(sum(extract(epoch from updated_at)), 0) from module_services),
  (select count(*) || ':' || coalesce(sum(extract(epoch from updated_at)), 0) from modules),
  (select count(*) || ':' || count(revoked_at) from module_tokens),
  (select concat_ws(':', count(*), sum(extract(epoch from created_at)), sum(key_version), count(valid_until), sum(extract(epoch from valid_until)))
    from module_secrets),
  (select count(*) || ':' || count(*) filter (where is_disabled) from tenants)) as fingerprint`;

/** A text that is another one as soon as any registration, token, entitlement or tenant is another one. */
export async function readModulesFingerprint(): Promise<string> {
  const [row] = await readOften<{ fingerprint: string }>(scopeFor("login"), FINGERPRINT, []);
  return row?.fingerprint ?? "";
}

/**
 * Reads all active module services with their secrets in the clear, tokens and tenants: some dozens of services, some thousands of rows.
 * A service of whose secrets none opens is left out; the others are not its fault.
 */
export function readModuleListing(now: Date, onBroken: (moduleId: string, error: unknown) => void): Promise<ModuleListing> {
  return read(scopeFor("login"), async (tx) => {
    const services = await tx.select().from(moduleServices);
    const secrets = await tx.select().from(moduleSecrets);
    const tokens = await tx.select().from(moduleTokens);
    const open = await readSecretOpener(tx, [PLATFORM_TENANT]);
    const places = await tx
      .select({ key: modules.moduleKey, tenants: sql<string[]>`array_agg(${modules.tenantId}::text)` })
      .from(modules)
      .innerJoin(tenants, sql`${tenants.id} = ${modules.tenantId} and not ${tenants.isDisabled}`)
      .where(sql`${modules.status} = 'active' and ${modules.isEntitled}`)
      .groupBy(modules.moduleKey);
    const all = await tx.select({ id: tenants.id }).from(tenants).where(sql`not ${tenants.isDisabled}`);
    const tenantsOf = new Map(places.map((row) => [row.key, new Set(row.tenants)]));
    const everybody = new Set(all.map(({ id }) => id));

    const listed = new Map<string, ListedModule>();
    for (const { id, moduleKey, criticality, status } of services) {
      if (status !== "active") continue;
      try {
        const own = secrets.filter(({ moduleId }) => moduleId === id);
        const opened = openEach(
          own.map((row) => ({ ...row, place: modulePlaceOf(id, row.version) })),
          open,
          now,
        );
        const served = criticality === "core" ? everybody : (tenantsOf.get(moduleKey) ?? new Set<string>());
        listed.set(id, { moduleId: id, moduleKey, criticality, secrets: opened, tenants: served, everybody });
      } catch (error) {
        onBroken(id, error);
      }
    }
    const good = tokens.filter(({ revokedAt }) => revokedAt === null);
    return {
      services: listed,
      tokens: new Map(good.map(({ sha256, moduleId, expiresAt }) => [sha256.toString("hex"), { moduleId, expiresAt }])),
    };
  });
}

/**
 * Opens one version of a module's secret, to show it once to whoever made it.
 * @throws Error when there is no such version: the caller has just made it
 */
export function revealModuleSecret(moduleId: string, version: number): Promise<string> {
  return read(scopeFor("login"), async (tx) => {
    const [row] = await tx
      .select()
      .from(moduleSecrets)
      .where(and(eq(moduleSecrets.moduleId, moduleId), eq(moduleSecrets.version, version)));
    if (!row) throw new Error(`module ${moduleId} has no secret ${version}`);
    return openTenantSecret(tx, modulePlaceOf(moduleId, version), row.sealed);
  });
}
