import { categoryOf } from "@/lib/policy/category-of";
import { permit } from "@/lib/policy/permit/permit";
import type { Permit } from "@/lib/policy/types";
import type { ArmChoice, Dilemma } from "@/lib/simulator/arms/arm";
import type { ArmFleet } from "@/lib/simulator/arms/arm-fleet";
import { failedActions, recordOf, releasesAt, sickPeers, unhealthy, versionsAt } from "@/lib/simulator/arms/arm-fleet";
import { FLEET_POLICY } from "@/lib/simulator/arms/fleet-policy";
import { hashOf } from "@/lib/simulator/chance/random-stream";
import type { MatchedAlarm } from "@/lib/simulator/trace/match-alarms";
import { DAY, HOUR } from "@/lib/simulator/world/world-parameters";
import { onsetOf } from "@/lib/sira/cases/onset-of";
import { MODEL_V0 } from "@/lib/sira/model-v0";
import type { SiraRequest } from "@/lib/sira/types";
import { weighActions } from "@/lib/sira/weigh-actions";

const CAPABILITIES = ["update", "rollback", "config_update", "restart", "isolate"];

/** An id of the kind that requests ask for, the same in every run. */
function idOf(group: number, number: number): string {
  return `00000000-0000-4000-8000-${group.toString(16).padStart(4, "0")}${(number >>> 0).toString(16).padStart(8, "0")}`;
}

/** Puts the question of one alarm as the product would put it: only what Center can know is in it. */
export function dilemmaOf(alarm: MatchedAlarm, fleet: ArmFleet): Dilemma {
  const { plugin, at, finding, severity, reopenedCount, recent } = alarm;
  const last = recent.at(-1);
  const { running, lastGood } = versionsAt(fleet, plugin, last?.runningVersion ?? "1.0.0");
  const request: SiraRequest = {
    incident: {
      id: idOf(1, hashOf(fleet.seed, alarm.incidentId)),
      tenant_id: idOf(2, plugin),
      plugin_id: idOf(3, plugin),
      plugin_key: "simulated",
      type: finding.type,
      severity,
      running_version: running,
      telemetry_snapshot: { ...last?.telemetry },
      value: finding.value,
      onset: onsetOf(finding, recent),
      reopened_count: reopenedCount,
    },
    context: {
      releases: releasesAt(fleet, plugin, at),
      last_good_version: lastGood,
      same_version: { sick: sickPeers(fleet, plugin, finding.type, at), total: fleet.plugins - 1 },
      capabilities: CAPABILITIES,
      attempts_here: fleet.attempts.filter((attempt) => attempt.plugin === plugin && attempt.at > at - HOUR).length,
    },
    seed: hashOf(fleet.seed, "decision", alarm.incidentId, reopenedCount),
  };
  const options = weighActions(request, MODEL_V0);
  return {
    request,
    at,
    signature: finding.ruleId,
    failedActions: failedActions(fleet, plugin, at),
    possible: options.map(({ action }) => action),
    newest: options.find(({ action }) => action === "patch")?.patchVersion ?? null,
  };
}

/** Policy's verdict over a choice, by the product's own gates. */
export function permitOf(choice: ArmChoice, dilemma: Dilemma, fleet: ArmFleet, plugin: number): Permit {
  const { incident } = dilemma.request;
  const { at } = dilemma;
  const record = choice.patchVersion === null ? null : recordOf(fleet, choice.patchVersion);
  return permit({
    target: {
      action: choice.action,
      domains: ["runtime"],
      schemaEffect: "none",
      hasSnapshot: true,
      hasRollback: true,
      grantsAccess: false,
      isMajor: false,
    },
    category: categoryOf(incident.type),
    severity: incident.severity,
    // An arm without a confidence of its own is taken at its word, so that its actions can be compared at all.
    confidence: choice.confidence ?? 1,
    proposalTrusted: true,
    tenantId: incident.tenant_id,
    policy: FLEET_POLICY,
    switches: { killSwitch: false, safeMode: false, autoHealOff: [] },
    hourUtc: Math.floor((at % DAY) / HOUR),
    attempts: {
      onIncident: dilemma.request.context.attempts_here,
      onPluginToday: fleet.attempts.filter((attempt) => attempt.plugin === plugin).length,
      rolledBackOnIncident: 0,
    },
    fleet: { total: fleet.plugins, unhealthy: unhealthy(fleet, at), paymentShare: 1 / fleet.plugins },
    release: { inFlight: record?.inFlight.filter(({ from }) => from <= at).length ?? 0, proven: record?.succeeded ?? 0 },
    stagingAvailable: true,
  });
}
