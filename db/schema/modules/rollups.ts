import { doublePrecision, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, tenantId } from "../columns";

/** What a module's minutes add up to in steps of 300, 3600 and 86400 seconds, for objectives that look back for days. */
export const moduleRollups = pgTable(
  "module_rollups",
  {
    tenantId: tenantId(),
    stepSeconds: integer("step_seconds").notNull(),
    moduleId: uuid("module_id").notNull(),
    surface: text("surface").notNull(),
    bucketAt: instant("bucket_at").notNull(),
    minutes: doublePrecision("minutes").notNull(),
    requests: doublePrecision("requests").notNull(),
    errors: doublePrecision("errors").notNull(),
    timeouts: doublePrecision("timeouts").notNull(),
    retries: doublePrecision("retries").notNull(),
    dbErrors: doublePrecision("db_errors").notNull(),
    timed: doublePrecision("timed").notNull(),
    /** Requests slower than the limits of p95 and p99 that held when this was rolled up. */
    slow95: doublePrecision("slow95").notNull(),
    slow99: doublePrecision("slow99").notNull(),
    askedMinutes: doublePrecision("asked_minutes").notNull(),
    downMinutes: doublePrecision("down_minutes").notNull(),
    queueMinutes: doublePrecision("queue_minutes").notNull(),
    fullMinutes: doublePrecision("full_minutes").notNull(),
  },
  (table) => [
    primaryKey({ name: "module_rollups_pk", columns: [table.tenantId, table.stepSeconds, table.moduleId, table.surface, table.bucketAt] }),
    index("module_rollups_by_step").on(table.stepSeconds, table.bucketAt),
    index("module_rollups_by_module").on(table.moduleId, table.stepSeconds, table.bucketAt),
  ],
);

/** How far the roll-ups have come: `fresh` as minutes come, `settled` where nobody may tell anything more. */
export const moduleRollupMarks = pgTable("module_rollup_marks", {
  kind: text("kind", { enum: ["fresh", "settled"] }).primaryKey(),
  rolledUntil: instant("rolled_until").notNull(),
});
