import { eq } from "drizzle-orm";
import { personSessions } from "@/db/schema/people";
import { read } from "@/lib/platform/scope";
import { RecentLookUps } from "../people/recent-look-ups";

/** What Center itself says of a browser session; its cookie only names it. */
export type KnownSession = Pick<typeof personSessions.$inferSelect, "id" | "personId" | "method" | "startedAt" | "seenAt" | "endedAt">;

async function load(sessionId: string): Promise<KnownSession | null> {
  const [row] = await read({ kind: "set", ids: [] }, (tx) => tx.select().from(personSessions).where(eq(personSessions.id, sessionId)));
  return row ?? null;
}

const recent = new RecentLookUps(load);

/** Looks a session up; that it was ended is seen on every instance within LIMITS.powerCacheMs. */
export function findSession(sessionId: string): Promise<KnownSession | null> {
  return recent.find(sessionId);
}

/** Forgets what is kept of a session, so that this process sees a change of its own at once. */
export function forgetSession(sessionId: string): void {
  recent.forget(sessionId);
}
