import { scopeFor, systemActorFor } from "@/lib/access/system-actor";
import { evaluateRules } from "@/lib/detection/evaluate-rules";
import { needsProbe } from "@/lib/detection/needs-probe";
import { configuredRules } from "@/lib/detection/queries-configured";
import { areDetectorsOn } from "@/lib/detection/resolve-rules";
import type { Finding, PluginWindow } from "@/lib/detection/types";
import { unprovenTypes } from "@/lib/detection/unproven-types";
import { runCommand } from "@/lib/gateway/run-command";
import { SANDBOX_TENANT } from "@/lib/kernel/sandbox-tenant";
import { read } from "@/lib/platform/scope";
import { advanceStreams, forgetRaised } from "@/lib/telemetry/adapters/advance-streams";
import { readPluginWindow } from "@/lib/telemetry/queries";
import { observeFindings, planGrouping, relevantIncidents } from "../commands/observe-findings";
import { noteProven } from "./note-proven";

/** What an incident keeps of the moment it was last seen. */
function snapshotOf(window: PluginWindow): Record<string, unknown> {
  const newest = window.beats.at(-1);
  if (!newest) return { last_seen: window.lastSeenAt?.toISOString() ?? null };
  return {
    ...newest.telemetry,
    running_version: newest.runningVersion,
    disk_version: newest.diskVersion,
    active: newest.active,
    received_at: newest.receivedAt.toISOString(),
    errors: newest.errors.slice(0, 10),
  };
}

/**
 * Evaluates all rules over one plugin, takes its new beats into the detectors, and tells the incidents, if that would change anything.
 *
 * @param isFreshBeat  whether the newest beat has not been looked at yet: only then may it count as a clean one
 * @param probe        the server's own look at the site: taken only when a beat is late and the window knows a URL
 * @returns how many findings there are
 */
export async function observePlugin(
  tenantId: string,
  pluginId: string,
  now: Date,
  isFreshBeat: boolean,
  probe: (() => Promise<PluginWindow["probe"]>) | null = null,
): Promise<number> {
  // What an author tries out is nobody's emergency.
  if (tenantId === SANDBOX_TENANT) return 0;
  const configured = await configuredRules();
  const raised = await advanceStreams({ tenantId, pluginId }, now);
  const heeded = areDetectorsOn(configured, tenantId) ? raised : [];
  const seen = await read(scopeFor("scan"), async (tx) => {
    const window = await readPluginWindow(tx, tenantId, pluginId, now);
    return window ? { window, rows: await relevantIncidents(tx, { tenantId, pluginId }, now) } : null;
  });
  if (!seen) return 0;
  const probed = probe && needsProbe(seen.window, configured) ? await probe() : null;
  const found = evaluateRules({ ...seen.window, probe: probed }, configured);
  const findings: Finding[] = [...found, ...heeded.map(({ finding }) => finding)];
  const unproven = [...unprovenTypes(seen.window)];
  const actions = planGrouping(seen.rows, { findings, isFreshBeat, unproven }, now);
  const isNews = actions.some((action) => {
    if (action.do !== "absorb") return true;
    return action.isGraver || seen.rows.some((row) => row.id === action.incidentId && row.clearStreak > 0);
  });
  if (isNews) {
    const input = { tenantId, pluginId, findings, isFreshBeat, unproven, snapshot: snapshotOf(seen.window) };
    await runCommand(observeFindings, { input, actor: systemActorFor("detect", tenantId), now });
  } else if (findings.length === 0 && !isFreshBeat) await noteProven({ tenantId, pluginId }, seen.window, configured, now);
  if (raised.some(({ isOver }) => isOver)) await forgetRaised({ tenantId, pluginId });
  return findings.length;
}
