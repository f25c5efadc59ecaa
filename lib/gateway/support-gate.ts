import { and, eq, isNull } from "drizzle-orm";
import { supportSessions } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import type { Actor } from "@/lib/access/types";
import { refuse } from "@/lib/kernel/refusal";

/**
 * Support mode looks and never touches: whatever command it is, and whoever's rights it is seen with.
 * @throws Refusal forbidden with ERR_SUPPORT_READ_ONLY
 */
export function refuseWhileSupporting({ supporting }: Actor): void {
  if (!supporting) return;
  refuse("forbidden", `You look at the view of ${supporting.target.name} in support mode, which changes nothing: leave it first`, {
    code: "ERR_SUPPORT_READ_ONLY",
  });
}

/**
 * The same, asked of the database in the command's own transaction: a process that remembers a session from before it entered support
 * mode lets nothing through meanwhile.
 *
 * @throws Refusal forbidden with ERR_SUPPORT_READ_ONLY
 */
export async function requireNoSupport(tx: WriterTx, { kind, sessionId }: Actor): Promise<void> {
  if (kind !== "person" || sessionId === undefined) return;
  const open = and(eq(supportSessions.sessionId, sessionId), isNull(supportSessions.endedAt));
  const [held] = await tx.select({ id: supportSessions.id }).from(supportSessions).where(open);
  if (held)
    refuse("forbidden", "This session is in support mode, which changes nothing: leave it first", { code: "ERR_SUPPORT_READ_ONLY" });
}
