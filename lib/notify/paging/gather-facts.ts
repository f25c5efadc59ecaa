import { asc, eq, inArray } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { pluginIncidents } from "@/db/schema/incidents";
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

/** Rows of the calls that were made for some incidents since each last came back, oldest first. */
async function readPages(tx: Selecting, incidents: readonly PagedRow[]) {
  if (incidents.length === 0) return [];
  const ids = incidents.map(({ id }) => id);
  const rows = await tx.select().from(incidentPages).where(inArray(incidentPages.incidentId, ids)).orderBy(asc(incidentPages.step));
  return rows.filter(({ incidentId, episode }) =>
    incidents.some(({ id, reopenedCount }) => id === incidentId && reopenedCount === episode),
  );
}
type PageRow = Awaited<ReturnType<typeof readPages>>[number];

function sentOf(pages: readonly PageRow[]): SentPage[] {
  return pages.flatMap(({ kind, personId, at }) => (kind === "page" && personId !== null ? [{ personId, at }] : []));
}

/** Everything that decides who is woken for an incident now, with the rows that it was read from. */
export interface GatheredFacts {
  readonly facts: PagingFacts;
  readonly known: readonly KnownPerson[];
  readonly pages: readonly PageRow[];
}

/**
 * Reads what decides who is woken for each of some incidents, in three statements however many they are.
 *
 * @returns one for each incident, in their order
 */
export async function gatherFacts(tx: Selecting, incidents: readonly PagedRow[], now: Date): Promise<GatheredFacts[]> {
  const orders = await readOrders(tx);
  const everybody = await readPeople(tx, [...new Set(orders.flatMap(({ people: ids }) => ids))]);
  const allPages = await readPages(tx, incidents);
  return incidents.map((incident) => {
    const { id, tenantId, type, severity, status, acknowledgedAt, noticedAt } = incident;
    const order = orderFor(orders, incident);
    const known = everybody.filter(({ person }) => order?.people.includes(person.id));
    const pages = allPages.filter(({ incidentId }) => incidentId === id);
    const isOfFleet = incident.fleetKind !== null;
    const facts = {
      incident: { type, severity, status, isAcknowledged: acknowledgedAt !== null, isOfFleet, noticedAt },
      order,
      people: known.map((person) => onCallPerson(person, tenantId)),
      sent: sentOf(pages),
      hasMail: environment().mail !== null,
      now,
    };
    return { facts, known, pages };
  });
}
