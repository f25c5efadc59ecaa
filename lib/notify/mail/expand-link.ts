import { eq } from "drizzle-orm";
import { z } from "zod";
import { personNotices } from "@/db/schema/notify";
import { accessLinks, people } from "@/db/schema/people";
import { tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import type { CommandContext } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { languageOf } from "./find-recipients";
import { linkMail } from "./mail-text";
import { putMail } from "./put-mail";

const payloadSchema = z.object({ linkId: z.uuid(), email: z.string().nullish() });

/** Whose log the message is in, and which language is likely: those of somebody's only merchant, else the platform's. */
async function homeOf(tx: WriterTx, places: readonly string[]): Promise<{ tenantId: string; locale: string | null }> {
  const [only, ...others] = places;
  if (only === undefined || only === "*" || others.length > 0) return { tenantId: PLATFORM_TENANT, locale: null };
  const [tenant] = await tx.select({ id: tenants.id, locale: tenants.locale }).from(tenants).where(eq(tenants.id, only));
  return { tenantId: tenant?.id ?? PLATFORM_TENANT, locale: tenant?.locale ?? null };
}

/**
 * A one-time link that was made goes to its person's mailbox; one that was used or replaced meanwhile goes nowhere.
 *
 * @returns how many messages were written down
 */
export async function expandLink(tx: WriterTx, payload: Record<string, unknown>, context: CommandContext): Promise<number> {
  const { linkId, email } = payloadSchema.parse(payload);
  const [row] = await tx
    .select({ link: accessLinks, person: people, language: personNotices.language })
    .from(accessLinks)
    .leftJoin(people, eq(people.id, accessLinks.personId))
    .leftJoin(personNotices, eq(personNotices.personId, people.id))
    .where(eq(accessLinks.id, linkId));
  const to = row?.person?.email ?? email;
  if (!row || row.link.settledAt || !to) return 0;
  const { tenantId, locale } = await homeOf(tx, row.person?.tenants ?? []);
  const language = languageOf(row.language, locale);
  const mail = linkMail(row.link.kind, language, row.link.expiresAt);
  const common = { tenantId, event: "link.made", personId: row.person?.id ?? null, email: to, language, mail, linkId } as const;
  await putMail(tx, common, context);
  return 1;
}
