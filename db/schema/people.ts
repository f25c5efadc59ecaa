import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns";

/** Somebody who may sign in or act by token. Rights in a token are cut by this record. */
export const people = pgTable(
  "people",
  {
    id: uuid("id").primaryKey(),
    email: text("email").notNull().unique(),
    name: text("name").notNull(),
    roles: text("roles").array().notNull().default(sql`'{}'::text[]`),
    /** Tenant ids, or {"*"} for all. */
    tenants: text("tenants").array().notNull().default(sql`'{}'::text[]`),
    isDisabled: boolean("is_disabled").notNull().default(false),
    /** Whether somebody acting for all tenants stands behind the record: then it cuts tokens wherever they reach, else within its tenants. */
    bindsEverywhere: boolean("binds_everywhere").notNull().default(true),
    /** Who the identity provider says this is, `<issuer> <sub>`, since they first signed in there; null where they never did. */
    idpSubject: text("idp_subject").unique(),
    /** Sessions begun before this end at once. */
    sessionsValidFrom: instant("sessions_valid_from").notNull(),
    /** Who asked that everything personal be erased, and when; a second person agrees within hours. */
    eraseAskedBy: text("erase_asked_by"),
    eraseAskedAt: instant("erase_asked_at"),
    /** From then on this record says nothing of anybody. */
    erasedAt: instant("erased_at"),
    /** A keyed digest of the address that it had then (lib/access/sealing/erased-address.ts). */
    erasedDigest: text("erased_digest"),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [index("people_by_erased_digest").on(table.erasedDigest)],
);

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

/** A browser session: it counts while it is neither ended, nor idle, nor old, nor begun before its person's were all ended. */
export const personSessions = pgTable(
  "person_sessions",
  {
    id: uuid("id").primaryKey(),
    personId: uuid("person_id")
      .notNull()
      .references(() => people.id),
    method: text("method", { enum: ["password", "oidc"] }).notNull(),
    /** What the browser called itself when it signed in: its own word, for its person to tell sessions apart. */
    agent: text("agent").notNull(),
    startedAt: instant("started_at").notNull(),
    /** When a hand was last seen on it, give or take LIMITS.sessionSightingSeconds. */
    seenAt: instant("seen_at").notNull(),
    endedAt: instant("ended_at"),
    endedBy: text("ended_by"),
  },
  (table) => [index("person_sessions_by_person").on(table.personId, table.startedAt.desc().nullsLast())],
);

/** A link that works once, for a while: whoever holds it chooses a password. The link itself is stored nowhere. */
export const accessLinks = pgTable(
  "access_links",
  {
    id: uuid("id").primaryKey(),
    /** The first administrator of an empty installation; somebody's first password; another one. */
    kind: text("kind", { enum: ["first_admin", "invite", "reset"] }).notNull(),
    /** Null where the person is made by it. */
    personId: uuid("person_id").references(() => people.id),
    digest: text("digest").notNull().unique(),
    madeBy: text("made_by").notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    settledAt: instant("settled_at"),
    outcome: text("outcome", { enum: ["used", "void"] }),
  },
  (table) => [index("access_links_open").on(table.personId).where(sql`${table.settledAt} is null`)],
);

/** Support mode: somebody looks at another person's or a merchant's view, from one of their own browser sessions. While it is open that session only reads. */
export const supportSessions = pgTable(
  "support_sessions",
  {
    id: uuid("id").primaryKey(),
    sessionId: uuid("session_id")
      .notNull()
      .references(() => personSessions.id),
    personId: uuid("person_id")
      .notNull()
      .references(() => people.id),
    /** Whose view it is: exactly one of the two. */
    targetPerson: uuid("target_person").references(() => people.id),
    targetTenant: uuid("target_tenant"),
    reason: text("reason").notNull(),
    startedAt: instant("started_at").notNull(),
    endsAt: instant("ends_at").notNull(),
    /** Null until somebody left: what ran out holds its session to reading until then. */
    endedAt: instant("ended_at"),
    endedBy: text("ended_by"),
  },
  (table) => [
    uniqueIndex("support_sessions_one_open").on(table.sessionId).where(sql`${table.endedAt} is null`),
    index("support_sessions_of_person")
      .on(table.targetPerson, table.startedAt.desc().nullsLast())
      .where(sql`${table.targetPerson} is not null`),
    index("support_sessions_of_tenant")
      .on(table.targetTenant, table.startedAt.desc().nullsLast())
      .where(sql`${table.targetTenant} is not null`),
    check("support_sessions_one_target", sql`(${table.targetPerson} is null) <> (${table.targetTenant} is null)`),
    check("support_sessions_bounded", sql`${table.endsAt} <= ${table.startedAt} + interval '30 minutes'`),
  ],
);
