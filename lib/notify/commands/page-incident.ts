import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { pluginIncidents } from "@/db/schema/incidents";
import { incidentPages } from "@/db/schema/on-call";
import { plugins, tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import type { CommandContext } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { environment } from "@/lib/platform/env";
import { languageOf } from "../mail/find-recipients";
import { pageMail } from "../mail/mail-text";
import { putMail } from "../mail/put-mail";
import { gatherFacts, type KnownPerson, type PagedRow } from "../paging/gather-facts";
import { type NextPage, nextPage } from "../paging/next-page";

type Call = Extract<NextPage, { readonly do: "page" }>;

/** What the timeline says where nobody is called, once for each time that the incident came. */
const NOBODY = {
  no_order: "Nobody is woken: no order on call covers this incident",
  no_mail: "Nobody is woken: no mail server is set (SMTP_URL)",
  none_reachable: "Nobody is woken: of those on call nobody may act on this incident",
} as const;
const EXHAUSTED = "Everybody on call was called often enough and nobody answered; nobody is called any more";

async function writeCall(tx: WriterTx, incident: PagedRow, call: Call, who: KnownPerson, context: CommandContext) {
  const [plugin] = await tx
    .select({ tenant_name: tenants.name, plugin_key: plugins.pluginKey })
    .from(plugins)
    .innerJoin(tenants, eq(tenants.id, plugins.tenantId))
    .where(and(eq(plugins.tenantId, incident.tenantId), eq(plugins.id, incident.pluginId)));
  if (!plugin) refuse("not-found", `No plugin ${incident.pluginId}`);
  const { person, notices } = who;
  const language = languageOf(notices?.language ?? null, null);
  const about = { tenant_id: incident.tenantId, plugin_id: incident.pluginId, ...plugin };
  const facts = { ...about, incident_id: incident.id, incident_type: incident.type, severity: incident.severity };
  const mail = pageMail(facts, { language, publicUrl: environment().publicUrl, minutes: call.minutes, again: call.isAgain });
  const to = { tenantId: PLATFORM_TENANT, event: "incident.page", personId: person.id, email: person.email, language, mail } as const;
  return putMail(tx, { ...to, incidentId: incident.id }, context);
}

/**
 * Wakes whoever is next on call for an incident, or says in its timeline that nobody can be woken. Who that is is decided under the
 * incident's lock; the call, its message, the timeline and the audit are one transaction, so that a crash calls nobody twice and leaves
 * nobody out. Asked again with nothing to do, it is a conflict.
 */
export const pageIncident = defineCommand({
  name: "incident.page",
  permission: "system",
  isPolled: true,
  input: z.strictObject({ tenantId: z.uuid(), incidentId: z.uuid() }),

  async apply(tx, { tenantId, incidentId }, context) {
    const { now } = context;
    const key = and(eq(pluginIncidents.tenantId, tenantId), eq(pluginIncidents.id, incidentId));
    const [incident] = await tx.select().from(pluginIncidents).where(key).for("update");
    if (!incident) refuse("not-found", `No incident ${incidentId}`);
    const [gathered] = await gatherFacts(tx, [incident], now);
    if (!gathered) throw new Error("an incident was asked for and none was answered");
    const { facts, known, pages } = gathered;
    const next = nextPage(facts);
    if (next.do !== "page" && next.do !== "nobody" && next.do !== "exhausted") refuse("conflict", "Nobody is to be called now");
    if (next.do !== "page" && pages.some(({ kind }) => kind === next.do)) refuse("conflict", "It was said already");
    const step = pages.length + 1;
    const row = { tenantId, incidentId, episode: incident.reopenedCount, step, kind: next.do, at: now };
    const who = next.do === "page" ? known.find(({ person }) => person.id === next.personId) : undefined;
    const deliveryId = next.do === "page" && who ? await writeCall(tx, incident, next, who, context) : null;
    await tx.insert(incidentPages).values({ ...row, personId: who?.person.id ?? null, deliveryId });
    const said = next.do === "nobody" ? NOBODY[next.why] : next.do === "exhausted" ? EXHAUSTED : `Called ${who?.person.name ?? "somebody"}`;
    return {
      subject: `incident:${incidentId}`,
      tenantId,
      before: { calls: pages.length },
      after: { calls: step, kind: next.do, person: who?.person.id ?? null, delivery: deliveryId },
      events: [{ name: "incident.paged", payload: { incidentId, pluginId: incident.pluginId } }],
      timeline: [{ incidentId, kind: next.do === "page" ? "paged" : "unpaged", summary: said, data: { step } }],
      result: { kind: next.do, person_id: who?.person.id ?? null, step },
    };
  },
});
