import { personSessions } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import type { CommandContext } from "@/lib/gateway/types";
import { LIMITS } from "@/lib/platform/limits";

/** Writes down that somebody has a session from here on. @returns its id, which the browser's cookie names */
export async function beginSession(
  tx: WriterTx,
  personId: string,
  given: { readonly method: "password" | "oidc"; readonly agent: string },
  { now, newId }: Pick<CommandContext, "now" | "newId">,
): Promise<string> {
  const id = newId();
  const agent = given.agent.slice(0, LIMITS.userAgentCharacters);
  await tx.insert(personSessions).values({ id, personId, method: given.method, agent, startedAt: now, seenAt: now });
  return id;
}
