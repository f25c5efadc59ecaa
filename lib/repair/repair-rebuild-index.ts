import type { RepairJob } from "./types";

/** Writes anew the rows of the search index that do not say what their documents say. */
export const repairRebuildIndex: RepairJob = {
  key: "repair_rebuild_index",
  version: 1,
  level: 1,
  site: "module",
  category: "DATA",
  isSensitive: false,
  describe: "Writes anew the rows of the search index that do not say what their documents say.",
  finds: "Documents that are not in the index, rows whose words are others, rows of documents that are gone.",
  undo: "Each row becomes what it was, wrong as it was.",
  invariants: ["index_complete"],
};
