import type { Severity } from "@/lib/kernel/severity";
import type { ScanKind } from "./types";

/** A lint of the database: the view `lint_<name>` finds, this says what is made of it. */
export interface Lint {
  readonly name: string;
  readonly title: string;
  readonly level: "error" | "warn";
  readonly severity: Severity;
  readonly kind: ScanKind;
  readonly restores: boolean;
}

const wall = (name: string, title: string, severity: Severity = "critical"): Lint => ({
  ...{ name, title, severity, level: "error", kind: "realtime", restores: false },
});
const mended = (name: string, title: string, severity?: Severity): Lint => ({ ...wall(name, title, severity), restores: true });
const care = (name: string, title: string, kind: ScanKind = "weekly"): Lint => ({
  ...{ name, title, severity: "low", level: "warn", kind, restores: false },
});

/** Every lint; a test compares them with the views. */
export const LINTS: readonly Lint[] = [
  mended("rls_disabled", "Row security is on for every table of tenants"),
  mended("rls_not_forced", "Row security binds the owner, too"),
  mended("policy_missing", "Every table of tenants has the policy of the tenant scope"),
  mended("policy_too_wide", "No policy shows more than the tenant scope"),
  mended("policy_changed", "Policies are as migrations made them"),
  wall("tenant_column_missing", "Every table says whose its rows are", "high"),
  wall("tenant_column_nullable", "No row belongs to nobody", "high"),
  wall("key_not_led_by_tenant", "The tenant leads every key", "high"),
  wall("reference_not_led_by_tenant", "No foreign key points to another tenant", "high"),
  mended("guard_missing", "The gateway's guards stand before every governed table"),
  mended("append_only_open", "History is only ever added to"),
  mended("grant_undeclared", "No role may more than migrations gave it", "high"),
  care("grant_gone", "Roles hold the rights that migrations gave them", "realtime"),
  mended("writer_shared", "Each table has one writer", "high"),
  mended("truncate_granted", "Nobody may truncate", "high"),
  wall("partition_granted", "No partition is used past its parent", "high"),
  mended("public_granted", "PUBLIC has no rights", "high"),
  wall("role_too_mighty", "Center's roles are bound by row security and grants"),
  wall("role_owns", "Center's roles own and create nothing", "high"),
  wall("definer_search_path", "Functions with the owner's rights say where they look for names", "high"),
  wall("definer_public", "Not everybody may call functions with the owner's rights", "high"),
  wall("definer_owner", "Functions run with the rights of the tables' owner or their caller", "high"),
  wall("function_changed", "Functions are as migrations made them"),
  mended("trigger_changed", "Triggers are as migrations made them", "high"),
  wall("view_definer", "No view reads past the scope of whoever asks"),
  care("table_undeclared", "Tables are those that migrations made", "daily"),
  care("constraint_not_valid", "Every constraint was checked against all rows"),
  care("primary_key_missing", "Every table has a primary key"),
  care("foreign_key_unindexed", "Every foreign key has an index"),
  care("duplicate_index", "No two indexes are the same"),
  care("invalid_index", "Every index is valid", "daily"),
  care("sequence_near_end", "No sequence comes near its end", "daily"),
  care("autovacuum_off", "Every table is tidied up by itself", "daily"),
  care("transaction_age", "No table comes near the age at which writing stops", "daily"),
  care("unlogged_table", "No table is empty after a crash"),
];
