import type { RepairJob } from "./types";

/** Brings hours and days of the fleet's roll-ups back to what their five-minute steps add up to. */
export const repairRollupGaps: RepairJob = {
  key: "repair_rollup_gaps",
  version: 1,
  level: 1,
  site: "center",
  category: "DATA",
  isSensitive: false,
  describe: "Brings hours and days of the fleet's roll-ups back to what their five-minute steps add up to.",
  finds: "Hours and days of the last five days that are over and are missing, or say something else than their steps.",
  undo: "Each hour and day says again what it said, or is missing again.",
  invariants: ["rollups_add_up"],
};
