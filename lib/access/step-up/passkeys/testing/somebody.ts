import { randomUUID } from "node:crypto";
import { createPerson } from "@/lib/access/commands/create-person";
import { systemActor } from "@/lib/access/system-actor";
import type { Actor } from "@/lib/access/types";
import { runCommand } from "@/lib/gateway/run-command";
import { personActor } from "@/test/actors";
import { openAs } from "@/test/database/open-as";

type Somebody = Actor & { readonly personId: string };

/** Somebody new with a record, made a while ago. */
export async function makeSomebody(): Promise<Somebody> {
  const email = `${randomUUID()}@center.test`;
  const input = { email, name: "Somebody", roles: ["approver" as const], tenants: ["*"] };
  const madeAt = new Date(Date.now() - 3_600_000);
  const { id } = await runCommand(createPerson, { input, actor: systemActor("fixtures", "operate"), now: madeAt });
  return { ...personActor(["approver"], undefined, email), personId: id };
}

/** What the audit says about the newest thing somebody did. */
export async function lastAudit({ personId }: Somebody): Promise<Record<string, unknown>> {
  const owner = openAs("owner");
  const [row] = await owner<{ after: Record<string, unknown> }[]>`
    select after from audit_entries where subject = ${`person:${personId}`} order by xid desc limit 1`;
  await owner.end();
  return row?.after ?? {};
}
