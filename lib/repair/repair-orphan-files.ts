import type { RepairJob } from "./types";

/** Moves stored files that belong to no row aside; nothing is deleted. */
export const repairOrphanFiles: RepairJob = {
  key: "repair_orphan_files",
  version: 1,
  level: 2,
  site: "module",
  category: "DATA",
  isSensitive: false,
  describe: "Moves stored files that belong to no row aside; nothing is deleted.",
  finds: "Files older than ten minutes that no row of their tenant names.",
  undo: "Each file is put back where it was.",
  invariants: ["objects_present"],
};
