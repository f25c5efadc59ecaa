import path from "node:path";
import { inArray } from "drizzle-orm";
import { tenants } from "@/db/schema/tenants";
import { migratePlatform } from "@/examples/platform/database/migrate.mjs";
import { ROLES } from "@/examples/platform/database/schema.mjs";
import { seedTenants } from "@/examples/platform/database/seed-tenants.mjs";
import { ingestTokenDigest, makeIngestToken } from "@/lib/access/modules/module-secrets";
import { revealModuleSecret } from "@/lib/access/modules/queries-modules";
import { systemActor } from "@/lib/access/system-actor";
import { readTrust } from "@/lib/access/trust";
import { runCommand } from "@/lib/gateway/run-command";
import { makeModuleToken } from "@/lib/modules/registry/commands/make-module-token";
import { registerModule } from "@/lib/modules/registry/commands/register-module";
import { setEntitlements } from "@/lib/modules/registry/commands/set-entitlements";
import { newToken } from "@/lib/platform/random";
import { read } from "@/lib/platform/scope";

const actor = systemActor("seed", "operate");

/** The demo's platform serves these of the demo's merchants. */
const SERVED = ["atlas", "boreal", "cedar", "dune"];

const MODULES = [
  { moduleKey: "catalog", title: "Catalog", criticality: "core" },
  { moduleKey: "billing", title: "Billing", criticality: "standard" },
  { moduleKey: "search", title: "Search", criticality: "standard" },
  { moduleKey: "cache", title: "Cache", criticality: "optional" },
  { moduleKey: "exports", title: "Exports", criticality: "optional" },
  { moduleKey: "ocr", title: "Text recognition", criticality: "optional" },
  { moduleKey: "storage", title: "Storage", criticality: "standard" },
  { moduleKey: "scheduler", title: "Scheduler", criticality: "standard" },
  { moduleKey: "integration", title: "Exchange rates", criticality: "optional" },
] as const;

/** How many ports the platform needs: front, the other company's service, the database's proxy, control. */
export const PLATFORM_PORTS = 4;

/** The file by which the demo's platform knows Center and its database; written for other processes, so its names are theirs. */
export interface PlatformFile {
  readonly center_url: string;
  readonly dir: string;
  readonly database: Readonly<Record<string, string>>;
  readonly passwords: Readonly<Record<string, string>>;
  readonly tenants: readonly { readonly id: string; readonly slug: string; readonly name: string }[];
  readonly modules: Readonly<Record<string, { readonly id: string; readonly secret: string; readonly token: string }>>;
  readonly trust: unknown;
  readonly ports: Readonly<Record<string, number>>;
  readonly control_token: string;
}

async function seedModule(module: (typeof MODULES)[number], now: Date) {
  const made = await runCommand(registerModule, { input: module, actor, now });
  const token = makeIngestToken();
  const input = { module: made.module_key, sha256: ingestTokenDigest(token), reason: "The demo's platform" };
  await runCommand(makeModuleToken, { input, actor, now });
  return { id: made.id, secret: await revealModuleSecret(made.id, made.secret_version), token };
}

/** Whoever may reach the platform's own schema, and the demo's tenants within it. Safe to repeat. */
async function layOut(databaseUrl: string, passwords: Readonly<Record<string, string>>, served: PlatformFile["tenants"]) {
  const database = await migratePlatform(databaseUrl, { ...passwords });
  await seedTenants(database.platform_owner ?? "", served);
  return database;
}

/**
 * Sets the demo's platform up: its schema and roles in Center's database server, its modules registered, its tenants entitled to all of them.
 *
 * @param databaseUrl  of a role that may create roles and schemas
 * @param dir          where the platform keeps its files
 */
export async function seedPlatform(
  centerUrl: string,
  databaseUrl: string,
  { dir, ports }: { readonly dir: string; readonly ports: readonly number[] },
  now: Date,
): Promise<PlatformFile> {
  const served = await read(actor.tenants, (tx) =>
    tx.select({ id: tenants.id, slug: tenants.slug, name: tenants.name }).from(tenants).where(inArray(tenants.slug, SERVED)),
  );
  const passwords = Object.fromEntries(ROLES.map((role) => [role, newToken()]));
  const database = await layOut(databaseUrl, passwords, served);
  const modules: Record<string, PlatformFile["modules"][string]> = {};
  for (const module of MODULES) modules[module.moduleKey] = await seedModule(module, now);
  const paid = Object.fromEntries(MODULES.flatMap(({ moduleKey, criticality }) => (criticality === "core" ? [] : [[moduleKey, true]])));
  for (const tenant of served) {
    await runCommand(setEntitlements, { input: { tenantId: tenant.id, modules: paid, reason: "The demo shows everything" }, actor, now });
  }
  const [front = 0, external = 0, proxy = 0, control = 0] = ports;
  return {
    center_url: centerUrl,
    dir: path.resolve(dir),
    database,
    passwords,
    tenants: served,
    modules,
    trust: await readTrust(now),
    ports: { front, external, proxy, control },
    control_token: newToken(),
  };
}

/** What a later start has to say anew: where Center listens, and where the database does. */
export async function renewPlatform(known: PlatformFile, centerUrl: string, databaseUrl: string): Promise<PlatformFile> {
  return { ...known, center_url: centerUrl, database: await layOut(databaseUrl, known.passwords, known.tenants) };
}
