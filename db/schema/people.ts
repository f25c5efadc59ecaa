import { sql } from "drizzle-orm";
import { boolean, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns";

/** Somebody who may sign in or act by token. Rights in a token are cut by this record. */
export const people = pgTable("people", {
  id: uuid("id").primaryKey(),
  email: text("email").notNull().unique(),
  name: text("name").notNull(),
  roles: text("roles").array().notNull().default(sql`'{}'::text[]`),
  /** Tenant ids, or {"*"} for all. */
  tenants: text("tenants").array().notNull().default(sql`'{}'::text[]`),
  isDisabled: boolean("is_disabled").notNull().default(false),
  /** Whether somebody acting for all tenants stands behind the record: then it cuts tokens wherever they reach, else within its tenants. */
  bindsEverywhere: boolean("binds_everywhere").notNull().default(true),
  /** Sessions begun before this end at once. */
  sessionsValidFrom: instant("sessions_valid_from").notNull(),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
});

/** What a person signs in with; readable by the gateway alone. */
export const personCredentials = pgTable("person_credentials", {
  personId: uuid("person_id")
    .primaryKey()
    .references(() => people.id),
  passwordHash: text("password_hash").notNull(),
  /** Wrong ones from places that never succeeded, all together, and until when such places are locked out. */
  failures: integer("failures").notNull().default(0),
  lockedUntil: instant("locked_until"),
  updatedAt: instant("updated_at").notNull(),
});

/** A place somebody tried to sign in from, with what it did wrong there since it last succeeded. */
export const personClients = pgTable(
  "person_clients",
  {
    personId: uuid("person_id")
      .notNull()
      .references(() => people.id),
    /** A keyed digest of the network address: tells places apart and does not say where they are. */
    client: text("client").notNull(),
    failures: integer("failures").notNull().default(0),
    lockedUntil: instant("locked_until"),
    succeededAt: instant("succeeded_at"),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.personId, table.client] })],
);
