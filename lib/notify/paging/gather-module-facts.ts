import { and, asc, desc, eq, inArray, isNull, ne, notInArray, sql } from "drizzle-orm";
import { moduleIncidents, modulePages } from "@/db/schema/modules/incidents";
import { moduleServices } from "@/db/schema/modules/modules";
import type { IncidentType } from "@/lib/detection/types";
import { graver, type Severity } from "@/lib/kernel/severity";
import { PROVING_MODULE } from "@/lib/modules/proving/types";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { type KnownPerson, onCallPerson, readOrders, readPeople, type Selecting } from "./gather-facts";
import { orderFor, type PagingFacts } from "./next-page";

export type ModuleIncidentRow = typeof moduleIncidents.$inferSelect;

/** Everything that decides who is woken for a module's incident now, with the rows that it was read from. */
interface GatheredModuleFacts {
  readonly facts: PagingFacts;
  readonly known: readonly KnownPerson[];
  readonly pages: readonly (typeof modulePages.$inferSelect)[];
  /** What it is called by people. */
  readonly title: string;
}

/** What the incident wakes people as, in SQL, just as `wakingSeverity` says. */
const WAKING = sql`case when ${moduleIncidents.severity} in ('low', 'medium') and exists (
  select 1 from ${moduleServices} where ${moduleServices.moduleKey} = ${moduleIncidents.moduleKey}
    and ${moduleServices.status} = 'active' and ${moduleServices.criticality} = 'core') then 'high' else ${moduleIncidents.severity} end`;

/**
 * Modules' incidents that nobody owns and that no other incident tells, the gravest and oldest first: one story calls once, and a flood of mild
 * ones keeps no grave one waiting. The module that is broken on purpose wakes nobody.
 *
 * @param severities  of which somebody is told at all
 */
export async function readUnownedModules(tx: Selecting, severities: readonly Severity[]): Promise<ModuleIncidentRow[]> {
  const unowned = and(
    inArray(WAKING, [...severities]),
    ne(moduleIncidents.moduleKey, PROVING_MODULE),
    isNull(moduleIncidents.acknowledgedAt),
    isNull(moduleIncidents.suppressedBy),
    notInArray(moduleIncidents.status, ["resolved", "closed"]),
  );
  const rank = sql`array_position(array['low', 'medium', 'high', 'critical'], ${WAKING})`;
  return tx
    .select()
    .from(moduleIncidents)
    .where(unowned)
    .orderBy(desc(rank), asc(moduleIncidents.openedAt))
    .limit(LIMITS.pagedIncidentsAtOnce);
}

/** Modules have no order on call of their own: walls between tenants are a matter of integrity, everything else of whoever is woken for plugins. */
const calledAs = ({ cause }: ModuleIncidentRow): IncidentType => (cause === "isolation" ? "contract_violation" : "errors_jump");

/** Whatever the free core has wakes people: all tenants stand on it. */
function wakingSeverity({ severity }: ModuleIncidentRow, isCore: boolean): Severity {
  return isCore ? graver(severity, "high") : severity;
}

/** Reads what decides who is woken for each of some modules' incidents. @returns one for each, in their order */
export async function gatherModuleFacts(tx: Selecting, incidents: readonly ModuleIncidentRow[], now: Date): Promise<GatheredModuleFacts[]> {
  if (incidents.length === 0) return [];
  const orders = await readOrders(tx);
  const everybody = await readPeople(tx, [...new Set(orders.flatMap(({ people: ids }) => ids))]);
  const ids = incidents.map(({ id }) => id);
  const called = await tx.select().from(modulePages).where(inArray(modulePages.incidentId, ids)).orderBy(asc(modulePages.step));
  const keys = [...new Set(incidents.map(({ moduleKey }) => moduleKey))];
  const services = await tx
    .select()
    .from(moduleServices)
    .where(and(inArray(moduleServices.moduleKey, keys), eq(moduleServices.status, "active")));
  return incidents.map((incident) => {
    const { id, tenantId, moduleKey, status, acknowledgedAt, suppressedBy, reopenedCount, detectedAt } = incident;
    const service = services.find((one) => one.moduleKey === moduleKey);
    const severity = wakingSeverity(incident, service?.criticality === "core");
    const order = orderFor(orders, { type: calledAs(incident), severity });
    const known = everybody.filter(({ person }) => order?.people.includes(person.id));
    const pages = called.filter(({ incidentId, episode }) => incidentId === id && episode === reopenedCount);
    const facts: PagingFacts = {
      incident: {
        ...{ type: calledAs(incident), severity, status, isAcknowledged: acknowledgedAt !== null },
        ...{ isOfFleet: suppressedBy !== null, noticedAt: detectedAt },
      },
      order,
      people: known.map((person) => onCallPerson(person, tenantId)),
      sent: pages.flatMap(({ kind, personId, at }) => (kind === "page" && personId !== null ? [{ personId, at }] : [])),
      hasMail: environment().mail !== null,
      now,
    };
    return { facts, known, pages, title: service?.title ?? moduleKey };
  });
}
