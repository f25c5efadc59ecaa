import auditTampering from "@/runbooks/audit-tampering.json";
import badPatch from "@/runbooks/bad-patch.json";
import billing from "@/runbooks/billing.json";
import crossTenantRisk from "@/runbooks/cross-tenant-risk.json";
import databaseAway from "@/runbooks/database-away.json";
import fleetStorm from "@/runbooks/fleet-storm.json";
import killSwitch from "@/runbooks/kill-switch.json";
import noBeats from "@/runbooks/no-beats.json";
import ocr from "@/runbooks/ocr.json";
import perf from "@/runbooks/perf.json";
import wrongData from "@/runbooks/wrong-data.json";
import { type Runbook, runbookSchema } from "./types";

/** Every runbook, by the order in which they are listed. A file that breaks the schema stops the process, and a test before that. */
export const RUNBOOKS: readonly Runbook[] = [
  badPatch,
  noBeats,
  fleetStorm,
  perf,
  crossTenantRisk,
  billing,
  ocr,
  killSwitch,
  auditTampering,
  databaseAway,
  wrongData,
].map((file) => runbookSchema.parse(file));

export function runbookOf(slug: string): Runbook | null {
  return RUNBOOKS.find((runbook) => runbook.slug === slug) ?? null;
}

/** Runbooks that an incident opens, by its type, and of a module by its key. */
export function runbooksFor(incident: { readonly type: string; readonly moduleKey?: string | null }): readonly Runbook[] {
  const { type, moduleKey } = incident;
  return RUNBOOKS.filter((runbook) => runbook.incident_types.includes(type) || (moduleKey && runbook.modules.includes(moduleKey)));
}
