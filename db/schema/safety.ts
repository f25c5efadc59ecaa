import { sql } from "drizzle-orm";
import { boolean, check, doublePrecision, index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { SEVERITIES } from "@/lib/kernel/severity";
import type { Policy } from "@/lib/policy/types";
import { instant, tenantId } from "./columns";

/** The global ceiling of what may happen by itself: one row, id = 1. */
export const opsPolicy = pgTable(
  "ops_policy",
  {
    id: integer("id").primaryKey(),
    version: integer("version").notNull(),
    autopatchEnabled: boolean("autopatch_enabled").notNull(),
    whitelist: text("whitelist").array().notNull(),
    severityThreshold: text("severity_threshold", { enum: SEVERITIES }).notNull(),
    confidenceThreshold: doublePrecision("confidence_threshold").notNull(),
    requiredSignatures: integer("required_signatures").notNull(),
    stagingRequired: boolean("staging_required").notNull(),
    healthCheckSeconds: integer("health_check_seconds").notNull(),
    rollbackErrorThreshold: doublePrecision("rollback_error_threshold").notNull(),
    attemptsPerIncident: integer("attempts_per_incident").notNull(),
    attemptsPerPluginPerDay: integer("attempts_per_plugin_per_day").notNull(),
    stormShare: doublePrecision("storm_share").notNull(),
    windows: jsonb("windows").$type<Policy["windows"]>().notNull(),
    /** How long each wave of a rollout bakes at least, in days; everybody's has nothing after it. */
    bakeWhitelistDays: doublePrecision("bake_whitelist_days").notNull().default(7),
    bakeFifthDays: doublePrecision("bake_fifth_days").notNull().default(14),
    bakeHalfDays: doublePrecision("bake_half_days").notNull().default(14),
    updatedAt: instant("updated_at").notNull(),
    updatedBy: text("updated_by").notNull(),
    /** Why the kill switch was turned on; null while it is off. */
    killReason: text("kill_reason"),
  },
  (table) => [check("ops_policy_one_row", sql`${table.id} = 1`)],
);

/** Who made the policy looser, by the version that they made. Only ever added. */
export const policyLoosenings = pgTable(
  "policy_loosenings",
  {
    version: integer("version").primaryKey(),
    /** E-mail addresses: whoever changed it, and whoever asked for that. */
    people: text("people").array().notNull(),
    /** Members of the policy that let more happen, or ask fewer people, than before. */
    members: text("members").array().notNull(),
    at: instant("at").notNull(),
  },
  (table) => [index("policy_loosenings_newest").on(table.at)],
);

/** Safety switches of every scope; the most restrictive wins. A row says that the switch is on. */
export const safetySwitches = pgTable(
  "safety_switches",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    scope: text("scope", { enum: ["global", "tenant", "module", "plugin"] }).notNull(),
    targetId: uuid("target_id"),
    name: text("name").notNull(),
    isOn: boolean("is_on").notNull(),
    reason: text("reason").notNull(),
    setBy: text("set_by").notNull(),
    setAt: instant("set_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    unique("safety_switches_once").on(table.tenantId, table.scope, table.targetId, table.name).nullsNotDistinct(),
  ],
);

/** Static rules as data: what is configured over the defaults in code. */
export const detectionRules = pgTable("detection_rules", {
  id: text("id").primaryKey(),
  version: integer("version").notNull(),
  isEnabled: boolean("is_enabled").notNull(),
  params: jsonb("params").$type<Record<string, unknown>>().notNull(),
  updatedAt: instant("updated_at").notNull(),
  updatedBy: text("updated_by").notNull(),
});
