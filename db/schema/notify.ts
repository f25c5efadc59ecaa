import { sql } from "drizzle-orm";
import { boolean, foreignKey, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytea, instant, tenantId } from "./columns";
import { people } from "./people";

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
    /** The secret before, by which messages are signed as well until that instant. */
    previousSealedSecret: bytea("previous_sealed_secret"),
    previousUntil: instant("previous_until"),
    /** Removed: it stays for the deliveries that point to it. */
    isDisabled: boolean("is_disabled").notNull().default(false),
    /** Rests: nothing but a test is sent to it. */
    isPaused: boolean("is_paused").notNull().default(false),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
);

/** One notification to one address or mailbox: attempts, next try, and its end (delivered or dead). */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    channel: text("channel", { enum: ["webhook", "email"] })
      .notNull()
      .default("webhook"),
    endpointId: uuid("endpoint_id"),
    /** Whose mailbox it goes to, and its address when the message was written down. */
    personId: uuid("person_id"),
    recipient: text("recipient"),
    subject: text("subject"),
    language: text("language", { enum: ["en", "fr"] }),
    /** A one-time link that the text leaves room for: its secret is put in while the message is sent, and kept nowhere. */
    linkId: uuid("link_id"),
    incidentId: uuid("incident_id"),
    event: text("event").notNull(),
    /** The exact text that is signed; retries send the same bytes. */
    body: text("body").notNull(),
    isUrgent: boolean("is_urgent").notNull(),
    status: text("status", { enum: ["waiting", "delivered", "dead"] }).notNull(),
    attempts: integer("attempts").notNull().default(0),
    nextAttemptAt: instant("next_attempt_at"),
    lastAttemptAt: instant("last_attempt_at"),
    /** How often somebody had it sent again, and how many tries the schedule of retries has forgotten since. */
    replays: integer("replays").notNull().default(0),
    scheduleFrom: integer("schedule_from").notNull().default(0),
    lastStatus: integer("last_status"),
    lastError: text("last_error"),
    createdAt: instant("created_at").notNull(),
    finishedAt: instant("finished_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({ columns: [table.tenantId, table.endpointId], foreignColumns: [webhookEndpoints.tenantId, webhookEndpoints.id] }),
    index("webhook_deliveries_due").on(table.nextAttemptAt).where(sql`${table.status} = 'waiting'`),
    index("webhook_deliveries_page").on(table.tenantId, table.createdAt.desc(), table.id.desc()),
    index("webhook_deliveries_newest").on(table.createdAt.desc(), table.id.desc()),
    index("webhook_deliveries_by_person").on(table.personId, table.createdAt).where(sql`${table.personId} is not null`),
    index("webhook_deliveries_finished").on(table.finishedAt).where(sql`${table.finishedAt} is not null`),
  ],
);

/** How somebody wants to be told: in which language, of what by e-mail, and when not to be woken. No row: as their rights suggest. */
export const personNotices = pgTable("person_notices", {
  personId: uuid("person_id")
    .primaryKey()
    .references(() => people.id),
  language: text("language", { enum: ["en", "fr"] }),
  /** Null where their rights decide (default-events.ts). */
  emailEvents: text("email_events").array(),
  /** IANA name; quiet hours are by the clock on this person's wall. */
  timeZone: text("time_zone"),
  /** Minutes after midnight, 0 to 1439; from 1320 to 420 is a night. Both or neither. */
  quietFrom: integer("quiet_from"),
  quietTo: integer("quiet_to"),
  /** Whether what is critical wakes them all the same. */
  criticalWakes: boolean("critical_wakes").notNull().default(false),
  updatedAt: instant("updated_at").notNull(),
});

/** What the people of a merchant are told of by e-mail unless they say otherwise themselves. */
export const tenantNotices = pgTable("tenant_notices", {
  tenantId: uuid("tenant_id").primaryKey(),
  emailEvents: text("email_events").array().notNull(),
  updatedAt: instant("updated_at").notNull(),
});
