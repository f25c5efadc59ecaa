import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { people, personClients, personCredentials } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import { verifyPassword } from "@/lib/access/credentials/password";
import { defineCommand } from "@/lib/gateway/define-command";
import { LIMITS } from "@/lib/platform/limits";
import { countKnownWrong, countStrangersWrong, isLocked, NO_TRIES, type Tries } from "../people/count-tries";
import { type ClientRow, lockClient } from "../people/lock-client";
import { beginSession } from "../sessions/begin-session";

type Credentials = typeof personCredentials.$inferSelect;

async function findByEmail(tx: WriterTx, email: string) {
  const [found] = await tx
    .select({ person: people, credentials: personCredentials })
    .from(people)
    .leftJoin(personCredentials, eq(personCredentials.personId, people.id))
    .where(eq(people.email, email));
  return found ?? { person: null, credentials: null };
}

/** What is counted at a place, and of all places together that never succeeded. */
interface Counts {
  readonly here: Tries;
  readonly strangers: Tries;
}

/** The counts after one more try; while it is locked out, none counts. */
function afterTry(counts: Counts, opened: boolean, isKnown: boolean, now: Date): Counts {
  if (opened) return { here: NO_TRIES, strangers: NO_TRIES };
  if (isKnown) return { ...counts, here: countKnownWrong(counts.here, now) };
  return {
    here: countStrangersWrong(counts.here, LIMITS.signInFailuresBeforeLock, now),
    strangers: countStrangersWrong(counts.strangers, LIMITS.signInFailuresOfStrangers, now),
  };
}

async function keepCounts(tx: WriterTx, client: ClientRow, { here, strangers }: Counts, opened: boolean, now: Date): Promise<void> {
  const { personId } = client;
  await tx
    .update(personCredentials)
    .set({ failures: strangers.failures, lockedUntil: strangers.lockedUntil, updatedAt: now })
    .where(eq(personCredentials.personId, personId));
  await tx
    .update(personClients)
    .set({ failures: here.failures, lockedUntil: here.lockedUntil, succeededAt: opened ? now : client.succeededAt, updatedAt: now })
    .where(and(eq(personClients.personId, personId), eq(personClients.client, client.client)));
}

/** Locks a person's credentials, so that tries that come at once are counted one by one. */
async function lockCredentials(tx: WriterTx, seen: Credentials): Promise<Credentials> {
  const [locked] = await tx.select().from(personCredentials).where(eq(personCredentials.personId, seen.personId)).for("update");
  return locked ?? seen;
}

/**
 * Somebody signs in with a password. A wrong one is counted and answered `opened: false`, which commits, where a refusal
 * would undo the count; the answer never says whether the person exists, is disabled or is locked out.
 *
 * Wrong ones are counted by the place they come from (`client`, lib/access/adapters/client-address.ts): a place that never succeeded is
 * locked out, all such places together too, while one that succeeded before is only slowed down. So nobody elsewhere locks a person out
 * where they usually are. Run by `system:sign-in`, without an idempotency key.
 */
export const openSession = defineCommand({
  name: "session.open",
  permission: "system",
  input: z.strictObject({
    email: z.string().min(1).max(LIMITS.emailCharacters).toLowerCase(),
    password: z.string().max(LIMITS.passwordMaxBytes * 4),
    client: z.string().max(64).default(""),
    agent: z.string().max(LIMITS.userAgentCharacters).default(""),
  }),

  async apply(tx, { email, password, client, agent }, { now, newId }) {
    const { person, credentials } = await findByEmail(tx, email);
    // Before the row is locked: hashing takes long, and whoever guesses must not make others wait.
    const isRight = await verifyPassword(credentials?.passwordHash ?? null, password);
    if (!person || !credentials) {
      return { subject: "person:unknown", tenantId: null, before: null, after: { opened: false }, result: { opened: false as const } };
    }
    const known = await lockCredentials(tx, credentials);
    const place = await lockClient(tx, person.id, client, now);
    const isKnown = place.succeededAt !== null;
    const before: Counts = { here: place, strangers: known };
    const isShut = isLocked(before.here, now) || (!isKnown && isLocked(before.strangers, now));
    const opened = isRight && !isShut && !person.isDisabled && known.passwordHash === credentials.passwordHash;
    const after = isShut ? before : afterTry(before, opened, isKnown, now);
    await keepCounts(tx, place, after, opened, now);
    const sessionId = opened ? await beginSession(tx, person.id, { method: "password", agent }, { now, newId }) : null;
    const told = ({ here, strangers }: Counts) => ({
      client,
      failures: here.failures,
      locked_until: here.lockedUntil,
      strangers: { failures: strangers.failures, locked_until: strangers.lockedUntil },
    });
    return {
      subject: `person:${person.id}`,
      tenantId: null,
      before: told(before),
      after: { opened, session: sessionId, ...told(after) },
      result: sessionId
        ? { opened: true as const, id: person.id, email: person.email, name: person.name, sessionId }
        : { opened: false as const },
    };
  },
});
