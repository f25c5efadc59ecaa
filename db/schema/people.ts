import { sql } from "drizzle-orm";
import { boolean, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
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
  failures: integer("failures").notNull().default(0),
  lockedUntil: instant("locked_until"),
  updatedAt: instant("updated_at").notNull(),
});
