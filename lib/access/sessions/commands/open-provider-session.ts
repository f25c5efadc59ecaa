import { eq } from "drizzle-orm";
import { z } from "zod";
import { people } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import { endPassword } from "@/lib/access/credentials/end-password";
import { defineCommand } from "@/lib/gateway/define-command";
import { LIMITS } from "@/lib/platform/limits";
import { beginSession } from "../begin-session";

type Person = typeof people.$inferSelect;

/**
 * From their first sign-in there on, the record belongs to whom the identity provider means by it, and to nobody who comes to hold the
 * address later. A password that only a tenant's administrator made possible ends then: somebody else may have chosen it.
 */
async function bindSubject(tx: WriterTx, person: Person, idpSubject: string, now: Date): Promise<void> {
  if (person.idpSubject !== null) return;
  await tx.update(people).set({ idpSubject, updatedAt: now }).where(eq(people.id, person.id));
  if (!person.bindsEverywhere) await endPassword(tx, person.id, now);
}

/**
 * Somebody comes from the identity provider, which vouches for their address. Only people with a record get in: none is made here.
 * Whoever is refused is told neither why nor whether there is a record. Run by `system:sign-in`, without an idempotency key.
 */
export const openProviderSession = defineCommand({
  name: "session.open-by-provider",
  permission: "system",
  input: z.strictObject({
    email: z.email().max(LIMITS.emailCharacters).toLowerCase(),
    /** `<issuer> <sub>` */
    idpSubject: z.string().min(3).max(1_024),
    agent: z.string().max(LIMITS.userAgentCharacters).default(""),
  }),

  async apply(tx, { email, idpSubject, agent }, { now, newId }) {
    const [person] = await tx.select().from(people).where(eq(people.email, email)).for("update");
    const [other] = await tx.select({ id: people.id }).from(people).where(eq(people.idpSubject, idpSubject));
    const isTheirs = person && (person.idpSubject === null || person.idpSubject === idpSubject) && (!other || other.id === person.id);
    const entering = person && isTheirs && !person.isDisabled ? person : null;
    if (entering) await bindSubject(tx, entering, idpSubject, now);
    const sessionId = entering && (await beginSession(tx, entering.id, { method: "oidc", agent }, { now, newId }));
    return {
      subject: `person:${person?.id ?? "unknown"}`,
      tenantId: null,
      before: null,
      after: { opened: entering !== null, email, session: sessionId, bound: entering?.idpSubject === null },
      result:
        entering && sessionId
          ? { opened: true as const, id: entering.id, email: entering.email, name: entering.name, sessionId }
          : { opened: false as const },
    };
  },
});
