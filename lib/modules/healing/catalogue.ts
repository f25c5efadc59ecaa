import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { OrderType } from "@/lib/modules/types";
import type { Category, ProposalTarget } from "@/lib/policy/types";
import type { ActionOrder, Danger, HealActionEntry } from "./types";

const TARGET: ProposalTarget = {
  action: "restart",
  domains: ["runtime"],
  schemaEffect: "none",
  hasSnapshot: false,
  hasRollback: false,
  grantsAccess: false,
  isMajor: false,
};

/** Level 1: what goes back to something good, or derives anew what can be derived. */
function recovery(key: OrderType, category: Category, more: Partial<HealActionEntry> = {}): HealActionEntry {
  const orders: ActionOrder[] = [{ type: key, prepares: false }];
  const base = { key, level: 1, target: TARGET, category, danger: "D1", orders, undo: null, contains: false, job: null } as const;
  return { ...base, coolDownSeconds: 120, perHour: 4, ...more };
}

/** Level 1: what holds harm off until the fault itself is gone, and is taken back then. */
function containment(key: OrderType, undo: OrderType, category: Category, danger: Danger): HealActionEntry {
  const target: ProposalTarget = { ...TARGET, action: "isolate", hasRollback: true };
  return recovery(key, category, { target, undo, contains: true, danger });
}

/**
 * Level 2: a module's own repair job, by a repair run: tried first, and applied as it was shown, behind a snapshot that the run takes, with a
 * way back (spec §4, level 2).
 */
function repair(key: string, target: Partial<ProposalTarget>, category: Category = "DATA"): HealActionEntry {
  const orders: ActionOrder[] = [
    { type: "repair_dry_run", prepares: true },
    { type: "repair_apply", prepares: false },
  ];
  const kept: ProposalTarget = { ...TARGET, action: "repair", domains: ["data"], hasSnapshot: true, hasRollback: true, ...target };
  const base = { key, level: 2, target: kept, category, danger: "D2", orders, undo: "repair_rollback", contains: false, job: key } as const;
  return { ...base, coolDownSeconds: 300, perHour: 2 };
}

/** Level 3: Center writes what it would do, and stops. */
function plan(key: string, domains: ProposalTarget["domains"], category: Category): HealActionEntry {
  const target: ProposalTarget = { ...TARGET, action: "repair", domains };
  const base = { key, level: 3, target, category, danger: "D3", orders: [], undo: null, contains: false, job: null } as const;
  return { ...base, coolDownSeconds: 3_600, perHour: 4 };
}

/**
 * Everything that Center can do about a module's incident. Whoever adds one says its level, what takes it back and how often; tests
 * hold each to its level, and to being reachable from a ladder (ladders.ts).
 */
export const CATALOGUE: readonly HealActionEntry[] = [
  recovery("restart", "PERF"),
  recovery("rebuild_index", "DATA", { coolDownSeconds: 300 }),
  recovery("purge_cache", "DATA"),
  recovery("replay_jobs", "DATA", { coolDownSeconds: 300 }),
  recovery("rollback_release", "UX", { target: { ...TARGET, action: "rollback", hasRollback: true }, danger: "D2" }),
  containment("open_circuit", "close_circuit", "INTEGRATION", "D1"),
  containment("tighten_limits", "restore_limits", "PERF", "D1"),
  containment("degrade", "undegrade", "PERF", "D2"),
  repair("repair_reconcile_invoices", {}),
  repair("repair_invalid_fields", {}),
  repair("repair_orphan_files", {}),
  repair("repair_excess_permissions", { action: "permission_fix", domains: ["permissions"] }, "SECURITY"),
  plan("plan_tenant_contract", ["rbac"], "SECURITY"),
  plan("plan_money", ["ledger"], "DATA"),
];

/** What changes the one process, or the one circuit, that all tenants share, whomever it is ordered for. */
const OF_ALL: ReadonlySet<string> = new Set(["restart", "rollback_release", "open_circuit"]);

/** Whether an action may be done about an incident of this tenant: one tenant's own fault changes nothing for the others. */
export function isFor(tenantId: string, { key }: HealActionEntry): boolean {
  return tenantId === PLATFORM_TENANT || !OF_ALL.has(key);
}

const BY_KEY = new Map(CATALOGUE.map((entry) => [entry.key, entry]));

/** The entry of an action. @throws RangeError for a key that is none: whoever stored it knew more than this version */
export function actionNamed(key: string): HealActionEntry {
  const entry = BY_KEY.get(key);
  if (!entry) throw new RangeError(`"${key}" is no action of the catalogue`);
  return entry;
}
