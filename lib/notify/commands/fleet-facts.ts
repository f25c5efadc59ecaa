import { eq, sql } from "drizzle-orm";
import { fleetIncidents } from "@/db/schema/incidents";
import type { WriterTx } from "@/db/writer";
import { describePlace } from "@/lib/incidents/fleet/explain-fleet";
import type { FleetFacts } from "../types";

type FleetRow = typeof fleetIncidents.$inferSelect;

/** What is said of a fleet incident: how many it has or had, and where; never whom. */
export async function factsOfFleet(tx: WriterTx, fleet: FleetRow): Promise<FleetFacts> {
  const [row] = await tx.execute<{ merchants: number }>(
    sql`select count(distinct tenant_id)::int as merchants from plugin_incidents where fleet_id = ${fleet.id}`,
  );
  const { pluginKey, version, signature, cohort } = fleet;
  const build = pluginKey === null || version === null ? null : { pluginKey, version };
  return {
    fleet_id: fleet.id,
    kind: fleet.kind,
    signature,
    place: describePlace({ signature, build, cohort }),
    severity: fleet.severity,
    merchants: row?.merchants ?? 0,
    plugins: fleet.most,
  };
}

/** The same by an id, for whoever was told of no more than that. */
export async function fleetFacts(tx: WriterTx, fleetId: string): Promise<FleetFacts | null> {
  const [fleet] = await tx.select().from(fleetIncidents).where(eq(fleetIncidents.id, fleetId));
  return fleet ? factsOfFleet(tx, fleet) : null;
}
