import { webhookDeliveries } from "@/db/schema/notify";
import type { WriterTx } from "@/db/writer";
import type { CommandContext } from "@/lib/gateway/types";
import { isUrgent } from "../retry-schedule";
import type { MessageEvent } from "../types";
import type { Language, MailText } from "./mail-text";

interface PutMail {
  readonly tenantId: string;
  readonly event: MessageEvent;
  readonly personId: string | null;
  readonly email: string;
  readonly language: Language;
  readonly mail: MailText;
  readonly incidentId?: string | null;
  readonly linkId?: string;
}

/** Writes a message to a mailbox down, to be sent after this transaction: it is sent if and only if that is committed. */
export async function putMail(tx: WriterTx, given: PutMail, { now, newId }: Pick<CommandContext, "now" | "newId">): Promise<string> {
  const id = newId();
  await tx.insert(webhookDeliveries).values({
    tenantId: given.tenantId,
    id,
    channel: "email",
    personId: given.personId,
    recipient: given.email,
    subject: given.mail.subject,
    body: given.mail.text,
    language: given.language,
    linkId: given.linkId ?? null,
    incidentId: given.incidentId ?? null,
    event: given.event,
    isUrgent: isUrgent(given.event),
    status: "waiting",
    nextAttemptAt: now,
    createdAt: now,
  });
  return id;
}
