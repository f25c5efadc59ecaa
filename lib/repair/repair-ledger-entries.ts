import type { RepairJob } from "./types";

/** Writes a plan of the entries that would make the append-only ledger agree with the lines of its invoices, and stops. */
export const repairLedgerEntries: RepairJob = {
  key: "repair_ledger_entries",
  version: 1,
  level: 3,
  site: "module",
  category: "DATA",
  isSensitive: true,
  describe: "Writes a plan of the entries that would make the append-only ledger agree with the lines of its invoices, and stops.",
  finds: "Invoices whose lines add up to something else than the ledger charged.",
  undo: "Nothing is done, so there is nothing to take back.",
  invariants: ["ledger_matches_lines"],
};
