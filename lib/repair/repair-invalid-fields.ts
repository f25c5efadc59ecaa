import type { RepairJob } from "./types";

/** Corrects fields that validation refuses, only where the right value follows from the row itself. */
export const repairInvalidFields: RepairJob = {
  key: "repair_invalid_fields",
  version: 1,
  level: 2,
  site: "module",
  category: "DATA",
  isSensitive: false,
  describe: "Corrects fields that validation refuses, only where the right value follows from the row itself.",
  finds: "Documents whose price lost its sign, or whose title has control characters or blanks around it.",
  undo: "Each field becomes what it was.",
  invariants: ["prices_positive"],
};
