import { levelOf } from "@/lib/policy/level-of";
import { safetyGates } from "@/lib/policy/permit/gates";
import type { Gate, Permit, PermitInput, PermitKind } from "@/lib/policy/types";
import { PERMITS } from "@/lib/policy/types";

/** What somebody else's judgement says of acting now: on its own, only as a suggestion, or that it is not known. */
export type GateWord = "ok" | "suggest_only" | "unknown";

/** Every input of a permit over an action on one of the platform's own modules; stored with it, so that it can be replayed. */
export interface ModulePermitInput extends Pick<PermitInput, "target" | "category" | "policy" | "switches" | "hourUtc"> {
  readonly isCore: boolean;
  /** Whether it takes features away, which the free core never suffers. */
  readonly takesFeatures: boolean;
  readonly attempts: {
    readonly onIncident: number;
    readonly perIncident: number;
    /** Of this very action on this module within the hour. */
    readonly withinHour: number;
    readonly perHour: number;
    /** In a row, since the last that helped. */
    readonly failures: number;
    readonly failuresUntilOff: number;
    /** Since this action ended last here; null when it never did. */
    readonly secondsSinceLast: number | null;
    readonly coolDownSeconds: number;
  };
  /** Missing where nobody was asked. */
  readonly errorBudget?: GateWord | undefined;
  /** Which figure of which instant the budget's word rests on. */
  readonly errorBudgetWhy?: string | undefined;
  readonly proofOfHeal?: GateWord | undefined;
  /** Who agreed to exactly this; null when nobody was asked. */
  readonly approvedBy: string | null;
}

function gate(name: string, ceiling: PermitKind, blocked: string | null, passed: string): Gate {
  return { gate: name, passed: blocked === null, ceiling, why: blocked ?? passed };
}

/** Figures are compared so that one that is none stops the gate. */
function capGates({ attempts }: ModulePermitInput): Gate[] {
  const { onIncident, perIncident, withinHour, perHour, failures, failuresUntilOff, secondsSinceLast, coolDownSeconds } = attempts;
  const isRested = secondsSinceLast === null || secondsSinceLast >= coolDownSeconds;
  return [
    gate(
      "incident_cap",
      "suggest",
      onIncident < perIncident ? null : `${onIncident} actions on this incident`,
      "actions on this incident are left",
    ),
    gate(
      "hourly_cap",
      "suggest",
      withinHour < perHour ? null : `done ${withinHour} times within the hour`,
      "few of its kind within the hour",
    ),
    gate("cool_down", "suggest", isRested ? null : `done ${Math.round(secondsSinceLast)} s ago`, "not done here lately"),
    gate(
      "failures",
      "suggest",
      failures < failuresUntilOff ? null : `${failures} actions in a row did not help: a person decides`,
      "what was done before helped",
    ),
  ];
}

function wordGate(name: string, word: GateWord | undefined, texts: { stop: string; unknown: string; passed: string }): Gate[] {
  if (word === undefined) return [];
  const blocked = word === "ok" ? null : word === "unknown" ? texts.unknown : texts.stop;
  return [gate(name, "suggest", blocked, texts.passed)];
}

/** What is governed more strictly than recovery: UTC hours of change, the error budget of this scope, and healing that is known to work. */
function fixGates({ policy, hourUtc, errorBudget, errorBudgetWhy, proofOfHeal }: ModulePermitInput): Gate[] {
  const isInWindow = policy?.windows.some(({ from, to }) => hourUtc >= from && hourUtc < to) ?? false;
  const outside = policy ? `${hourUtc}:00 UTC is outside the windows` : "the policy could not be read";
  return [
    gate("window", "approval", isInWindow ? null : outside, `${hourUtc}:00 UTC is inside a window`),
    ...wordGate("error_budget", errorBudget, {
      stop: errorBudgetWhy ?? "the error budget burns too fast: people decide about fixes",
      unknown: "the error budget could not be read",
      passed: errorBudgetWhy ?? "the error budget lasts",
    }),
    ...wordGate("proof_of_heal", proofOfHeal, {
      stop: "healing has not been proven lately",
      unknown: "it is not known when healing was last proven",
      passed: "healing was proven lately",
    }),
  ];
}

function stricter(a: PermitKind, b: PermitKind): PermitKind {
  return PERMITS.indexOf(a) >= PERMITS.indexOf(b) ? a : b;
}

/** A person who agrees opens what waits for people; what policy denies stays denied, and level 3 is never Center's to do. */
function opened(gates: readonly Gate[], { approvedBy }: ModulePermitInput, level: number): Gate[] {
  if (approvedBy === null || level === 3) return [...gates];
  const isOpened = ({ passed, ceiling }: Gate) => !passed && ceiling !== "deny";
  return gates.map((one) => (isOpened(one) ? { ...one, passed: true, why: `${one.why}; agreed to by ${approvedBy}` } : one));
}

/**
 * Policy's verdict over one action on a module: auto, approval, suggest or deny, with every gate that was passed or not.
 *
 * The platform's own modules differ from merchants' plugins: there is no whitelist and no confidence (the catalogue proposes, and nothing is
 * installed), level 1 needs no approval but has its caps, and switches are those of the module and of its service. Pure and total.
 */
export function permitModule(input: ModulePermitInput): Permit {
  const level = levelOf(input.target);
  const isTaken = input.isCore && input.takesFeatures;
  const gates = opened(
    [
      ...safetyGates({ ...input, proposalTrusted: true }),
      gate("core", "deny", isTaken ? "the free core is never degraded" : null, "the free core keeps all it has"),
      ...capGates(input),
      ...(level === 1 ? [] : fixGates(input)),
    ],
    input,
    level,
  );
  const kind = gates.filter(({ passed }) => !passed).reduce<PermitKind>((strictest, one) => stricter(strictest, one.ceiling), "auto");
  return { kind, level, requiredSignatures: kind === "auto" ? 0 : 1, gates };
}
