import { eq } from "drizzle-orm";
import { people } from "@/db/schema/people";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import type { Role } from "../types";

/** What Center's own record says of a person; it cuts what a token claims. */
export interface KnownPerson {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly tenants: readonly string[];
  readonly bindsEverywhere: boolean;
  readonly isDisabled: boolean;
  readonly sessionsValidFrom: Date;
}

interface Entry {
  readonly readAtMs: number;
  readonly person: Promise<KnownPerson | null>;
}

const cache = new Map<string, Entry>();

async function load(email: string): Promise<KnownPerson | null> {
  const [row] = await read({ kind: "set", ids: [] }, (tx) => tx.select().from(people).where(eq(people.email, email)));
  return row ? { ...row, roles: row.roles as Role[] } : null;
}

/**
 * Looks a person up by e-mail address (lower case). Kept for LIMITS.powerCacheMs, so that a demotion is seen on every
 * instance within that time; measured by the process' own steady clock, which nobody sets back.
 */
export function findPerson(email: string): Promise<KnownPerson | null> {
  const nowMs = performance.now();
  const hit = cache.get(email);
  if (hit && nowMs - hit.readAtMs < LIMITS.powerCacheMs) return hit.person;
  const person = load(email);
  cache.delete(email);
  cache.set(email, { readAtMs: nowMs, person });
  // A Map keeps insertion order, so the first is the one read longest ago.
  const [oldest] = cache.keys();
  if (cache.size > LIMITS.personCacheEntries && oldest !== undefined) cache.delete(oldest);
  person.catch(() => cache.delete(email));
  return person;
}

/** Forgets what is kept of a person, so that this process sees a change of its own at once. */
export function forgetPerson(email: string): void {
  cache.delete(email);
}
