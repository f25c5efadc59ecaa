import { sql } from "drizzle-orm";
import { boolean, foreignKey, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytea, instant, tenantId } from "./columns";

/** Where notifications go: a tenant's own address, or one of ops (the platform tenant). */
export const webhookEndpoints = pgTable(
  "webhook_endpoints",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    url: text("url").notNull(),
    events: text("events").array().notNull(),
    sealedSecret: bytea("sealed_secret").notNull(),
    keyVersion: integer("key_version").notNull(),
    isDisabled: boolean("is_disabled").notNull().default(false),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
);

/** One notification to one address: attempts, next try, and its end (delivered or dead). */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    endpointId: uuid("endpoint_id").notNull(),
    event: text("event").notNull(),
    /** The exact text that is signed; retries send the same bytes. */
    body: text("body").notNull(),
    isUrgent: boolean("is_urgent").notNull(),
    status: text("status", { enum: ["waiting", "delivered", "dead"] }).notNull(),
    attempts: integer("attempts").notNull().default(0),
    nextAttemptAt: instant("next_attempt_at"),
    lastStatus: integer("last_status"),
    lastError: text("last_error"),
    createdAt: instant("created_at").notNull(),
    finishedAt: instant("finished_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({ columns: [table.tenantId, table.endpointId], foreignColumns: [webhookEndpoints.tenantId, webhookEndpoints.id] }),
    index("webhook_deliveries_due").on(table.nextAttemptAt).where(sql`${table.status} = 'waiting'`),
    index("webhook_deliveries_finished").on(table.finishedAt).where(sql`${table.finishedAt} is not null`),
  ],
);
