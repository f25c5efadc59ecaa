import { eq } from "drizzle-orm";
import { z } from "zod";
import { fleetIncidents } from "@/db/schema/incidents";
import { fleetPages } from "@/db/schema/on-call";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import type { CommandContext } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { environment } from "@/lib/platform/env";
import { languageOf } from "../mail/find-recipients";
import { fleetPageMail } from "../mail/mail-text";
import { putMail } from "../mail/put-mail";
import type { KnownPerson } from "../paging/gather-facts";
import { type FleetRow, gatherFleetFacts } from "../paging/gather-fleet-facts";
import { type NextPage, nextPage } from "../paging/next-page";
import { factsOfFleet } from "./fleet-facts";

type Call = Extract<NextPage, { readonly do: "page" }>;

async function writeCall(tx: WriterTx, fleet: FleetRow, call: Call, { person, notices }: KnownPerson, context: CommandContext) {
  const language = languageOf(notices?.language ?? null, null);
  const to = { language, publicUrl: environment().publicUrl, minutes: call.minutes, again: call.isAgain };
  const mail = fleetPageMail(await factsOfFleet(tx, fleet), to);
  const at = { tenantId: PLATFORM_TENANT, event: "incident.page", personId: person.id, email: person.email, language, mail } as const;
  return putMail(tx, at, context);
}

/**
 * Wakes whoever is next on call for what many merchants have at once: one call for all of them, by the fleet incident's own address.
 * As with a single incident, the call, its message and the audit are one transaction, decided under the fleet incident's lock.
 */
export const pageFleet = defineCommand({
  name: "fleet.page",
  permission: "system",
  isPolled: true,
  input: z.strictObject({ fleetId: z.uuid() }),

  async apply(tx, { fleetId }, context) {
    const [fleet] = await tx.select().from(fleetIncidents).where(eq(fleetIncidents.id, fleetId)).for("update");
    if (!fleet) refuse("not-found", `No fleet incident ${fleetId}`);
    const [gathered] = await gatherFleetFacts(tx, [fleet], context.now);
    if (!gathered) throw new Error("a fleet incident was asked for and none was answered");
    const { facts, known, pages } = gathered;
    const next = nextPage(facts);
    if (next.do !== "page" && next.do !== "nobody" && next.do !== "exhausted") refuse("conflict", "Nobody is to be called now");
    if (next.do !== "page" && pages.some(({ kind }) => kind === next.do)) refuse("conflict", "It was said already");
    const step = pages.length + 1;
    const who = next.do === "page" ? known.find(({ person }) => person.id === next.personId) : undefined;
    const deliveryId = next.do === "page" && who ? await writeCall(tx, fleet, next, who, context) : null;
    const personId = who?.person.id ?? null;
    await tx.insert(fleetPages).values({ tenantId: PLATFORM_TENANT, fleetId, step, kind: next.do, at: context.now, personId, deliveryId });
    return {
      subject: `fleet:${fleetId}`,
      tenantId: null,
      before: { calls: pages.length },
      after: { calls: step, kind: next.do, person: personId, delivery: deliveryId },
      events: [{ name: "fleet.paged", payload: { fleetId } }],
      result: { kind: next.do, person_id: personId, step },
    };
  },
});
