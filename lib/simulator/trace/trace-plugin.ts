import { needsProbe } from "@/lib/detection/needs-probe";
import type { Finding, PluginWindow } from "@/lib/detection/types";
import { unprovenTypes } from "@/lib/detection/unproven-types";
import type { GroupingAction } from "@/lib/incidents/group-findings";
import { groupFindings } from "@/lib/incidents/group-findings";
import type { IncidentState } from "@/lib/incidents/types";
import type { Severity } from "@/lib/kernel/severity";
import { LIMITS } from "@/lib/platform/limits";
import { detectorOf } from "@/lib/simulator/trace/detector-of";
import type { WorldBeat } from "@/lib/simulator/world/beats";
import { beatsOf, EPOCH } from "@/lib/simulator/world/beats";
import type { Fate } from "@/lib/simulator/world/faults";
import type { Shop } from "@/lib/simulator/world/shop";
import type { BeatSample } from "@/lib/telemetry/types";

/** An incident that opened, or opened again, in the untreated world: the moment at which somebody has to decide. */
export interface Alarm {
  readonly plugin: number;
  readonly incidentId: string;
  /** Milliseconds since the run began. */
  readonly at: number;
  readonly finding: Finding;
  readonly severity: Severity;
  readonly reopenedCount: number;
  /** The newest beats at that moment, oldest first: what judges compare with. */
  readonly recent: readonly BeatSample[];
  /** When the incident ended by itself in the untreated world; the run's end when it never did. */
  closedAt: number;
}

/** What detection made of one plugin's beats. */
export interface PluginTrace {
  readonly alarms: readonly Alarm[];
  readonly beats: number;
}

const RECENT_BEATS = 15;
/** The scan looks every half minute (LIMITS.scanSeconds). */
const SCAN_MS = LIMITS.scanSeconds * 1_000;

interface Running {
  readonly shop: Shop;
  readonly lastMs: number;
  readonly beats: BeatSample[];
  open: IncidentState[];
  resolved: IncidentState[];
  readonly alarms: Alarm[];
}

function windowAt(run: Running, at: number, probe: PluginWindow["probe"]): PluginWindow {
  const last = run.beats.at(-1);
  return {
    now: new Date(EPOCH + Math.round(at)),
    registeredVersion: last?.runningVersion ?? "1.0.0",
    expectedIntervalSeconds: LIMITS.heartbeatSeconds,
    lastSeenAt: last?.receivedAt ?? null,
    beats: run.beats,
    probe,
    hasProbeUrl: run.shop.hasProbeUrl,
  };
}

function newest(run: Running, incidentId: string): Alarm | undefined {
  return run.alarms.findLast((alarm) => alarm.incidentId === incidentId);
}

function raise(run: Running, incident: IncidentState, at: number, finding: Finding): void {
  const { id: incidentId, severity, reopenedCount } = incident;
  run.open.push(incident);
  const recent = run.beats.slice(-RECENT_BEATS);
  run.alarms.push({ plugin: run.shop.plugin, incidentId, at, finding, severity, reopenedCount, recent, closedAt: run.lastMs });
}

function change(run: Running, id: string, changes: Partial<IncidentState>): void {
  run.open = run.open.map((incident) => (incident.id === id ? { ...incident, ...changes } : incident));
}

function resolve(run: Running, incidentId: string, at: number): void {
  const ended = run.open.find(({ id }) => id === incidentId);
  if (!ended) return;
  run.open = run.open.filter(({ id }) => id !== incidentId);
  run.resolved = [...run.resolved.slice(-4), { ...ended, status: "resolved", resolvedAt: new Date(EPOCH + Math.round(at)) }];
  const begun = newest(run, incidentId);
  if (begun) begun.closedAt = at;
}

/** Carries out what grouping says, as the product's commands do. */
function follow(run: Running, action: GroupingAction, at: number): void {
  switch (action.do) {
    case "open": {
      const [finding] = action.findings;
      const id = `${run.shop.plugin}-${run.alarms.length}`;
      const { type, severity } = action;
      if (finding) raise(run, { id, type, severity, status: "open", clearStreak: 0, reopenedCount: 0, resolvedAt: null }, at, finding);
      break;
    }
    case "reopen": {
      const [finding] = action.findings;
      const before = run.resolved.find(({ id }) => id === action.incidentId);
      if (!before || !finding) break;
      run.resolved = run.resolved.filter(({ id }) => id !== action.incidentId);
      const { type, severity, reopenedCount } = action;
      raise(run, { ...before, type, severity, reopenedCount, status: "open", clearStreak: 0, resolvedAt: null }, at, finding);
      break;
    }
    case "absorb":
      change(run, action.incidentId, { severity: action.severity, clearStreak: 0 });
      break;
    case "respecialise":
      change(run, action.incidentId, { severity: action.severity, type: action.type, clearStreak: 0 });
      break;
    case "clearStep":
      change(run, action.incidentId, { clearStreak: action.clearStreak });
      break;
    case "resolveBySelf":
      resolve(run, action.incidentId, at);
  }
}

function group(run: Running, window: PluginWindow, findings: readonly Finding[], isFreshBeat: boolean, at: number): void {
  if (findings.length === 0 && run.open.length === 0) return;
  const unproven = unprovenTypes(window);
  const { open: openIncidents, resolved: recentlyResolved } = run;
  for (const action of groupFindings({ openIncidents, recentlyResolved, findings, isFreshBeat, unproven, now: window.now })) {
    follow(run, action, at);
  }
}

/** Looks at a plugin that has fallen quiet, scan by scan, until it is called lost or speaks again. */
function scanSilence(run: Running, detector: ReturnType<typeof detectorOf>, from: number, until: number, isDead: boolean): void {
  const firstScan = Math.ceil((from + LIMITS.heartbeatSeconds * 1_000) / SCAN_MS) * SCAN_MS;
  for (let at = firstScan; at < until; at += SCAN_MS) {
    const asked = windowAt(run, at, null);
    const probe = needsProbe(asked, {}) ? { at: asked.now, ok: !isDead, detail: "" } : null;
    const window = { ...asked, probe };
    const findings = detector.atScan(window).filter(({ type }) => type === "silence");
    if (findings.length === 0) continue;
    group(run, window, findings, false, at);
    return;
  }
}

/**
 * Runs the product's detection and grouping over everything one plugin says, as if nobody ever acted. All arms of a run share
 * the result: what they do differs, what there is to notice does not.
 *
 * @param lastMs  length of the run in milliseconds
 */
export function tracePlugin(seed: number, shop: Shop, fate: Fate, lastMs: number): PluginTrace {
  const detector = detectorOf();
  const run: Running = { shop, lastMs, beats: [], open: [], resolved: [], alarms: [] };
  let beats = 0;
  let previous: WorldBeat | null = null;
  for (const beat of beatsOf(seed, shop, fate, lastMs)) {
    if (previous && beat.at - previous.at > (LIMITS.heartbeatSeconds + LIMITS.heartbeatGraceSeconds) * 1_000) {
      const { at: heard } = previous;
      const isDead = fate.faults.some(({ kind, from, until }) => kind === "silence" && from < beat.at && until > heard);
      scanSilence(run, detector, heard, beat.at, isDead);
    }
    const since = beat.at - LIMITS.windowSeconds * 1_000;
    while (run.beats.length >= LIMITS.windowBeats || (run.beats[0] && run.beats[0].receivedAt.getTime() - EPOCH < since)) run.beats.shift();
    run.beats.push(beat.sample);
    const window = windowAt(run, beat.at, null);
    const findings = detector.atBeat(window, previous?.sample.bootId ?? null, run.open.length > 0);
    group(run, window, findings, true, beat.at);
    beats += 1;
    previous = beat;
  }
  return { alarms: run.alarms, beats };
}
