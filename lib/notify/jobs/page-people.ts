import { and, asc, desc, inArray, isNull, notInArray, sql } from "drizzle-orm";
import { pluginIncidents } from "@/db/schema/incidents";
import { scopeFor, systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { Refusal } from "@/lib/kernel/refusal";
import { SEVERITIES, type Severity } from "@/lib/kernel/severity";
import { reportFault } from "@/lib/platform/faults/report-fault";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { pageFleet } from "../commands/page-fleet";
import { pageIncident } from "../commands/page-incident";
import { pageModule } from "../commands/page-module";
import { type GatheredFacts, gatherFacts, type PagedRow, readOrders } from "../paging/gather-facts";
import { gatherFleetFacts, readUnownedFleets } from "../paging/gather-fleet-facts";
import { gatherModuleFacts, readUnownedModules } from "../paging/gather-module-facts";
import { nextPage } from "../paging/next-page";

/** What is low or medium wakes somebody only where an order says so; what is graver says at least that nobody is on call for it. */
const GRAVE = SEVERITIES.filter((severity) => severity === "high" || severity === "critical");

/** Severities of which anybody is told: the grave ones, and those that an order names. */
async function calledSeverities(tx: ReaderTx): Promise<Severity[]> {
  return [...new Set([...GRAVE, ...(await readOrders(tx)).map(({ severity }) => severity)])];
}

/** Incidents that nobody owns, the gravest and oldest first. */
async function readUnowned(tx: ReaderTx): Promise<PagedRow[]> {
  const unowned = and(
    inArray(pluginIncidents.severity, await calledSeverities(tx)),
    isNull(pluginIncidents.acknowledgedAt),
    // Of what many have at once, one call is made for all: a thousand of them must not keep a single one of another kind waiting.
    isNull(pluginIncidents.fleetKind),
    notInArray(pluginIncidents.status, ["resolved", "closed"]),
  );
  const rank = sql`array_position(array['low', 'medium', 'high', 'critical'], ${pluginIncidents.severity})`;
  return tx
    .select()
    .from(pluginIncidents)
    .where(unowned)
    .orderBy(desc(rank), asc(pluginIncidents.openedAt))
    .limit(LIMITS.pagedIncidentsAtOnce);
}

/** Whether there is anything to be written down about an incident: asked before a command is run, which asks again under its lock. */
function isCallDue({ facts, pages }: Pick<GatheredFacts, "facts"> & { readonly pages: readonly { readonly kind: string }[] }): boolean {
  const next = nextPage(facts);
  if (next.do === "page") return true;
  return (next.do === "nobody" || next.do === "exhausted") && !pages.some(({ kind }) => kind === next.do);
}

async function page({ tenantId, id }: PagedRow, now: Date): Promise<boolean> {
  try {
    await runCommand(pageIncident, { input: { tenantId, incidentId: id }, actor: systemActor("paging", "deliver"), now });
    return true;
  } catch (error) {
    // Another worker was faster, or somebody acknowledged in the same moment.
    if (error instanceof Refusal && error.kind === "conflict") return false;
    reportFault("Somebody could not be called and will be", error, { tenant_id: tenantId });
    return false;
  }
}

async function pageFleetIncident(fleetId: string, now: Date): Promise<boolean> {
  try {
    await runCommand(pageFleet, { input: { fleetId }, actor: systemActor("paging", "deliver"), now });
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.kind === "conflict") return false;
    reportFault("Somebody could not be called for a fleet incident and will be", error, {});
    return false;
  }
}

/** One call for what many have at once, before any for a single one. @returns how many were made */
async function pageFleets(now: Date): Promise<number> {
  const due = await read(scopeFor("deliver"), async (tx) => {
    const fleets = await readUnownedFleets(tx);
    const gathered = await gatherFleetFacts(tx, fleets, now);
    return fleets.filter((_fleet, index) => gathered[index] !== undefined && isCallDue(gathered[index]));
  });
  let made = 0;
  for (const { id } of due) if (await pageFleetIncident(id, now)) made += 1;
  return made;
}

async function pageModuleIncident({ tenantId, id }: { readonly tenantId: string; readonly id: string }, now: Date): Promise<boolean> {
  try {
    await runCommand(pageModule, { input: { tenantId, incidentId: id }, actor: systemActor("paging", "deliver"), now });
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.kind === "conflict") return false;
    reportFault("Somebody could not be called for a module and will be", error, { tenant_id: tenantId });
    return false;
  }
}

/** Calls for the platform's own modules: what is low or medium only where an order says so, as for plugins. */
async function pageModules(now: Date): Promise<number> {
  const due = await read(scopeFor("deliver"), async (tx) => {
    const incidents = await readUnownedModules(tx, await calledSeverities(tx));
    const gathered = await gatherModuleFacts(tx, incidents, now);
    return incidents.filter((_incident, index) => {
      const one = gathered[index];
      return (
        one !== undefined &&
        (one.facts.order !== null || GRAVE.some((severity) => severity === one.facts.incident.severity)) &&
        isCallDue(one)
      );
    });
  });
  let made = 0;
  for (const incident of due) if (await pageModuleIncident(incident, now)) made += 1;
  return made;
}

/** Calls whoever is to be called now, for every incident that nobody owns. @returns how many calls were made, or said to be impossible */
export async function pagePeople(now: Date): Promise<number> {
  const due = await read(scopeFor("deliver"), async (tx) => {
    const incidents = await readUnowned(tx);
    const gathered = incidents.length === 0 ? [] : await gatherFacts(tx, incidents, now);
    return incidents.filter((_incident, index) => gathered[index] !== undefined && isCallDue(gathered[index]));
  });
  let made = (await pageFleets(now)) + (await pageModules(now));
  for (const incident of due) if (await page(incident, now)) made += 1;
  return made;
}
