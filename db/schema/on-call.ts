import { foreignKey, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { SEVERITIES } from "@/lib/kernel/severity";
import { instant, tenantId } from "./columns";
import { fleetIncidents, pluginIncidents } from "./incidents";

/** Whom an incident of an area and a severity wakes, one after the other; the platform's own. */
export const onCallOrders = pgTable(
  "on_call_orders",
  {
    tenantId: tenantId(),
    area: text("area", { enum: ["any", "plugins", "fleet", "integrity"] }).notNull(),
    severity: text("severity", { enum: SEVERITIES }).notNull(),
    /** Ids of people, first called first. */
    people: uuid("people").array().notNull(),
    /** How long one has before the next is called. */
    ackMinutes: integer("ack_minutes").notNull(),
    /** How long after the last call the order begins anew. */
    repageMinutes: integer("repage_minutes").notNull(),
    updatedAt: instant("updated_at").notNull(),
    updatedBy: text("updated_by").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.area, table.severity] })],
);

/** Each call that was made for an incident, and that none could be made; rows are only ever added. */
export const incidentPages = pgTable(
  "incident_pages",
  {
    tenantId: tenantId(),
    incidentId: uuid("incident_id").notNull(),
    /** How often the incident had come back by then. */
    episode: integer("episode").notNull(),
    step: integer("step").notNull(),
    kind: text("kind", { enum: ["page", "nobody", "exhausted"] }).notNull(),
    at: instant("at").notNull(),
    personId: uuid("person_id"),
    deliveryId: uuid("delivery_id"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.incidentId, table.episode, table.step] }),
    foreignKey({ columns: [table.tenantId, table.incidentId], foreignColumns: [pluginIncidents.tenantId, pluginIncidents.id] }),
  ],
);

/** Each call that was made for a fleet incident, and that none could be made; rows are only ever added. */
export const fleetPages = pgTable(
  "fleet_pages",
  {
    tenantId: tenantId(),
    fleetId: uuid("fleet_id").notNull(),
    step: integer("step").notNull(),
    kind: text("kind", { enum: ["page", "nobody", "exhausted"] }).notNull(),
    at: instant("at").notNull(),
    personId: uuid("person_id"),
    deliveryId: uuid("delivery_id"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.fleetId, table.step] }),
    foreignKey({ columns: [table.tenantId, table.fleetId], foreignColumns: [fleetIncidents.tenantId, fleetIncidents.id] }),
  ],
);
