import { repairExcessPermissions } from "./repair-excess-permissions";
import { repairInvalidFields } from "./repair-invalid-fields";
import { repairLedgerEntries } from "./repair-ledger-entries";
import { repairMigration } from "./repair-migration";
import { repairOrphanFiles } from "./repair-orphan-files";
import { repairPurgeCache } from "./repair-purge-cache";
import { repairRebuildIndex } from "./repair-rebuild-index";
import { repairReconcileInvoices } from "./repair-reconcile-invoices";
import { repairReplayDeadLetters } from "./repair-replay-dead-letters";
import { repairRollupGaps } from "./repair-rollup-gaps";
import type { RepairJob } from "./types";

/** Every repair job that Center knows; docs/REPAIR_JOB_CATALOG.md is written from it. */
export const REPAIR_JOBS: readonly RepairJob[] = [
  repairRebuildIndex,
  repairReconcileInvoices,
  repairLedgerEntries,
  repairReplayDeadLetters,
  repairPurgeCache,
  repairInvalidFields,
  repairExcessPermissions,
  repairOrphanFiles,
  repairMigration,
  repairRollupGaps,
];

/** @returns null for a job that only a module knows */
export function repairJob(key: string): RepairJob | null {
  return REPAIR_JOBS.find((job) => job.key === key) ?? null;
}
