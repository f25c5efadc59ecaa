import type { ProposalTarget } from "@/lib/policy/types";

/** What self-heal never does by itself, whatever the confidence (product.md, Levels, 3). */
const NEVER_AUTOMATIC: ReadonlySet<ProposalTarget["domains"][number]> = new Set([
  "ledger",
  "tax",
  "payments",
  "rbac",
  "sso",
  "secrets",
  "keys",
  "deletion",
]);

/** What goes back to a state that was good before, or changes nothing that lasts (product.md, Levels, 1). */
const SAFE_RECOVERY: ReadonlySet<ProposalTarget["action"]> = new Set(["none", "notify", "restart", "rollback", "isolate"]);

/**
 * The level of self-heal a proposal falls under: 1 safe recovery, 2 governed fix, 3 assisted repair.
 *
 * What it touches weighs more than what it is called: a restart of the ledger is level 3, and so is whatever has an
 * irreversible effect on a schema.
 */
export function levelOf(target: ProposalTarget): 1 | 2 | 3 {
  if (target.schemaEffect === "irreversible" || target.domains.some((domain) => NEVER_AUTOMATIC.has(domain))) return 3;
  return SAFE_RECOVERY.has(target.action) ? 1 : 2;
}
