import type { EmergencyKind } from "@/lib/approvals/types";
import type { CommandType } from "@/lib/delivery/types";
import { compareVersions } from "@/lib/kernel/semver";
import type { AttemptPhase } from "../../types";

/** One plugin that an emergency rollback reaches, as it is at that moment. */
export interface ReachedPlugin {
  readonly isActive: boolean;
  /** Null when it never reported. */
  readonly runningVersion: string | null;
  readonly capabilities: readonly string[];
  /** The attempt under way, and whether a beat has fetched any command of it. */
  readonly live: { readonly method: CommandType; readonly phase: AttemptPhase; readonly isReached: boolean } | null;
  /** The newest change that was kept for good. */
  readonly kept: {
    readonly method: CommandType;
    readonly fromVersion: string;
    readonly toVersion: string | null;
    readonly finishedAt: Date;
  } | null;
}

export interface EmergencyVerdict {
  readonly kind: EmergencyKind;
  readonly why: string;
}

const say = (kind: EmergencyKind, why: string): EmergencyVerdict => ({ kind, why });

function ofLive({ method, phase, isReached }: NonNullable<ReachedPlugin["live"]>): EmergencyVerdict {
  if (method === "rollback" || phase === "reverting") return say("called_back", "a rollback was on its way already");
  if (!isReached) return say("stopped", "nothing had reached the plugin");
  if (method === "update" || method === "config_update") return say("called_back", "the agent may have applied it");
  return say("cannot_undo", `a ${method} that the agent has fetched cannot be taken back`);
}

function ofKept(plugin: ReachedPlugin, kept: NonNullable<ReachedPlugin["kept"]>, undoSince: Date): EmergencyVerdict | null {
  const { runningVersion } = plugin;
  if (kept.method === "rollback" || runningVersion === kept.fromVersion) return null;
  if (kept.method !== "update" || kept.toVersion === null) return say("cannot_undo", `the state before the ${kept.method} is not kept`);
  if (!plugin.isActive) return say("cannot_undo", "the plugin was revoked: it takes no commands");
  if (runningVersion !== kept.toVersion) return say("cannot_undo", `${runningVersion ?? "an unknown version"} runs by now`);
  if (!plugin.capabilities.includes("rollback")) return say("cannot_undo", "its agent cannot roll back");
  if (compareVersions(kept.fromVersion, kept.toVersion) >= 0) return say("cannot_undo", "no older version is known");
  if (kept.finishedAt > undoSince) return say("undo", `${kept.fromVersion} is the last good version that is kept`);
  return say("can_undo", `it was kept before ${undoSince.toISOString()}: a person may order the way back`);
}

/**
 * What an emergency rollback means for one plugin.
 *
 * @param undoSince  changes that were kept after this instant are undone, too
 * @param version    the one version it is about, or null for any
 * @returns null when it means nothing: no change is under way and none is left to undo
 */
export function emergencyVerdict(plugin: ReachedPlugin, undoSince: Date, version: string | null): EmergencyVerdict | null {
  if (plugin.live) return ofLive(plugin.live);
  if (plugin.kept) return ofKept(plugin, plugin.kept, undoSince);
  const runsIt = version !== null && plugin.runningVersion === version;
  return runsIt ? say("cannot_undo", `${version} was not installed by Center: it knows no version to go back to`) : null;
}
