import { canonicalJson, type Json } from "@/lib/kernel/canonical-json";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import type { RepairRow } from "../types";

/** Jobs that may do nothing but take rights away: what else they show is for two people. */
const ONLY_TAKES_AWAY: ReadonlySet<string> = new Set(["repair_excess_permissions"]);

const asText = (value: unknown) => canonicalJson(value as Json);

/** Whether a cell is what it was, or less: a list with some of its entries gone, a right that is turned off. */
function isLess(before: unknown, after: unknown): boolean {
  if (asText(before) === asText(after)) return true;
  if (before === true && after === false) return true;
  if (!Array.isArray(before) || !Array.isArray(after)) return false;
  const left = before.map(asText);
  return after.map(asText).every((entry) => {
    const at = left.indexOf(entry);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

/** Whether a row of a difference only takes something away: the row goes, or each of its cells is what it was, or less. */
export function takesAwayOnly({ before, after }: Pick<RepairRow, "before" | "after">): boolean {
  if (before === null) return false;
  if (after === null) return true;
  return Object.entries(after).every(([cell, value]) => Object.hasOwn(before, cell) && isLess(before[cell], value));
}

/** A run as far as it depends on who may apply it. */
interface TriedRun {
  readonly job: string;
  readonly moduleKey: string | null;
  readonly tenantIds: readonly string[];
  readonly level: number;
  readonly needsTwo: boolean;
  readonly rowsTotal: number | null;
  /** Of the difference, as far as it is shown. */
  readonly rows: readonly Pick<RepairRow, "before" | "after">[];
}

/** The heal action that a run does the work of. */
interface RunsAction {
  /** The job that its catalogue's entry names; the same word. */
  readonly action: string;
  readonly moduleKey: string;
  readonly tenantId: string;
  readonly approvedBy: string | null;
}

/**
 * Whether Center may apply a run without two people: it is of level 2, it is what its action is for and where, somebody could look through all of
 * its rows, and of rights it only takes away. What one person agreed to before there was any difference to see still needs the two who see it.
 */
export function mayHealAlone(run: TriedRun, action: RunsAction): boolean {
  if (run.level !== 2 || (run.rowsTotal ?? Number.POSITIVE_INFINITY) > LIMITS.repairRowsAlone) return false;
  if (action.approvedBy !== null && run.needsTwo) return false;
  if (run.job !== action.action || run.moduleKey !== action.moduleKey) return false;
  if (action.tenantId !== PLATFORM_TENANT && run.tenantIds.some((id) => id !== action.tenantId)) return false;
  return !ONLY_TAKES_AWAY.has(run.job) || (run.rows.length === run.rowsTotal && run.rows.every(takesAwayOnly));
}
