import { sql } from "drizzle-orm";
import { bigint, boolean, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns";
import { people } from "./people";

/** The public half of a passkey by which a person shows that it is them (docs/decisions/0012). */
export const passkeys = pgTable(
  "passkeys",
  {
    id: uuid("id").primaryKey(),
    personId: uuid("person_id")
      .notNull()
      .references(() => people.id),
    /** As the authenticator names it, base64url; one passkey is one person's. */
    credentialId: text("credential_id").notNull().unique(),
    /** COSE_Key (RFC 9052). */
    publicKey: bytea("public_key").notNull(),
    /** The highest count of uses that it has told; 0 for ever where an authenticator keeps none. */
    counter: bigint("counter", { mode: "number" }).notNull(),
    /** How it can be reached, in its own word: usb, nfc, ble, hybrid, internal. */
    transports: text("transports").array().notNull().default(sql`'{}'::text[]`),
    /** What its person calls it. */
    name: text("name").notNull(),
    createdAt: instant("created_at").notNull(),
    lastUsedAt: instant("last_used_at"),
    /** Since its counter went back, which a copy of it would explain: it shows nothing any more. */
    suspendedAt: instant("suspended_at"),
  },
  (table) => [index("passkeys_by_person").on(table.personId)],
);

/** A question to somebody's passkeys: answered once, within minutes, for one purpose and digest. The row goes with the answer. */
export const passkeyChallenges = pgTable(
  "passkey_challenges",
  {
    id: uuid("id").primaryKey(),
    personId: uuid("person_id")
      .notNull()
      .references(() => people.id),
    purpose: text("purpose", { enum: ["add", "prove"] }).notNull(),
    digest: text("digest").notNull(),
    /** 32 random bytes; the challenge itself is derived (challenge-of.ts). */
    nonce: bytea("nonce").notNull(),
    /** Whether a factor that counted was shown for it when it was asked. */
    isProven: boolean("is_proven").notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [index("passkey_challenges_by_person").on(table.personId, table.createdAt)],
);
