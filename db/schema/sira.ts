import { doublePrecision, index, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { FitSettings } from "@/lib/sira/learning/fit-model";
import type { Shadow } from "@/lib/sira/learning/judge-candidate";
import type { SiraModel } from "@/lib/sira/model";
import { instant, tenantId } from "./columns";

/** Fitted models under the name of their content; the first model lies in code. They belong to the platform: cells name tenants. */
export const siraModels = pgTable(
  "sira_models",
  {
    tenantId: tenantId(),
    version: text("version").notNull(),
    createdAt: instant("created_at").notNull(),
    document: jsonb("document").$type<SiraModel>().notNull(),
    trained: jsonb("trained")
      .$type<{ rows: number; from: string | null; to: string | null; log_loss: number; settings: FitSettings }>()
      .notNull(),
    shadow: jsonb("shadow").$type<Shadow>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.version] })],
);

/** Who put which model in force and why; rows are only ever added. */
export const siraPromotions = pgTable(
  "sira_promotions",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    at: instant("at").notNull(),
    version: text("version").notNull(),
    fromVersion: text("from_version").notNull(),
    kind: text("kind", { enum: ["promote", "rollback"] }).notNull(),
    by: text("by").notNull(),
    reason: text("reason").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] }), index("sira_promotions_newest").on(table.tenantId, table.at)],
);

/** Which model is in force and how much is held out: the platform's one row. */
export const siraSettings = pgTable("sira_settings", {
  tenantId: tenantId().primaryKey(),
  activeVersion: text("active_version").notNull(),
  /** Share of eligible incidents, 0..0.1, that is left to people so that uplift can be told; 0 is off. */
  holdoutShare: doublePrecision("holdout_share").notNull(),
  /** Why the holdout stopped itself; null while nothing stopped it. */
  holdoutStopped: text("holdout_stopped"),
  updatedAt: instant("updated_at").notNull(),
  updatedBy: text("updated_by").notNull(),
});
