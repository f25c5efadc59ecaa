import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { moduleIncidents, modulePages } from "@/db/schema/modules/incidents";
import { tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import type { CommandContext } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { environment } from "@/lib/platform/env";
import { languageOf } from "../mail/find-recipients";
import { modulePageMail } from "../mail/module-page-mail";
import { putMail } from "../mail/put-mail";
import type { KnownPerson } from "../paging/gather-facts";
import { gatherModuleFacts, type ModuleIncidentRow } from "../paging/gather-module-facts";
import { type NextPage, nextPage } from "../paging/next-page";

type Call = Extract<NextPage, { readonly do: "page" }>;

/** A call that is to be made, and for what. */
interface Calling {
  readonly incident: ModuleIncidentRow;
  readonly title: string;
  readonly call: Call;
  readonly who: KnownPerson;
}

async function writeCall(tx: WriterTx, { incident, title, call, who }: Calling, context: CommandContext) {
  const { id, tenantId, type, severity } = incident;
  const [tenant] = await tx.select({ name: tenants.name }).from(tenants).where(eq(tenants.id, tenantId));
  const language = languageOf(who.notices?.language ?? null, null);
  const tenant_name = tenantId === PLATFORM_TENANT ? null : (tenant?.name ?? null);
  const to = { language, publicUrl: environment().publicUrl, minutes: call.minutes, again: call.isAgain };
  const mail = modulePageMail({ incident_id: id, module: title, type, severity, tenant_name }, to);
  const at = {
    tenantId: PLATFORM_TENANT,
    event: "incident.page",
    personId: who.person.id,
    email: who.person.email,
    language,
    mail,
  } as const;
  return putMail(tx, at, context);
}

/**
 * Wakes whoever is next on call for a module's incident, or says in its timeline that nobody can be woken. As with a plugin's, the call, its
 * message, the timeline and the audit are one transaction, decided under the incident's lock.
 */
export const pageModule = defineCommand({
  name: "module-incident.page",
  permission: "system",
  isPolled: true,
  input: z.strictObject({ tenantId: z.uuid(), incidentId: z.uuid() }),

  async apply(tx, { tenantId, incidentId }, context) {
    const key = and(eq(moduleIncidents.tenantId, tenantId), eq(moduleIncidents.id, incidentId));
    const [incident] = await tx.select().from(moduleIncidents).where(key).for("update");
    if (!incident) refuse("not-found", `No incident ${incidentId}`);
    const [gathered] = await gatherModuleFacts(tx, [incident], context.now);
    if (!gathered) throw new Error("a module's incident was asked for and none was answered");
    const { facts, known, pages, title } = gathered;
    const next = nextPage(facts);
    if (next.do !== "page" && next.do !== "nobody" && next.do !== "exhausted") refuse("conflict", "Nobody is to be called now");
    if (next.do !== "page" && pages.some(({ kind }) => kind === next.do)) refuse("conflict", "It was said already");
    const step = pages.length + 1;
    const who = next.do === "page" ? known.find(({ person }) => person.id === next.personId) : undefined;
    const deliveryId = next.do === "page" && who ? await writeCall(tx, { incident, title, call: next, who }, context) : null;
    const row = { tenantId, incidentId, episode: incident.reopenedCount, step, kind: next.do, at: context.now, deliveryId };
    await tx.insert(modulePages).values({ ...row, personId: who?.person.id ?? null });
    const said = who
      ? `Called ${who.person.name}`
      : "Nobody is woken: no order on call covers it, nobody can be reached, or nobody answered";
    return {
      subject: `module-incident:${incidentId}`,
      tenantId,
      before: { calls: pages.length },
      after: { calls: step, kind: next.do, person: who?.person.id ?? null, delivery: deliveryId },
      events: [{ name: "module-incident.paged", payload: { moduleIncidentId: incidentId, moduleKey: incident.moduleKey } }],
      moduleTimeline: [{ incidentId, kind: next.do === "page" ? "paged" : "unpaged", summary: said, data: { step } }],
      result: { kind: next.do, person_id: who?.person.id ?? null, step },
    };
  },
});
