import { join } from "node:path";
import { defineModule } from "../../module-client/js/define-module.mjs";
import { startModuleAgent } from "../../module-client/js/start-module-agent.mjs";
import { openDatabase, openWatch } from "./database/open-database.mjs";
import { serveModules } from "./front/serve-modules.mjs";
import { closeOnSignal, log } from "./log.mjs";
import { billingModule } from "./modules/billing.mjs";
import { cacheModule } from "./modules/cache.mjs";
import { catalogModule } from "./modules/catalog.mjs";
import { exportsModule } from "./modules/exports.mjs";
import { integrationModule } from "./modules/integration.mjs";
import { ensureReleases } from "./modules/ocr/releases.mjs";
import { ocrModule } from "./modules/ocr.mjs";
import { searchModule } from "./modules/search.mjs";
import { storageModule } from "./modules/storage.mjs";
import { readSettings, throughProxy } from "./read-settings.mjs";
import { openRepairs, withRepairs } from "./repairs/with-repairs.mjs";

const MODULES = [catalogModule, billingModule, searchModule, cacheModule, exportsModule, ocrModule, storageModule, integrationModule];
/** The core waits for nobody: its connections are its own. */
const CORE_CONNECTIONS = 4;
const PAID_CONNECTIONS = 2;

/** The front as a process. Environment: PLATFORM_FILE. SIGTERM or the end of the parent close it. */
async function main() {
  const settings = readSettings(process.env.PLATFORM_FILE);
  const watch = openWatch(throughProxy(settings, "watch"));
  await ensureReleases(settings.dir);
  const served = MODULES.map((makeModule) => {
    const isCore = makeModule === catalogModule;
    const db = openDatabase(throughProxy(settings, "app"), isCore ? CORE_CONNECTIONS : PAID_CONNECTIONS);
    const surroundings = { watch, db, dir: settings.dir, externalUrl: `http://127.0.0.1:${settings.ports.external}` };
    const module = makeModule(surroundings);
    const { id, secret } = settings.modules[module.declaration.key];
    const agent = startModuleAgent({
      centerUrl: settings.center_url,
      moduleId: id,
      secret,
      pinnedKeys: settings.trust.keys,
      definition: defineModule(withRepairs(module.declaration, openRepairs(db, module.declaration.key), settings.dir)),
      dir: join(settings.dir, "agents", module.declaration.key),
      knowsTenant: (tenantId) => settings.tenants.some((tenant) => tenant.id === tenantId),
      openWrite: db.write,
      ...(module.readVersion ? { readVersion: module.readVersion } : {}),
      log: (level, message, fields) =>
        level !== "info" && log(level, "WARN_AGENT", message, { module_id: module.declaration.key, ...fields }),
    });
    return { module, agent, db, underWay: 0 };
  });
  const server = await serveModules({ served, tenants: settings.tenants, port: settings.ports.front });
  log("info", "INFO_STARTED", `The platform serves ${served.length} modules on port ${settings.ports.front}`);
  closeOnSignal(async () => {
    server.close();
    server.closeAllConnections();
    await Promise.all(served.map(({ agent }) => agent.stop()));
    await Promise.all([watch.end({ timeout: 1 }), ...served.map(({ db }) => db.close())]);
  });
}

main().catch((error) => {
  log("error", "ERR_UNAVAILABLE", `The front could not start: ${error.message}`);
  process.exit(1);
});
