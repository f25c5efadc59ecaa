import { z } from "zod";
import type { Severity } from "@/lib/kernel/severity";
import { LIMITS } from "@/lib/platform/limits";

export const CRITICALITIES = ["core", "standard", "optional"] as const;
export type Criticality = (typeof CRITICALITIES)[number];

/** How a module works for a tenant: all of it, only what is critical, or not at all. */
export const MODES = ["normal", "degraded", "off"] as const;
export type Mode = (typeof MODES)[number];

/** What a module itself does when it is ordered to (module-client, command-types). */
const ACTION_TYPES = [
  "restart",
  "rebuild_index",
  "purge_cache",
  "replay_jobs",
  "degrade",
  "undegrade",
  "open_circuit",
  "close_circuit",
  "tighten_limits",
  "restore_limits",
  "rollback_release",
] as const;

/** Every order that a module's agent knows. */
export const ORDER_TYPES = [
  ...ACTION_TYPES,
  "set_flag",
  "repair_dry_run",
  "repair_apply",
  "repair_rollback",
  "snapshot_take",
  "snapshot_restore",
  "ping",
] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

export const ORDER_STATUSES = ["queued", "offered", "done", "failed", "expired", "cancelled"] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

const KEY = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const SEMVER = /^\d+\.\d+\.\d+(-[0-9a-z.-]+)?$/;

export const moduleKey = z.string().regex(KEY, "lower-case words joined by hyphens").max(LIMITS.moduleKeyCharacters);
/** A module as callers name it: by its key, or by the id of its service. */
export const moduleName = z.union([z.uuid().toLowerCase(), moduleKey]);
const named = z.string().regex(NAME).max(64);
const level = z.union([z.literal(1), z.literal(2), z.literal(3)]);
const fewest = <Item extends z.ZodType>(item: Item) => z.array(item).max(LIMITS.moduleDeclared);

/** What a module declares about itself: `defineModule` in module-client. */
export const manifestSchema = z.strictObject({
  key: moduleKey,
  title: z.string().trim().min(1).max(LIMITS.nameCharacters),
  version: z.string().regex(SEMVER).max(64),
  namespace: named,
  criticality: z.enum(CRITICALITIES),
  flags: z.record(named, z.strictObject({ default: z.boolean(), critical: z.boolean() })),
  quotas: z.record(named, z.strictObject({ limit: z.number().int().positive(), window_s: z.number().int().positive() })),
  dependencies: fewest(moduleKey),
  invariants: fewest(z.strictObject({ id: named, level })),
  repair_jobs: fewest(z.strictObject({ key: named, version: z.number().int().positive(), level })),
  actions: fewest(z.enum(ACTION_TYPES)),
  snapshot: z.boolean(),
});
export type Manifest = z.output<typeof manifestSchema>;

/** How a module says it is; what it does not say is unknown and never good. */
export const healthSchema = z.strictObject({
  status: z.enum(["ok", "degraded", "down"]),
  checks: z.record(
    z.string().max(64),
    z.strictObject({
      ok: z.boolean(),
      /** It came to no end: it says neither that it holds nor that it does not. */
      unknown: z.literal(true).optional(),
      detail: z.string().max(300).optional(),
      count: z.number().min(0).optional(),
    }),
  ),
});
export type Health = z.output<typeof healthSchema>;

export const MODULE_FINDING_TYPES = [
  "error_spike",
  "identical_errors",
  "runaway_retries",
  "dead_letters",
  "queue_saturation",
  "quota_overflow",
  "cross_tenant",
  "perf_drift",
  "metering_anomaly",
  "billing_anomaly",
  "database_errors",
  "timeouts",
  "integration_down",
  "silence",
  "slo_burn",
  "contract_violation",
  "data_invalid",
  "restore_stale",
] as const;
export type ModuleFindingType = (typeof MODULE_FINDING_TYPES)[number];

/**
 * What a rule, detector or scan says about a module.
 * @public
 */
export interface ModuleFinding {
  readonly ruleId: string;
  readonly type: ModuleFindingType;
  /** The platform's own tenant where it concerns all of them. */
  readonly tenantId: string;
  readonly moduleKey: string;
  readonly severity: Severity;
  readonly observedAt: Date;
  /** What was measured, in a word: `error_rate`, `queue_depth` ... */
  readonly statistic: string;
  readonly value: number;
  /** What is usual, where anything is. */
  readonly usual: number | null;
  /** One sentence for a tired person. */
  readonly explain: string;
  readonly evidence: readonly { readonly label: string; readonly value: string; readonly trace_id?: string }[];
}
