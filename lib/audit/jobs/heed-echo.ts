import { and, eq } from "drizzle-orm";
import { safetySwitches } from "@/db/schema/safety";
import { scopeFor, systemActor, systemActorFor } from "@/lib/access/system-actor";
import type { Finding } from "@/lib/detection/types";
import { runCommand } from "@/lib/gateway/run-command";
import { observeFindings, planGrouping, relevantIncidents } from "@/lib/incidents/commands/observe-findings";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { log } from "@/lib/platform/log";
import { read } from "@/lib/platform/scope";
import { throwSwitch } from "@/lib/policy/commands/throw-switch";
import { judgeEcho } from "../checkpoint/judge-echo";
import { parseNote } from "../checkpoint/note";

interface Place {
  readonly tenantId: string;
  readonly pluginId: string;
}
type Judged = "fork" | "foreign";

const EXPLAIN: Readonly<Record<Judged, string>> = {
  fork: "This shop was shown a signed checkpoint that the audit log does not contain: the log was cut or rewritten.",
  foreign: "This shop echoes a checkpoint that Center never signed: its agent, or something between, makes it up.",
};

function findingOf(judged: Judged, echo: string, now: Date): Finding {
  return {
    ruleId: "checkpoint_echo",
    type: "contract_violation",
    severity: judged === "fork" ? "critical" : "high",
    observedAt: now,
    statistic: "checkpoint_size",
    value: parseNote(echo)?.size ?? 0,
    usual: null,
    explain: EXPLAIN[judged],
  };
}

/** SAFE_MODE everywhere for a fork of our own log; for what anybody can make up, no further than where it came from. */
async function holdBack(judged: Judged, { tenantId, pluginId }: Place, now: Date): Promise<void> {
  const scope = judged === "fork" ? "global" : "tenant";
  const place = scope === "global" ? PLATFORM_TENANT : tenantId;
  const isOn = await read(scopeFor("scan"), async (tx) => {
    const { name, scope: reach, tenantId: where, isOn } = safetySwitches;
    const rows = await tx
      .select({ isOn })
      .from(safetySwitches)
      .where(and(eq(name, "safe_mode"), eq(reach, scope), eq(where, place)));
    return rows.some((row) => row.isOn);
  });
  if (isOn) return;
  const input = {
    name: "safe_mode",
    scope,
    ...(scope === "tenant" ? { tenantId } : {}),
    on: true,
    reason: `${EXPLAIN[judged]} (plugin ${pluginId})`,
  };
  await runCommand(throwSwitch, { input, actor: systemActor("audit", "operate"), now });
}

async function openIncident(judged: Judged, place: Place, echo: string, now: Date): Promise<void> {
  const findings = [findingOf(judged, echo, now)];
  const rows = await read(scopeFor("scan"), (tx) => relevantIncidents(tx, place, now));
  const actions = planGrouping(rows, { findings, isFreshBeat: false, unproven: [] }, now);
  if (actions.every((action) => action.do === "absorb" && !action.isGraver)) return;
  const snapshot = { last_checkpoint: echo };
  const input = { ...place, findings, isFreshBeat: false, unproven: [], snapshot };
  await runCommand(observeFindings, { input, actor: systemActorFor("audit", place.tenantId), now });
}

/**
 * Holds the checkpoint that an agent saw last against the log: the fleet is its witness. One that the log does not contain opens an
 * incident and switches SAFE_MODE on, the switch first, so that a crash in between leaves less power and not more.
 */
export async function heedEcho({ tenantId, pluginId }: Place, echo: string, now: Date): Promise<void> {
  const judged = await judgeEcho(echo);
  if (judged === "known") return;
  log.error("ERR_AUDIT_FORK", EXPLAIN[judged], { tenant_id: tenantId, plugin_id: pluginId });
  await holdBack(judged, { tenantId, pluginId }, now);
  await openIncident(judged, { tenantId, pluginId }, echo, now);
}
