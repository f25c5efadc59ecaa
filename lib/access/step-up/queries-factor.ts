import { desc, eq } from "drizzle-orm";
import { totpFactors } from "@/db/schema/approvals";
import { passkeys } from "@/db/schema/passkeys";
import { people } from "@/db/schema/people";
import { environment } from "@/lib/platform/env";
import { type ReaderTx, read } from "@/lib/platform/scope";
import type { Actor } from "../types";
import { addPasskeyDigest, removePasskeyDigest, replacementDigest } from "./access-digests";
import { relyingParty } from "./passkeys/relying-party";

async function passkeysOf(tx: ReaderTx, personId: string) {
  const { id, name, createdAt, lastUsedAt, suspendedAt } = passkeys;
  const rows = await tx
    .select({ id, name, createdAt, lastUsedAt, suspendedAt })
    .from(passkeys)
    .where(eq(passkeys.personId, personId))
    .orderBy(desc(passkeys.createdAt), desc(passkeys.id));
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    created_at: row.createdAt.toISOString(),
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
    suspended_at: row.suspendedAt?.toISOString() ?? null,
    removal_digest: removePasskeyDigest(row.id),
  }));
}

/** By what somebody can show that it is them, what each change of that is shown a factor for, and why there can be no passkeys here. */
export async function showFactor(actor: Actor) {
  const email = actor.email ?? "";
  const { person, items } = await read({ kind: "set", ids: [] }, async (tx) => {
    const [row] = await tx
      .select({ id: people.id, confirmedAt: totpFactors.confirmedAt, lockedUntil: totpFactors.lockedUntil })
      .from(people)
      .leftJoin(totpFactors, eq(totpFactors.personId, people.id))
      .where(eq(people.email, email));
    return { person: row, items: row ? await passkeysOf(tx, row.id) : [] };
  });
  const party = relyingParty(environment().publicUrl);
  return {
    known: person !== undefined,
    enrolled: person?.confirmedAt != null,
    locked_until: person?.lockedUntil?.toISOString() ?? null,
    replacement_digest: replacementDigest(email),
    passkeys: { items, impossible: typeof party === "string" ? party : null, adding_digest: addPasskeyDigest(email) },
  };
}
