import type { RepairJob } from "./types";

/** Runs a module's corrective migrations forward, tried and gated first; a way back is one more step forward. */
export const repairMigration: RepairJob = {
  key: "repair_migration",
  version: 1,
  level: 2,
  site: "module",
  category: "DATA",
  // Which migration is the right one does not follow from the rows: two people look.
  isSensitive: true,
  describe: "Runs a module's corrective migrations of rows, forward only, that are due at a tenant.",
  finds:
    "The statements of each migration that the tenant's list does not have, and every row that they would change: run in a transaction that is undone, past a gate (run twice they change nothing more; no row is added or deleted; no other table or column is touched).",
  undo: "No step backwards: the list of migrations gets one more entry, `compensated`, and each row that still is what the migration made of it becomes what the journal says it was.",
  invariants: [],
};
