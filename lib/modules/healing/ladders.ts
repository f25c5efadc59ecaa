import type { ModuleFinding, ModuleFindingType } from "@/lib/modules/types";

/** What a code names so sharply that its cure comes before what its finding's type would have tried. */
const CURES: Readonly<Record<string, readonly string[]>> = {
  ERR_SCHEDULER_DEAD: ["restart"],
  ERR_CACHE_CORRUPT: ["purge_cache", "degrade"],
  ERR_INDEX_INCOMPLETE: ["rebuild_index", "degrade"],
  ERR_OCR_WRONG: ["rollback_release", "degrade"],
  ERR_DEAD_LETTER: ["replay_jobs"],
  ERR_QUEUE_FULL: ["degrade", "restart"],
  ERR_INTEGRATION_DOWN: ["open_circuit", "degrade"],
  ERR_CIRCUIT_OPEN: ["open_circuit", "degrade"],
  ERR_INVOICE_SKEWED: ["repair_reconcile_invoices", "plan_money"],
  ERR_PERMISSION_EXCESS: ["repair_excess_permissions"],
  ERR_STORAGE_MISSING: ["degrade"],
  ERR_STORAGE_CHANGED: ["degrade"],
  ERR_STORAGE_ORPHANED: ["repair_orphan_files"],
  ERR_INVALID_FIELDS: ["repair_invalid_fields"],
  ERR_TENANT_MISSING: ["plan_tenant_contract"],
  ERR_CROSS_TENANT: ["plan_tenant_contract"],
};

/** What is tried for a finding of a type when no code says it more sharply, the mildest first. */
const LADDERS: Readonly<Record<ModuleFindingType, readonly string[]>> = {
  error_spike: ["rollback_release", "restart", "degrade"],
  identical_errors: ["rollback_release", "restart", "degrade"],
  runaway_retries: ["restart", "open_circuit", "degrade"],
  dead_letters: ["replay_jobs"],
  queue_saturation: ["restart", "replay_jobs", "degrade"],
  quota_overflow: ["tighten_limits", "degrade"],
  cross_tenant: ["plan_tenant_contract"],
  perf_drift: ["rollback_release", "degrade"],
  metering_anomaly: ["plan_money"],
  billing_anomaly: ["plan_money"],
  database_errors: ["degrade"],
  timeouts: ["open_circuit", "restart", "degrade"],
  integration_down: ["open_circuit", "degrade"],
  silence: ["restart"],
  // What spends the budget has an incident of its own; degrading a module that is well again would only spend more.
  slo_burn: [],
  contract_violation: ["plan_tenant_contract"],
  data_invalid: ["repair_invalid_fields"],
  restore_stale: [],
};

const CODE = /\b(?:ERR|WARN)_[A-Z0-9_]+/g;

/** Codes that stand in some texts, each once, in the order of their first sight. */
export function codesIn(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => text.match(CODE) ?? []))];
}

/**
 * Codes that an incident names: in its own words and its checks' (a value), or as what was counted (a label). An error rate that is told last
 * must not make its ladder forget which error it is.
 */
export function codesNamed({ explain, evidence }: Pick<ModuleFinding, "explain" | "evidence">): string[] {
  return codesIn([explain, ...evidence.flatMap(({ label, value }) => [label, value])]);
}

/**
 * Keys of actions to be tried one after another, the sharpest cure first; what a module cannot do is left out by whoever asks.
 *
 * @param codes  what the finding, its evidence and the module's own failing checks named
 */
export function ladderOf(type: ModuleFindingType, codes: readonly string[]): readonly string[] {
  // Its own incident names what is wrong there; whatever else fails in the module meanwhile is not this one's to cure.
  if (LADDERS[type].length === 0) return [];
  const cures = codes.flatMap((code) => CURES[code] ?? []);
  return [...new Set(cures.length > 0 ? cures : LADDERS[type])];
}

/** Keys of every action that some ladder leads to. */
export function reachable(): ReadonlySet<string> {
  return new Set([...Object.values(CURES), ...Object.values(LADDERS)].flat());
}
