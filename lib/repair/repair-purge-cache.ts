import type { RepairJob } from "./types";

/** Moves cached files that do not match their checksum aside, so that they are made anew. */
export const repairPurgeCache: RepairJob = {
  key: "repair_purge_cache",
  version: 1,
  level: 1,
  site: "module",
  category: "PERF",
  isSensitive: false,
  describe: "Moves cached files that do not match their checksum aside, so that they are made anew.",
  finds: "Cached files whose bytes are not what their checksum says.",
  undo: "Each file is put back, unless a new one stands in its place.",
  invariants: ["checksums_match"],
};
