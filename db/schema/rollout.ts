import { type SQL, sql } from "drizzle-orm";
import { boolean, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { CanaryState } from "@/lib/rollout/canary/canary-state";
import type { CanaryVerdict } from "@/lib/rollout/canary/judge-canary";
import type { WaveRule } from "@/lib/rollout/waves/plan-waves";
import type { Rehearsals, WaitsFor } from "@/lib/rollout/waves/rollout-types";
import { MEMBER_STATES, RECALL_STATES, ROLLOUT_STATES } from "@/lib/rollout/waves/rollout-types";
import { instant, tenantId } from "./columns";
import { plugins } from "./tenants";

/** One release on its way to everybody who may have it; rows belong to the platform. */
export const rollouts = pgTable(
  "rollouts",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    releaseId: uuid("release_id").notNull(),
    pluginKey: text("plugin_key").notNull(),
    version: text("version").notNull(),
    state: text("state", { enum: ROLLOUT_STATES }).notNull(),
    /** Where it goes on when it is resumed; null unless it is paused. */
    pausedFrom: text("paused_from", { enum: ROLLOUT_STATES }),
    wave: integer("wave").notNull(),
    rules: jsonb("rules").$type<readonly WaveRule[]>().notNull(),
    /** By the version it starts from: what the sandbox found, with the undo token. */
    rehearsals: jsonb("rehearsals").$type<Rehearsals>().notNull(),
    waitsFor: jsonb("waits_for").$type<readonly WaitsFor[]>().notNull(),
    reason: text("reason").notNull(),
    stateReason: text("state_reason"),
    startedBy: text("started_by").notNull(),
    startedAt: instant("started_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
    endedAt: instant("ended_at"),
    /** When a worker looks again; null once nothing is left to do. */
    dueAt: instant("due_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex("rollouts_one_live")
      .on(table.tenantId, table.pluginKey)
      .where(sql`${table.state} in ('staging', 'running', 'holding', 'paused')`),
    index("rollouts_newest").on(table.tenantId, table.startedAt.desc(), table.id.desc()),
    index("rollouts_due").on(table.dueAt).where(sql`${table.dueAt} is not null`),
  ],
);

/** One wave of a rollout: what was counted of it, up to when, and what that proved. */
export const rolloutWaves = pgTable(
  "rollout_waves",
  {
    tenantId: tenantId(),
    rolloutId: uuid("rollout_id").notNull(),
    wave: integer("wave").notNull(),
    startedAt: instant("started_at").notNull(),
    /** Beats received up to here are in `canary`; both move in one transaction. */
    countedUntil: instant("counted_until").notNull(),
    canary: jsonb("canary").$type<CanaryState>().notNull(),
    verdict: jsonb("verdict").$type<CanaryVerdict>(),
    provenAt: instant("proven_at"),
    /** `system:rollout` when evidence widened it, else the person who promoted it without. */
    provenBy: text("proven_by"),
    provenReason: text("proven_reason"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.rolloutId, table.wave] }),
    foreignKey({ columns: [table.tenantId, table.rolloutId], foreignColumns: [rollouts.tenantId, rollouts.id] }),
  ],
);

/** One plugin of a rollout; the row belongs to the merchant. */
export const rolloutMembers = pgTable(
  "rollout_members",
  {
    tenantId: tenantId(),
    rolloutId: uuid("rollout_id").notNull(),
    pluginId: uuid("plugin_id").notNull(),
    wave: integer("wave").notNull(),
    state: text("state", { enum: MEMBER_STATES }).notNull(),
    attemptId: uuid("attempt_id"),
    tries: integer("tries").notNull(),
    why: text("why"),
    isLate: boolean("is_late").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.rolloutId, table.pluginId] }),
    foreignKey({ columns: [table.tenantId, table.pluginId], foreignColumns: [plugins.tenantId, plugins.id] }),
    index("rollout_members_by_wave").on(table.rolloutId, table.wave, table.state),
  ],
);

/** One version that is pulled: from everybody (a recall), or from whoever one rollout gave it to (an abort). Rows belong to the platform. */
export const releaseRecalls = pgTable(
  "release_recalls",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    kind: text("kind", { enum: ["recall", "abort"] }).notNull(),
    releaseId: uuid("release_id").notNull(),
    rolloutId: uuid("rollout_id"),
    pluginKey: text("plugin_key").notNull(),
    version: text("version").notNull(),
    reason: text("reason").notNull(),
    orderedBy: text("ordered_by").notNull(),
    at: instant("at").notNull(),
    /** When the last plugin had left the version; null while any has not. */
    clearedAt: instant("cleared_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex("release_recalls_once").on(table.tenantId, table.releaseId).where(sql`${table.kind} = 'recall'`),
    index("release_recalls_newest").on(table.tenantId, table.at.desc(), table.id.desc()),
  ],
);

/** One plugin that ran a version which is pulled, and its one way back. */
export const recallItems = pgTable(
  "recall_items",
  {
    tenantId: tenantId(),
    recallId: uuid("recall_id").notNull(),
    pluginId: uuid("plugin_id").notNull(),
    state: text("state", { enum: RECALL_STATES }).notNull(),
    toVersion: text("to_version"),
    attemptId: uuid("attempt_id"),
    why: text("why"),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.recallId, table.pluginId] }),
    foreignKey({ columns: [table.tenantId, table.pluginId], foreignColumns: [plugins.tenantId, plugins.id] }),
    index("recall_items_open").on(table.recallId).where(sql`${table.state} in ('waiting', 'undoing')`),
  ],
);

/** When a merchant may be changed, by its own clock. */
export const tenantCalendars = pgTable("tenant_calendars", {
  tenantId: uuid("tenant_id").primaryKey(),
  timeZone: text("time_zone").notNull(),
  /** Days (0 Sunday) and hours in which changes may begin; [] is any time. */
  windows: jsonb("windows").$type<readonly { days: number[]; from: number; to: number }[]>().notNull(),
  quiet: jsonb("quiet").$type<readonly { days: number[]; from: number; to: number }[]>().notNull(),
  updatedAt: instant("updated_at").notNull(),
  updatedBy: text("updated_by").notNull(),
});

/** A time in which nothing is widened, of one merchant or (the platform's row) of everybody. */
export const changeFreezes = pgTable(
  "change_freezes",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    startsAt: instant("starts_at").notNull(),
    endsAt: instant("ends_at").notNull(),
    reason: text("reason").notNull(),
    setBy: text("set_by").notNull(),
    setAt: instant("set_at").notNull(),
    liftedAt: instant("lifted_at"),
    liftedBy: text("lifted_by"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] }), index("change_freezes_open").on(table.endsAt)],
);

interface Pulled {
  readonly kind: string | SQL;
  readonly rolloutId: string | null | SQL;
  readonly version: string | SQL;
}

/**
 * Whose version it is that a recall or an abort takes back: of a recall whoever runs it; of an abort only who has it from that
 * very rollout, so that what was installed rightly since (by another rollout of the same release) stays.
 *
 * @returns a condition on `p`, the plugin
 */
export function isMeant({ kind, rolloutId, version }: Pulled): SQL {
  return sql`(${kind} = 'recall' or ${rolloutId} = (select a.rollout_id from plugin_autopatch_attempts a
    where a.tenant_id = p.tenant_id and a.plugin_id = p.id and a.method = 'update' and a.to_version = ${version}
      and (a.phase <> 'done' or a.status in ('success', 'failed')) order by a.created_at desc, a.id desc limit 1))`;
}

/**
 * Whether a plugin that was dealt with before may be taken back once more, by a beat since: the order was never fetched, or the
 * version that was undone has been installed again. An abort leaves that to whoever installed it.
 *
 * @param kind  of the recall
 * @returns a condition on `i`, its item, `p`, the plugin, and `s`, its state
 */
export function isDueAgain({ kind, version }: Pick<Pulled, "kind" | "version">): SQL {
  return sql`(s.last_seen > i.updated_at and (i.state = 'waiting'
    or (i.state = 'undone' and ${kind} = 'recall' and s.running_version = ${version} and s.disk_version = ${version})))`;
}
