import { digestOf, type Json } from "@/lib/kernel/canonical-json";
import type { CheckWord } from "./types";

/** What only people do, and why, as a plan that they can check before and after. */
interface Wording {
  readonly title: string;
  readonly risk: string;
  readonly undo: string;
  readonly tests: readonly string[];
}

const MONEY: Wording = {
  title: "Put right what does not add up, in the books themselves",
  risk: "Money: a wrong entry is seen by merchants and by the tax office. Nothing is deleted; what is wrong is put right by an entry of its own.",
  undo: "Entries are never changed: each correction is taken back by its opposite entry.",
  tests: ["Sums of the ledger equal the invoices' totals, tenant by tenant", "No entry of before has changed (compare digests)"],
};
const CONTRACT: Wording = {
  title: "Give every row and signal its tenant again, and the rule that demands it",
  risk: "Isolation: a row that is given the wrong tenant shows one merchant's data to another. Stop what writes such rows first.",
  undo: "The rows named below become what they were; the rule is taken away again by the migration that put it there.",
  tests: [
    "No row and no signal without a tenant",
    "Each tenant sees exactly its own rows (isolation tests)",
    "The scan of contracts finds nothing",
  ],
};
const WORDING: Readonly<Record<string, Wording>> = { plan_money: MONEY, repair_reconcile_invoices: MONEY, plan_tenant_contract: CONTRACT };
const OTHER: Wording = {
  title: "Apply a repair that needs two people",
  risk: "Money or rights: what is applied is exactly the difference below, named by its digest.",
  undo: "The run's own way back: each row that nobody changed since becomes what it was.",
  tests: ["The module's own check holds again", "The digest of what was applied is that of what was shown"],
};

/**
 * Writes the plan of what Center does not do by itself: the difference, how to test it, its risk and its way back.
 *
 * @param checks  of the module, as its last beat told them
 * @param rows  the difference as a trial showed it, row by row; where nothing was tried, what the evidence names stands for it
 */
export function writePlan(
  row: {
    readonly tenantId: string;
    readonly id: string;
    readonly incidentId: string;
    readonly moduleKey: string;
    readonly action: string;
    readonly explain: string;
  },
  checks: readonly CheckWord[],
  rows: readonly Json[],
) {
  const { title, risk, undo, tests } = WORDING[row.action] ?? OTHER;
  const failing = checks.filter(({ ok }) => !ok).map(({ id, detail }) => ({ check: id, found: detail, wanted: "it holds" }));
  const diff = rows.length > 0 ? rows : failing;
  const plan = {
    title,
    why: row.explain,
    diff: [...diff],
    tests: [...tests, ...failing.map(({ check }) => `The check ${check} holds`)],
    risk,
    undo,
  };
  const about = { tenantId: row.tenantId, incidentId: row.incidentId, actionId: row.id, moduleKey: row.moduleKey };
  return { ...about, ...plan, digest: digestOf({ ...plan, action: row.action } as unknown as Json) };
}
