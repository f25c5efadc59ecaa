import { and, eq } from "drizzle-orm";
import { auditEntries } from "@/db/schema/spine";
import { scopeFor } from "@/lib/access/system-actor";
import { read } from "@/lib/platform/scope";
import { ACCEPT_RESTORE, type LostSpan, lostSpan, RESTORE_SUBJECT } from "./lost-span";

/** Every span of the log that was ever accepted as lost, as the log itself says: so that none can be made up beside it. */
export async function readLostSpans(): Promise<LostSpan[]> {
  const { subject, command, outcome, after } = auditEntries;
  const isAccepted = and(eq(subject, RESTORE_SUBJECT), eq(command, ACCEPT_RESTORE), eq(outcome, "done"));
  const rows = await read(scopeFor("seal"), (tx) => tx.select({ after }).from(auditEntries).where(isAccepted));
  return rows.map((row) => lostSpan.parse((row.after as { span: unknown }).span));
}
