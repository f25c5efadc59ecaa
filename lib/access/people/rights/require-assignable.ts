import { eq } from "drizzle-orm";
import { people } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import type { Actor } from "@/lib/access/types";
import { refuse } from "@/lib/kernel/refusal";

/** Anyone may take an incident themselves; others must be known here and have its tenant. */
export async function requireAssignable(tx: WriterTx, email: string, tenantId: string, actor: Actor): Promise<void> {
  if (email === actor.email) return;
  const [person] = await tx.select({ tenants: people.tenants, isDisabled: people.isDisabled }).from(people).where(eq(people.email, email));
  const mayWork = person !== undefined && !person.isDisabled && (person.tenants.includes("*") || person.tenants.includes(tenantId));
  if (!mayWork)
    refuse("invalid", "Nobody of that address works for this tenant", {
      errors: [{ path: "assignee", message: "is not known for this tenant" }],
    });
}
