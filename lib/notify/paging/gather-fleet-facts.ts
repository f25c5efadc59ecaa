import { and, asc, eq, inArray, isNull } from "drizzle-orm";
import { fleetIncidents, pluginIncidents } from "@/db/schema/incidents";
import { fleetPages, incidentPages } from "@/db/schema/on-call";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { environment } from "@/lib/platform/env";
import { type KnownPerson, onCallPerson, readOrders, readPeople, type Selecting } from "./gather-facts";
import { orderFor, type PagingFacts, type SentPage } from "./next-page";

export type FleetRow = typeof fleetIncidents.$inferSelect;

/** Everything that decides who is woken for a fleet incident now, with the rows that it was read from. */
export interface GatheredFleetFacts {
  readonly facts: PagingFacts;
  readonly known: readonly KnownPerson[];
  readonly pages: readonly (typeof fleetPages.$inferSelect)[];
}

/**
 * Calls that were made for members before they were told as one: whoever was woken by one of them has been woken by all of it, and
 * is not called a second time for the same storm. Calls that were answered are no calls of it.
 */
async function readMembersCalls(tx: Selecting, fleetIds: readonly string[]) {
  return tx
    .select({
      fleetId: pluginIncidents.fleetId,
      reopenedCount: pluginIncidents.reopenedCount,
      episode: incidentPages.episode,
      personId: incidentPages.personId,
      at: incidentPages.at,
    })
    .from(incidentPages)
    .innerJoin(pluginIncidents, and(eq(pluginIncidents.tenantId, incidentPages.tenantId), eq(pluginIncidents.id, incidentPages.incidentId)))
    .where(and(inArray(pluginIncidents.fleetId, [...fleetIds]), isNull(pluginIncidents.acknowledgedAt), eq(incidentPages.kind, "page")));
}

/** Fleet incidents that are open and have no owner. */
export async function readUnownedFleets(tx: Selecting): Promise<FleetRow[]> {
  const unowned = and(
    eq(fleetIncidents.tenantId, PLATFORM_TENANT),
    eq(fleetIncidents.status, "open"),
    isNull(fleetIncidents.acknowledgedAt),
  );
  return tx.select().from(fleetIncidents).where(unowned).orderBy(asc(fleetIncidents.since));
}

/** Reads what decides who is woken for each of some fleet incidents. @returns one for each, in their order */
export async function gatherFleetFacts(tx: Selecting, fleets: readonly FleetRow[], now: Date): Promise<GatheredFleetFacts[]> {
  if (fleets.length === 0) return [];
  const orders = await readOrders(tx);
  const everybody = await readPeople(tx, [...new Set(orders.flatMap(({ people: ids }) => ids))]);
  const ids = fleets.map(({ id }) => id);
  const own = await tx.select().from(fleetPages).where(inArray(fleetPages.fleetId, ids)).orderBy(asc(fleetPages.step));
  const members = await readMembersCalls(tx, ids);
  return fleets.map((fleet) => {
    const { id, severity, status, acknowledgedAt } = fleet;
    const order = orderFor(orders, { type: "fleet", severity });
    const known = everybody.filter(({ person }) => order?.people.includes(person.id));
    const pages = own.filter(({ fleetId }) => fleetId === id);
    const before = members.filter(({ fleetId, episode, reopenedCount }) => fleetId === id && episode === reopenedCount);
    const sent = [...before, ...pages]
      .flatMap(({ personId, at }): SentPage[] => (personId === null ? [] : [{ personId, at }]))
      .toSorted((a, b) => a.at.getTime() - b.at.getTime());
    const incident = {
      type: "fleet" as const,
      severity,
      status: status === "open" ? ("open" as const) : ("closed" as const),
      isAcknowledged: acknowledgedAt !== null,
      isOfFleet: false,
      noticedAt: null,
    };
    const people = known.map((person) => onCallPerson(person, PLATFORM_TENANT));
    return { facts: { incident, order, people, sent, hasMail: environment().mail !== null, now }, known, pages };
  });
}
