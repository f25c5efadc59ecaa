import { severityRank } from "@/lib/kernel/severity";
import type { IncidentItem, PluginItem } from "../live/items";

export interface FleetRow {
  readonly id: string;
  readonly plugin: PluginItem;
  /** Its open incident, the gravest where there are several. */
  readonly incident: IncidentItem | null;
}

function worry({ incident, plugin }: FleetRow): number {
  if (incident) return 10 + severityRank(incident.severity);
  return plugin.last_seen === null ? 1 : 0;
}

/** The fleet, worst first: those with an incident by severity, then those that were never heard, then the rest by name. */
export function orderFleet(plugins: readonly PluginItem[], open: readonly IncidentItem[]): readonly FleetRow[] {
  const gravest = new Map<string, IncidentItem>();
  for (const incident of open) {
    const known = gravest.get(incident.plugin_id);
    if (!known || severityRank(incident.severity) > severityRank(known.severity)) gravest.set(incident.plugin_id, incident);
  }
  const rows = plugins.map((plugin) => ({ id: plugin.id, plugin, incident: gravest.get(plugin.id) ?? null }));
  return rows.sort((left, right) => worry(right) - worry(left) || left.plugin.tenant_name.localeCompare(right.plugin.tenant_name));
}
