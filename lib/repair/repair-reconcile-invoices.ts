import type { RepairJob } from "./types";

/** Derives the totals of invoices from the ledger again; the ledger itself is never touched. */
export const repairReconcileInvoices: RepairJob = {
  key: "repair_reconcile_invoices",
  version: 1,
  level: 2,
  site: "module",
  category: "DATA",
  isSensitive: true,
  describe: "Derives the totals of invoices from the ledger again; the ledger itself is never touched.",
  finds: "Invoices whose total or paid amount is not what their ledger entries add up to.",
  undo: "Each invoice's totals become what they were.",
  invariants: ["totals_match_ledger"],
};
