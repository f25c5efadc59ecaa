import type { CommandType } from "@/lib/delivery/types";
import type { Category, EffectiveSwitches } from "@/lib/policy/types";
import type { AttemptPhase, AttemptStatus, HealthVerdict } from "@/lib/rollout/types";

export const COMMAND_STATUSES = ["pending", "offered", "applied", "committed", "failed", "cancelled", "expired"] as const;
export type CommandStatus = (typeof COMMAND_STATUSES)[number];

/** One signed order of an attempt, as far as the agent has answered it. */
export interface AttemptCommand {
  readonly status: CommandStatus;
  readonly createdAt: Date;
  /** When it first travelled in the answer to a beat: from here on the agent may act on it. */
  readonly offeredAt: Date | null;
  readonly appliedAt: Date | null;
  readonly expiresAt: Date;
  /** The agent's last word on it, ack or fail. */
  readonly result: { readonly reason: string | null; readonly rolledBack: boolean | null; readonly runningVersion: string | null } | null;
}

/** What is stored of an attempt, as far as its next step depends on it. */
export interface AttemptState {
  readonly phase: AttemptPhase;
  readonly method: CommandType;
  readonly fromVersion: string;
  readonly toVersion: string | null;
  /** True when Center itself started it: SAFE_MODE stops only those before they are offered. */
  readonly isAutomatic: boolean;
  /** Whose automatic healing it is: the switch of this category stops it like SAFE_MODE. */
  readonly category: Category;
  /** When the plan it executes expires; what was not dispatched by then never is. */
  readonly expiresAt: Date;
  /** A major version without the approvers' own signatures that an agent wants under it: it could only be refused there. */
  readonly lacksQuorum: boolean;
  /** The agent takes only what its vendor signed, and nobody signed this version: it could only refuse it. */
  readonly lacksVendor: boolean;
  readonly stagingReport: { readonly passed: boolean } | null;
  readonly command: AttemptCommand | null;
  readonly commitCommand: AttemptCommand | null;
  readonly revertCommand: AttemptCommand | null;
  /** Seconds after `applied` at which the agent restores the last good copy unless a commit came: as the command says. */
  readonly probationSeconds: number;
  /** A person, the emergency rollback or the runbook's SQL wants it gone. */
  readonly isCancelRequested: boolean;
}

/** What is true at the moment of the step and not part of the attempt. */
export interface AttemptFacts {
  /** Null when they could not be read: then nothing new starts. */
  readonly switches: EffectiveSwitches | null;
  /** The judge's word while the command is applied; null when it could not judge. */
  readonly verdict: HealthVerdict | null;
  readonly isStagingRequired: boolean;
  /** The plugin was revoked or its tenant disabled: nobody would obey, and nobody asked Center to look after it any more. */
  readonly isCutOff: boolean;
  /** A freeze or the merchant's own hours let no change begin now. */
  readonly isHeldByCalendar: boolean;
  /** The plugin's newest beat: a signed proof of what runs. */
  readonly lastReport: {
    readonly at: Date;
    readonly runningVersion: string;
    /** No beat of this boot came before the change was applied: the plugin was started since. */
    readonly isNewBoot: boolean;
  } | null;
}

export type FinalStatus = Extract<AttemptStatus, "success" | "failed" | "rolled_back" | "cancelled">;

/**
 * What the worker does next. `phase` is what it stores with it.
 *
 * stage     rehearse in the sandbox and store the report
 * dispatch  create the signed command, once
 * wait      nothing to do before `until`, unless the agent answers sooner; `isExtended` stores that the window was extended
 * commit    create the signed commit of the command
 * revert    create the signed rollback of the command, once
 * finish    store the end; `isWithdrawn`: first cancel the command if it is still pending, and decide anew if it is not
 * rest      it is over: do nothing, ever
 */
export type Step =
  | { readonly do: "stage"; readonly phase: "staging" }
  | { readonly do: "dispatch"; readonly phase: "dispatch" }
  | { readonly do: "wait"; readonly phase: AttemptPhase; readonly until: Date; readonly reason: string; readonly isExtended: boolean }
  | { readonly do: "commit"; readonly phase: "committing" }
  | { readonly do: "revert"; readonly phase: "reverting"; readonly reason: string }
  | Finish
  | { readonly do: "rest"; readonly phase: "done" };

export interface Finish {
  readonly do: "finish";
  readonly phase: "done";
  readonly status: FinalStatus;
  readonly reason: string;
  readonly isWithdrawn: boolean;
  /** The state of the plugin is not known or not good: somebody has to look. */
  readonly needsPerson: boolean;
  /** A switch that should be turned on for this plugin until somebody has looked (safety.md, case 17). */
  readonly adviseSwitch: "safe_mode" | null;
}

/** An end; more can be said with `extra`. */
export function finish(
  status: FinalStatus,
  reason: string,
  extra: Partial<Omit<Finish, "do" | "phase" | "status" | "reason">> = {},
): Finish {
  return { do: "finish", phase: "done", status, reason, isWithdrawn: false, needsPerson: false, adviseSwitch: null, ...extra };
}

/** An end that nobody should rely on: what runs is unknown or wrong, and trying again by machine could loop. */
export function needsPerson(reason: string): Finish {
  return finish("failed", reason, { needsPerson: true, adviseSwitch: "safe_mode" });
}

/** A pause, at least a second long so that no clock can make it spin. */
export function wait(phase: AttemptPhase, until: Date, now: Date, reason: string): Extract<Step, { do: "wait" }> {
  return { do: "wait", phase, until: new Date(Math.max(until.getTime(), now.getTime() + 1_000)), reason, isExtended: false };
}

/** An instant some seconds after another. */
export function after(instant: Date, seconds: number): Date {
  return new Date(instant.getTime() + seconds * 1_000);
}

/** Whether a version that runs proves that nothing of the change is left; a change that keeps the version proves nothing. */
export function provesOld(attempt: AttemptState, runningVersion: string | null | undefined): boolean {
  return attempt.fromVersion !== attempt.toVersion && runningVersion === attempt.fromVersion;
}

/** Whether the agent keeps the last good copy until a commit comes, so that the change can be reverted. */
export function isCommitConfirmed(attempt: AttemptState): boolean {
  return attempt.method === "update" || attempt.method === "config_update";
}
