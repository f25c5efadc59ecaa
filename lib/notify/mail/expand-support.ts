import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { personNotices } from "@/db/schema/notify";
import { people, supportSessions } from "@/db/schema/people";
import { tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import type { CommandContext } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { languageOf } from "./find-recipients";
import { supportMail } from "./mail-text";
import { putMail } from "./put-mail";

const payloadSchema = z.object({ supportId: z.uuid() });

/** The person whose view is looked at; of a merchant, its own administrators. */
function toldOf(tx: WriterTx, { targetPerson, targetTenant }: typeof supportSessions.$inferSelect) {
  const isTold = targetPerson
    ? eq(people.id, targetPerson)
    : and(sql`${targetTenant}::text = any (${people.tenants})`, sql`'tenant_admin' = any (${people.roles})`, eq(people.isDisabled, false));
  return tx
    .select({ person: people, language: personNotices.language })
    .from(people)
    .leftJoin(personNotices, eq(personNotices.personId, people.id))
    .where(isTold)
    .orderBy(people.createdAt, people.id)
    .limit(LIMITS.mailRecipientsPerEvent);
}

/**
 * Somebody's view is being looked at, and they are told whatever else they chose to be told of.
 *
 * @returns how many messages were written down
 */
export async function expandSupport(tx: WriterTx, payload: Record<string, unknown>, context: CommandContext): Promise<number> {
  const { supportId } = payloadSchema.parse(payload);
  const [support] = await tx.select().from(supportSessions).where(eq(supportSessions.id, supportId));
  if (!support) return 0;
  const [helper] = await tx.select().from(people).where(eq(people.id, support.personId));
  const told = await toldOf(tx, support);
  for (const { person, language: chosen } of told) {
    const [only, ...others] = person.tenants;
    const isHome = only !== undefined && only !== "*" && others.length === 0;
    const [tenant] = isHome ? await tx.select().from(tenants).where(eq(tenants.id, only)) : [];
    const language = languageOf(chosen, tenant?.locale ?? null);
    const { reason, startedAt, endsAt } = support;
    const facts = { helper: `${helper?.name ?? ""} (${helper?.email ?? ""})`, isMerchant: support.targetPerson === null, reason };
    const mail = supportMail({ ...facts, startedAt, endsAt }, { language, publicUrl: environment().publicUrl });
    const to = { tenantId: tenant?.id ?? PLATFORM_TENANT, personId: person.id, email: person.email, language };
    await putMail(tx, { ...to, event: "support.entered", mail }, context);
  }
  return told.length;
}
