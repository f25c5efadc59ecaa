import { readEntry } from "../modules/cache.mjs";
import { orphanFilesRepair, purgeCacheRepair } from "./file-repairs.mjs";
import { migrationRepair } from "./migration-repair.mjs";
import { CATALOG_MIGRATIONS } from "./migrations.mjs";
import {
  excessPermissionsRepair,
  invalidFieldsRepair,
  ledgerEntriesRepair,
  rebuildIndexRepair,
  reconcileInvoicesRepair,
  replayDeadLettersRepair,
} from "./row-repairs.mjs";

/** @typedef {import("./repair-job.mjs").Parts["open"]} Open */
/** @typedef {import("../../../module-client/js/types.d.mts").RepairJob} RepairJob */

/** What each module can mend by itself. @type {Record<string, (open: Open, dir: string) => RepairJob[]>} */
const REPAIRS = {
  billing: (open) => [reconcileInvoicesRepair(open), ledgerEntriesRepair(open)],
  cache: (open, dir) => [purgeCacheRepair(open, dir, readEntry)],
  catalog: (open) => [invalidFieldsRepair(open), excessPermissionsRepair(open), migrationRepair(open, CATALOG_MIGRATIONS)],
  scheduler: (open) => [replayDeadLettersRepair(open)],
  search: (open) => [rebuildIndexRepair(open)],
  storage: (open, dir) => [orphanFilesRepair(open, dir)],
};

/**
 * The same declaration with its module's repairs. What changes data (from level 2 on) is offered only where the module can save it first.
 *
 * @param {import("../../../module-client/js/types.d.mts").ModuleDeclaration} declaration
 * @param {Open} open one transaction in a tenant's scope
 * @param {string} dir where the platform keeps its files
 */
export function withRepairs(declaration, open, dir) {
  const jobs = REPAIRS[declaration.key]?.(open, dir) ?? [];
  const repairJobs = jobs.filter(({ level }) => level === 1 || declaration.snapshot);
  return { ...declaration, repairJobs: [...(declaration.repairJobs ?? []), ...repairJobs] };
}

/** @param {import("../database/open-database.mjs").Database} db @param {string} moduleKey @returns {Open} */
export function openRepairs(db, moduleKey) {
  return (tenantId, reason, work) => db.write({ tenantId, reason, traceId: null, moduleKey, namespace: moduleKey }, work);
}
