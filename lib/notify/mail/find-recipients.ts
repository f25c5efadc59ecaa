import { and, eq, gt, inArray, ne, or, sql } from "drizzle-orm";
import { personNotices, tenantNotices, webhookDeliveries } from "@/db/schema/notify";
import { people } from "@/db/schema/people";
import { tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { Severity } from "@/lib/kernel/severity";
import { LIMITS } from "@/lib/platform/limits";
import { wantsMail } from "../choices/default-events";
import type { NotificationEvent } from "../types";
import type { Language } from "./mail-text";

/** Somebody who is told by e-mail. */
export interface MailRecipient {
  readonly personId: string;
  readonly email: string;
  readonly language: Language;
  /** Under whose name the message is on record: a merchant sees its own people's, ops' are the platform's. */
  readonly tenantId: string;
  /** Whether this is the last message of theirs within this hour. */
  readonly isLast: boolean;
}

export function languageOf(own: string | null, merchants: string | null): Language {
  return (own ?? merchants) === "fr" ? "fr" : "en";
}

/** How many messages each of these people got within the last hour; calls in the night are not counted, and never held back. */
async function countsOf(tx: WriterTx, personIds: readonly string[], now: Date): Promise<ReadonlyMap<string, number>> {
  if (personIds.length === 0) return new Map();
  const anHourAgo = new Date(now.getTime() - 3_600_000);
  const ofLate = and(
    inArray(webhookDeliveries.personId, [...personIds]),
    gt(webhookDeliveries.createdAt, anHourAgo),
    ne(webhookDeliveries.event, "incident.page"),
  );
  const rows = await tx
    .select({ personId: webhookDeliveries.personId, count: sql<number>`count(*)::int` })
    .from(webhookDeliveries)
    .where(ofLate)
    .groupBy(webhookDeliveries.personId);
  return new Map(rows.map(({ personId, count }) => [personId ?? "", count]));
}

async function candidates(tx: WriterTx, tenantId: string) {
  const isEverywhere = sql`'*' = any (${people.tenants})`;
  const reaches = tenantId === PLATFORM_TENANT ? isEverywhere : or(isEverywhere, sql`${tenantId} = any (${people.tenants})`);
  return tx
    .select({ person: people, notices: personNotices })
    .from(people)
    .leftJoin(personNotices, eq(personNotices.personId, people.id))
    .where(and(eq(people.isDisabled, false), reaches))
    .orderBy(people.createdAt, people.id)
    .limit(LIMITS.mailRecipientsPerEvent);
}

/** Who is told of an event of a tenant by e-mail, and in which language. */
export async function findRecipients(
  tx: WriterTx,
  tenantId: string,
  event: NotificationEvent,
  severity: Severity | null,
  now: Date,
): Promise<MailRecipient[]> {
  const [merchant] = await tx
    .select({ locale: tenants.locale, events: tenantNotices.emailEvents })
    .from(tenants)
    .leftJoin(tenantNotices, eq(tenantNotices.tenantId, tenants.id))
    .where(eq(tenants.id, tenantId));
  const told = { severity, merchantEvents: merchant?.events ?? null };
  const wanting = (await candidates(tx, tenantId)).filter(({ person, notices }) =>
    wantsMail({ ...person, ownEvents: notices?.emailEvents ?? null }, event, told),
  );
  const counts = await countsOf(
    tx,
    wanting.map(({ person }) => person.id),
    now,
  );
  return wanting.flatMap(({ person, notices }) => {
    const before = counts.get(person.id) ?? 0;
    if (before >= LIMITS.mailsPerPersonPerHour) return [];
    const isOps = person.tenants.includes("*");
    return {
      personId: person.id,
      email: person.email,
      language: languageOf(notices?.language ?? null, isOps ? null : (merchant?.locale ?? null)),
      tenantId: isOps ? PLATFORM_TENANT : tenantId,
      isLast: before + 1 === LIMITS.mailsPerPersonPerHour,
    };
  });
}
