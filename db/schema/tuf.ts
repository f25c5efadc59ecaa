import { integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./columns";

/** Every version of every signed metadata file, in its exact text: who may sign releases, and what they signed. Rows are only ever added. */
export const tufMetadata = pgTable(
  "tuf_metadata",
  {
    /** `root`, `targets`, `snapshot`, `timestamp`, or a vendor's role, which is its plugin's key. */
    role: text("role").notNull(),
    version: integer("version").notNull(),
    body: text("body").notNull(),
    expiresAt: instant("expires_at").notNull(),
    createdAt: instant("created_at").notNull(),
    createdBy: text("created_by").notNull(),
  },
  (table) => [primaryKey({ columns: [table.role, table.version] })],
);

/** Which expiries people were told of, and when: once a day until they are signed anew. */
export const tufExpiryWarnings = pgTable(
  "tuf_expiry_warnings",
  {
    role: text("role").notNull(),
    version: integer("version").notNull(),
    kind: text("kind", { enum: ["soon", "expired"] }).notNull(),
    at: instant("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.role, table.version, table.kind, table.at] })],
);
