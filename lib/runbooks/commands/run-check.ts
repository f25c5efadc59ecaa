import type { WriterTx } from "@/db/writer";
import type { CheckFinding, CheckName } from "../types";
import {
  attemptsEverywhere,
  auditState,
  databaseNow,
  fleetBeats,
  isolationGuards,
  messagesWaiting,
  moduleSignals,
  peersSick,
  refusedOfLate,
  switchesHere,
  workerAlive,
} from "./checks-of-center";
import { moduleActions, moduleBeats, moduleLatency, moduleNow, modulePeers } from "./checks-of-module";
import {
  attemptsHere,
  beatsArriving,
  type Check,
  type CheckSubject,
  latencyTrend,
  telemetryNow,
  unknown,
  versionRecord,
} from "./checks-of-plugin";

/** Checks that need a plugin to look at. */
const OF_PLUGIN: Readonly<Partial<Record<CheckName, Check>>> = {
  telemetry_now: telemetryNow,
  beats_arriving: beatsArriving,
  latency_trend: latencyTrend,
  attempts_here: attemptsHere,
  version_record: versionRecord,
};

/** The same questions about a module; what is asked of a plugin's version has no meaning there. */
const OF_MODULE: Readonly<Partial<Record<CheckName, Check>>> = {
  telemetry_now: moduleNow,
  beats_arriving: moduleBeats,
  latency_trend: moduleLatency,
  attempts_here: moduleActions,
  peers_sick: modulePeers,
};

const OF_CENTER: Readonly<Partial<Record<CheckName, Check>>> = {
  attempts_everywhere: attemptsEverywhere,
  peers_sick: peersSick,
  switches_here: switchesHere,
  isolation_guards: isolationGuards,
  refused_of_late: refusedOfLate,
  audit_state: auditState,
  database_now: databaseNow,
  fleet_beats: fleetBeats,
  messages_waiting: messagesWaiting,
  worker_alive: workerAlive,
  module_signals: moduleSignals,
};

/** Looks something up within the transaction's own tenants. What cannot be known is said to be unknown, never good. */
export async function runCheck(tx: WriterTx, name: CheckName, about: CheckSubject): Promise<CheckFinding> {
  const ofModule = about.moduleKey === null ? undefined : OF_MODULE[name];
  if (ofModule) return ofModule(tx, about);
  const ofPlugin = OF_PLUGIN[name];
  if (ofPlugin) return about.pluginId === null ? unknown("no_incident") : ofPlugin(tx, about);
  const ofCenter = OF_CENTER[name];
  if (!ofCenter) throw new RangeError(`no check ${name}`);
  return ofCenter(tx, about);
}
