import { randomBytes } from "node:crypto";
import path from "node:path";
import postgres from "postgres";
import { migratePlatform } from "../../../examples/platform/database/migrate.mjs";
import { openDatabase } from "../../../examples/platform/database/open-database.mjs";
import { ROLES } from "../../../examples/platform/database/schema.mjs";
import { seedTenants } from "../../../examples/platform/database/seed-tenants.mjs";
import { billingModule } from "../../../examples/platform/modules/billing.mjs";
import { catalogModule } from "../../../examples/platform/modules/catalog.mjs";
import { defineModule } from "../../../module-client/js/define-module.mjs";
import { startModuleAgent } from "../../../module-client/js/start-module-agent.mjs";

const MODULES = [
  { key: "catalog", title: "Catalog", criticality: "core", make: catalogModule },
  { key: "billing", title: "Billing", criticality: "standard", make: billingModule },
];

/**
 * The example platform's modules that keep money and goods, with their agents, for three tenants, in Center's own database server.
 *
 * @param {{ url: string, ops: import("../../chaos/ops-client.mjs").OpsClient, databaseUrl: string, dataDir: string }} center
 */
export async function startKeepers({ url, ops, databaseUrl, dataDir }) {
  const tenants = [];
  for (const slug of ["large", "small", "smaller"]) {
    const { id } = await ops.post("/api/ops/tenants", { slug, name: slug });
    tenants.push({ id, slug, name: slug });
  }
  const passwords = Object.fromEntries(ROLES.map((role) => [role, randomBytes(24).toString("hex")]));
  const urls = await migratePlatform(databaseUrl, passwords);
  await seedTenants(urls.platform_owner, tenants);
  const owner = postgres(urls.platform_owner, { max: 1, onnotice: () => undefined });
  const db = openDatabase(urls.platform_app, 4);
  const agents = [];
  for (const { key, title, criticality, make } of MODULES) {
    const made = await ops.post("/api/ops/modules", { module_key: key, title, criticality });
    const { declaration } = make({ db, watch: owner, dir: dataDir, externalUrl: "" });
    agents.push(
      startModuleAgent({
        centerUrl: url,
        moduleId: made.id,
        secret: made.secret,
        pinnedKeys: made.trust.keys,
        // What it checks about itself is another story, and would look at every row meanwhile.
        definition: defineModule({ ...declaration, invariants: [] }),
        dir: path.join(dataDir, "agents", key),
        knowsTenant: (tenantId) => tenants.some(({ id }) => id === tenantId),
      }),
    );
  }
  for (const { id } of tenants)
    await ops.post(`/api/ops/tenants/${id}/entitlements`, { modules: { billing: true }, reason: "a rehearsal" });
  return {
    tenants,
    owner,
    async stop() {
      await Promise.all(agents.map((agent) => agent.stop()));
      await db.close();
      await owner.end({ timeout: 2 });
    },
  };
}
