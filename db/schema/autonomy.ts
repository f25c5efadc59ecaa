import { pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { AUTONOMY_ACTIONS, AUTONOMY_LEVELS } from "@/lib/policy/autonomy/decide-autonomy";
import { instant, tenantId } from "./columns";

/** What machines may do by themselves at a merchant that wants it earned; no row: what policy says. */
export const earnedAutonomy = pgTable(
  "earned_autonomy",
  {
    tenantId: tenantId(),
    action: text("action", { enum: AUTONOMY_ACTIONS }).notNull(),
    level: text("level", { enum: AUTONOMY_LEVELS }).notNull(),
    /** Evidence counts from here on: the beginning, or the last demotion. */
    since: instant("since").notNull(),
    /** Whoever asked for promotion, until somebody else agrees. */
    askedBy: text("asked_by"),
    askedAt: instant("asked_at"),
    askedReason: text("asked_reason"),
    reason: text("reason").notNull(),
    /** Whoever asked and whoever agreed, at the last promotion; null where there was none. */
    promotedBy: text("promoted_by").array(),
    promotedAt: instant("promoted_at"),
    /** Whoever, or what, took it away last. */
    demotedBy: text("demoted_by"),
    demotedAt: instant("demoted_at"),
    demotedReason: text("demoted_reason"),
    updatedAt: instant("updated_at").notNull(),
    updatedBy: text("updated_by").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.action] })],
);
