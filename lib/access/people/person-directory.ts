import { eq } from "drizzle-orm";
import { people } from "@/db/schema/people";
import { read } from "@/lib/platform/scope";
import { findErased } from "../sealing/erased-address";
import type { Role } from "../types";
import { RecentLookUps } from "./recent-look-ups";

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

async function load(email: string): Promise<KnownPerson | null> {
  const row = await read({ kind: "set", ids: [] }, async (tx) => {
    const [known] = await tx.select().from(people).where(eq(people.email, email));
    // Whoever was erased was disabled, and stays so: no token of theirs speaks for itself again.
    return known ?? (await findErased(tx, email));
  });
  return row ? { ...row, roles: row.roles as Role[] } : null;
}

const recent = new RecentLookUps(load);

/** Looks a person up by e-mail address (lower case); a demotion is seen on every instance within LIMITS.powerCacheMs. */
export function findPerson(email: string): Promise<KnownPerson | null> {
  return recent.find(email);
}

/** Forgets what is kept of a person, so that this process sees a change of its own at once. */
export function forgetPerson(email: string): void {
  recent.forget(email);
}
