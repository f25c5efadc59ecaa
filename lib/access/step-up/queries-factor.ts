import { eq } from "drizzle-orm";
import { totpFactors } from "@/db/schema/approvals";
import { people } from "@/db/schema/people";
import { read } from "@/lib/platform/scope";
import type { Actor } from "../types";
import { replacementDigest } from "./access-digests";

/** Whether somebody has a second factor that counts, and what they enter a code for to replace it. */
export async function showFactor(actor: Actor) {
  const email = actor.email ?? "";
  const [row] = await read({ kind: "set", ids: [] }, (tx) =>
    tx
      .select({ confirmedAt: totpFactors.confirmedAt, lockedUntil: totpFactors.lockedUntil })
      .from(people)
      .leftJoin(totpFactors, eq(totpFactors.personId, people.id))
      .where(eq(people.email, email)),
  );
  return {
    known: row !== undefined,
    enrolled: row?.confirmedAt != null,
    locked_until: row?.lockedUntil?.toISOString() ?? null,
    replacement_digest: replacementDigest(email),
  };
}
