import { index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { PROOF_OUTCOMES } from "@/lib/modules/proving/types";
import { instant, tenantId } from "../columns";

/** One round of breaking the module that is there for it: how long each step of its healing took. Rows of the platform's own tenant. */
export const healProofs = pgTable(
  "heal_proofs",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    outcome: text("outcome", { enum: PROOF_OUTCOMES }).notNull(),
    beganAt: instant("began_at").notNull(),
    endedAt: instant("ended_at"),
    /** The incident that its breaking opened. */
    incidentId: uuid("incident_id"),
    /** From the fault to its incident. */
    detectMs: integer("detect_ms"),
    /** From the incident to the action that was decided. */
    decideMs: integer("decide_ms"),
    /** From the decision to its effect. */
    applyMs: integer("apply_ms"),
    /** From the fault until the action was shown to have helped. */
    healMs: integer("heal_ms"),
    /** From the second fault until a containment held its harm off. */
    containMs: integer("contain_ms"),
    /** From that fault's own end until the containment was taken back. */
    rollBackMs: integer("roll_back_ms"),
    /** Digest of the module's data before and after: equal, or nothing is proven. */
    digestBefore: text("digest_before"),
    digestAfter: text("digest_after"),
    /** What did not come, where it failed. */
    why: text("why"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index("heal_proofs_newest").on(table.tenantId, table.beganAt.desc().nullsLast()),
  ],
);
