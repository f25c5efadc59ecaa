import { and, desc, eq, gt, gte, isNull } from "drizzle-orm";
import { people, personSessions } from "@/db/schema/people";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import type { Actor } from "../types";

const NOBODY = { kind: "set", ids: [] } as const;

function sessionItem(row: typeof personSessions.$inferSelect, currentId: string | undefined) {
  const idleEnd = row.seenAt.getTime() + (LIMITS.personSessionIdleSeconds + LIMITS.sessionSightingSeconds) * 1_000;
  const lastEnd = row.startedAt.getTime() + LIMITS.personSessionTotalSeconds * 1_000;
  return {
    id: row.id,
    method: row.method,
    agent: row.agent,
    started_at: row.startedAt.toISOString(),
    seen_at: row.seenAt.toISOString(),
    /** At the latest, should nobody touch it again. */
    ends_at: new Date(Math.min(idleEnd, lastEnd)).toISOString(),
    is_current: row.id === currentId,
  };
}

async function openSessions(whose: { readonly id: string } | { readonly email: string }, currentId: string | undefined, now: Date) {
  const before = (seconds: number) => new Date(now.getTime() - seconds * 1_000);
  const rows = await read(NOBODY, (tx) =>
    tx
      .select({ session: personSessions })
      .from(personSessions)
      .innerJoin(people, eq(people.id, personSessions.personId))
      .where(
        and(
          "id" in whose ? eq(people.id, whose.id) : eq(people.email, whose.email),
          isNull(personSessions.endedAt),
          gte(personSessions.startedAt, people.sessionsValidFrom),
          gt(personSessions.startedAt, before(LIMITS.personSessionTotalSeconds)),
          gt(personSessions.seenAt, before(LIMITS.personSessionIdleSeconds + LIMITS.sessionSightingSeconds)),
        ),
      )
      .orderBy(desc(personSessions.seenAt), desc(personSessions.id))
      .limit(LIMITS.sessionsShown),
  );
  return { items: rows.map(({ session }) => sessionItem(session, currentId)), next_cursor: null };
}

/** The sessions of whoever asks that still count, the one asked by first known as such. */
export function listOwnSessions(actor: Actor, now: Date) {
  return openSessions({ email: actor.email ?? "" }, actor.sessionId, now);
}

/** Somebody's sessions that still count; whether the caller may see that person is asked before. */
export function listSessionsOf(personId: string, actor: Actor, now: Date) {
  return openSessions({ id: personId }, actor.sessionId, now);
}
