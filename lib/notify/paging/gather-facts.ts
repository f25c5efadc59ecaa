import { and, asc, eq, inArray, ne, notInArray } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { pluginIncidents } from "@/db/schema/incidents";
import { personNotices } from "@/db/schema/notify";
import { incidentPages, onCallOrders } from "@/db/schema/on-call";
import { people } from "@/db/schema/people";
import { may } from "@/lib/access/roles";
import type { Role } from "@/lib/access/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { environment } from "@/lib/platform/env";
import { type OnCallPerson, orderFor, type PagingFacts, type SentPage } from "./next-page";

/** Reads within a reader's transaction, or within a command's. */
export type Selecting = Pick<PostgresJsDatabase, "select">;
export type PagedRow = typeof pluginIncidents.$inferSelect;

/** All orders of the installation. */
export function readOrders(tx: Selecting) {
  return tx.select().from(onCallOrders).where(eq(onCallOrders.tenantId, PLATFORM_TENANT));
}

/** People by their ids, with how they want to be woken; ids that nobody has are left out. */
export async function readPeople(tx: Selecting, ids: readonly string[]) {
  if (ids.length === 0) return [];
  return tx
    .select({ person: people, notices: personNotices })
    .from(people)
    .leftJoin(personNotices, eq(personNotices.personId, people.id))
    .where(inArray(people.id, [...ids]));
}
export type KnownPerson = Awaited<ReturnType<typeof readPeople>>[number];

/** Whether somebody could acknowledge an incident of this tenant. */
function mayAcknowledge({ roles, tenants }: KnownPerson["person"], tenantId: string): boolean {
  const reaches = tenants.includes("*") || tenants.includes(tenantId);
  return reaches && may({ kind: "person", roles: roles as Role[] }, "incident:write");
}

/** What of somebody decides whether they are woken for an incident of this tenant. */
export function onCallPerson({ person, notices }: KnownPerson, tenantId: string): OnCallPerson {
  const { timeZone = null, quietFrom = null, quietTo = null, criticalWakes = false } = notices ?? {};
  const quiet = timeZone !== null && quietFrom !== null && quietTo !== null ? { timeZone, from: quietFrom, to: quietTo } : null;
  return { id: person.id, isDisabled: person.isDisabled, mayAct: mayAcknowledge(person, tenantId), quiet, criticalWakes };
}

/** Rows of the calls that were made for an incident since it last came back, oldest first. */
function readPages(tx: Selecting, { tenantId, id, reopenedCount }: PagedRow) {
  const ofEpisode = and(eq(incidentPages.tenantId, tenantId), eq(incidentPages.incidentId, id), eq(incidentPages.episode, reopenedCount));
  return tx.select().from(incidentPages).where(ofEpisode).orderBy(asc(incidentPages.step));
}

/** Whether an incident of the whole fleet is open that explains this one. */
async function isOfFleet(tx: Selecting, { id, type, pluginKey }: PagedRow): Promise<boolean> {
  if (type === "fleet") return false;
  const live = notInArray(pluginIncidents.status, ["resolved", "closed"]);
  const same = and(eq(pluginIncidents.type, "fleet"), eq(pluginIncidents.pluginKey, pluginKey), ne(pluginIncidents.id, id), live);
  const rows = await tx.select({ id: pluginIncidents.id }).from(pluginIncidents).where(same).limit(1);
  return rows.length > 0;
}

type PageRow = Awaited<ReturnType<typeof readPages>>[number];

function sentOf(pages: readonly PageRow[]): SentPage[] {
  return pages.flatMap(({ kind, personId, at }) => (kind === "page" && personId !== null ? [{ personId, at }] : []));
}

/** Everything that decides who is woken for an incident now, with the rows that it was read from. */
export async function gatherFacts(tx: Selecting, incident: PagedRow, now: Date) {
  const order = orderFor(await readOrders(tx), incident);
  const known = await readPeople(tx, order?.people ?? []);
  const pages = await readPages(tx, incident);
  const { type, severity, status } = incident;
  const facts: PagingFacts = {
    incident: { type, severity, status, isAcknowledged: incident.acknowledgedAt !== null, isOfFleet: await isOfFleet(tx, incident) },
    order,
    people: known.map((person) => onCallPerson(person, incident.tenantId)),
    sent: sentOf(pages),
    hasMail: environment().mail !== null,
    now,
  };
  return { facts, known, pages };
}
