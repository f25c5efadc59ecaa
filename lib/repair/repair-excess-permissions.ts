import type { RepairJob } from "./types";

/** Takes away permissions that no role gives; it never gives one. */
export const repairExcessPermissions: RepairJob = {
  key: "repair_excess_permissions",
  version: 1,
  level: 2,
  site: "both",
  category: "SECURITY",
  isSensitive: true,
  describe: "Takes away permissions that no role gives; it never gives one.",
  finds:
    "At a module: permissions that somebody holds beyond what their role has. At Center: rights of people who are disabled or of tenants that are gone, and roles that do not exist.",
  undo: "Each permission that was taken away is there again.",
  invariants: ["grants_within_roles"],
};
