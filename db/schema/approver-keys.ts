import { sql } from "drizzle-orm";
import { foreignKey, index, integer, jsonb, pgTable, primaryKey, text, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { Envelope } from "@/lib/delivery/types";
import { bytea, instant } from "./columns";
import { people } from "./people";

/** The public half of a key that an approver signs with; the private half is nowhere in Center (docs/decisions/0009). */
export const approverKeys = pgTable(
  "approver_keys",
  {
    id: uuid("id").primaryKey(),
    /** Hex SHA-256 of the SPKI DER. */
    keyid: text("keyid").notNull().unique(),
    /** Base64 of the SPKI DER. */
    publicKey: text("public_key").notNull(),
    personId: uuid("person_id")
      .notNull()
      .references(() => people.id),
    /** The holder's address, as it is signed. */
    approver: text("approver").notNull(),
    madeIn: text("made_in", { enum: ["browser", "command_line"] }).notNull(),
    /** The statement by which the holder showed that the private half is theirs. */
    proof: jsonb("proof").$type<Envelope>().notNull(),
    status: text("status", { enum: ["enrolled", "vouched", "active", "revoked"] }).notNull(),
    enrolledAt: instant("enrolled_at").notNull(),
    vouchedAt: instant("vouched_at"),
    vouchedBy: text("vouched_by"),
    vouchedReason: text("vouched_reason"),
    revokedAt: instant("revoked_at"),
    revokedBy: text("revoked_by"),
    revokedReason: text("revoked_reason"),
  },
  (table) => [index("approver_keys_by_person").on(table.personId)],
);

/** A list of approvers' keys and how many of them it takes; agents accept it under the signatures of the approvers before it. */
export const trustDocuments = pgTable(
  "trust_documents",
  {
    id: uuid("id").primaryKey(),
    version: integer("version").notNull(),
    /** Exactly what is signed, in canonical form. */
    bytes: bytea("bytes").notNull(),
    /** `sha256:<hex>` of the bytes. */
    digest: text("digest").notNull(),
    threshold: integer("threshold").notNull(),
    status: text("status", { enum: ["awaiting", "in_force", "superseded", "void"] }).notNull(),
    /** With all its signatures, once enough have signed. */
    envelope: jsonb("envelope").$type<Envelope>(),
    proposedBy: text("proposed_by").notNull(),
    reason: text("reason").notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    settledAt: instant("settled_at"),
    settledBy: text("settled_by"),
    settledReason: text("settled_reason"),
  },
  (table) => [
    uniqueIndex("trust_documents_one_waiting").on(table.status).where(sql`${table.status} in ('awaiting', 'in_force')`),
    uniqueIndex("trust_documents_one_of_a_version").on(table.version).where(sql`${table.status} in ('in_force', 'superseded')`),
  ],
);

/** One approver's signature under one trust document. */
export const trustSignatures = pgTable(
  "trust_signatures",
  {
    documentId: uuid("document_id").notNull(),
    keyid: text("keyid").notNull(),
    approver: text("approver").notNull(),
    /** Base64, over the document's bytes as DSSE encodes them. */
    sig: text("sig").notNull(),
    at: instant("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.documentId, table.approver] }),
    unique("trust_signatures_one_key").on(table.documentId, table.keyid),
    foreignKey({ columns: [table.documentId], foreignColumns: [trustDocuments.id] }),
  ],
);
