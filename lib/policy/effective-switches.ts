import type { EffectiveSwitches, Policy } from "@/lib/policy/types";

/** On is always the safe side, so a row can only take power away: no narrower scope can grant what a wider one denies. */
export const SWITCH_NAMES = [
  "kill_switch",
  "safe_mode",
  "auto_heal_off_data",
  "auto_heal_off_perf",
  "auto_heal_off_security",
  "auto_heal_off_ux",
  "auto_heal_off_integration",
] as const;
export type SwitchName = (typeof SWITCH_NAMES)[number];

export const SWITCH_SCOPES = ["global", "tenant", "module", "plugin"] as const;
export type SwitchScope = (typeof SWITCH_SCOPES)[number];

/** One stored switch. */
export interface SwitchRow {
  readonly scope: SwitchScope;
  /** The tenant it belongs to; for a global switch, whatever tenant stands for the platform. */
  readonly tenantId: string;
  /** The module or plugin, in these scopes; else null. */
  readonly targetId: string | null;
  /** A SwitchName; any other name is a switch this version does not know. */
  readonly name: string;
  readonly isOn: boolean;
}

/** What the switches are asked about. */
export interface SwitchSubject {
  readonly tenantId: string;
  readonly moduleId: string | null;
  /** The service that serves this module to every tenant: a switch at it holds them all. */
  readonly serviceId?: string | null;
  readonly pluginId: string | null;
}

/** A switch that is on for the subject, and the scope that turned it on; `policy` is the global ceiling's own row. */
export interface SwitchSource {
  readonly name: SwitchName;
  readonly from: SwitchScope | "policy";
  readonly targetId: string | null;
}

export interface SwitchState {
  /** Null when switches or policy could not be read: callers then permit nothing but suggestions. */
  readonly switches: EffectiveSwitches | null;
  /** Where each one that is on comes from, the widest scope first. */
  readonly sources: readonly SwitchSource[];
}

const CATEGORY_OF: Readonly<Partial<Record<SwitchName, EffectiveSwitches["autoHealOff"][number]>>> = {
  auto_heal_off_data: "DATA",
  auto_heal_off_perf: "PERF",
  auto_heal_off_security: "SECURITY",
  auto_heal_off_ux: "UX",
  auto_heal_off_integration: "INTEGRATION",
};

function targetOf(row: SwitchRow): string | null {
  if (row.scope === "global") return null;
  return row.scope === "tenant" ? row.tenantId : row.targetId;
}

function concerns(row: SwitchRow, subject: SwitchSubject): boolean {
  if (row.scope === "global") return true;
  if (row.scope === "module" && subject.serviceId && targetOf(row) === subject.serviceId) return true;
  const wanted = { tenant: subject.tenantId, module: subject.moduleId, plugin: subject.pluginId }[row.scope];
  return wanted !== null && targetOf(row) === wanted;
}

/** A name this version does not know was switched on for some reason: it is taken for SAFE_MODE rather than ignored. */
function knownName(name: string): SwitchName {
  return SWITCH_NAMES.find((known) => known === name) ?? "safe_mode";
}

/**
 * Merges the global ceiling and all stored switches into what holds for one plugin or module: the most restrictive wins.
 *
 * @param rows    stored switches of any scope, those of other subjects included; null when they could not be read
 * @param policy  the row of ops_policy, whose `autopatch_enabled = false` is the kill switch; null when it could not be read
 */
export function effectiveSwitches(
  rows: readonly SwitchRow[] | null,
  policy: Pick<Policy, "autopatch_enabled"> | null,
  subject: SwitchSubject,
): SwitchState {
  if (!rows || !policy) return { switches: null, sources: [] };
  const on = rows
    .filter((row) => row.isOn && concerns(row, subject))
    .map((row) => ({ name: knownName(row.name), from: row.scope, targetId: targetOf(row) }))
    .toSorted((a, b) => SWITCH_SCOPES.indexOf(a.from) - SWITCH_SCOPES.indexOf(b.from));
  const sources: SwitchSource[] = policy.autopatch_enabled ? on : [{ name: "kill_switch", from: "policy", targetId: null }, ...on];
  const names = new Set(sources.map(({ name }) => name));
  return {
    switches: {
      killSwitch: names.has("kill_switch"),
      safeMode: names.has("safe_mode"),
      autoHealOff: SWITCH_NAMES.flatMap((name) => (names.has(name) ? (CATEGORY_OF[name] ?? []) : [])),
    },
    sources,
  };
}
