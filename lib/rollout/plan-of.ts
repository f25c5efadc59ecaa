import type { QuorumFor } from "@/lib/delivery/quorum/quorum-for";
import type { PlanDocument } from "@/lib/delivery/types";
import type { ProposalTarget } from "@/lib/policy/types";
import type { SiraDecision } from "@/lib/sira/types";

/** What a plan for one plugin is made from. */
export interface PlanSource {
  readonly pluginId: string;
  readonly pluginKey: string;
  readonly runningVersion: string;
  /** What lies on disk: the agent changes that, and refuses a plan that starts from anything else. */
  readonly diskVersion: string;
  readonly lastGoodVersion: string | null;
  /** The release a patch names, where it is one that may be shipped. */
  readonly release: { readonly version: string; readonly sha256: string; readonly schemaEffect: ProposalTarget["schemaEffect"] } | null;
  readonly policyVersion: number;
  readonly nonce: string;
  readonly expiresAt: Date;
  /** What the plugin's agent takes under people's own signatures alone, and how much this weighs; an agent that asks for majors only needs neither. */
  readonly wants?: { readonly quorumFor: QuorumFor; readonly impact: "normal" | "high" };
}

/** What is said of the weight of an update, to agents that ask; plans for all others stay what they were. */
function weightOf({ wants }: PlanSource): Pick<PlanDocument, "impact" | "quorum_for"> {
  return wants && wants.quorumFor !== "major" ? { impact: wants.impact, quorum_for: wants.quorumFor } : {};
}

/** The plan that would carry a proposal out, or null when there is nothing to carry out. */
export function planOf(decision: Pick<SiraDecision, "action">, source: PlanSource): PlanDocument | null {
  const common = {
    plugin_ids: [source.pluginId],
    plugin_key: source.pluginKey,
    from_version: source.diskVersion,
    to_version: null,
    artifact_sha256: null,
    policy_version: source.policyVersion,
    nonce: source.nonce,
    expires_at: source.expiresAt.toISOString(),
  };
  if (decision.action === "patch" && source.release) {
    return { ...common, ...weightOf(source), type: "update", to_version: source.release.version, artifact_sha256: source.release.sha256 };
  }
  if (decision.action === "rollback" && source.lastGoodVersion !== null && source.lastGoodVersion !== source.runningVersion) {
    return { ...common, type: "rollback", to_version: source.lastGoodVersion };
  }
  if (decision.action === "restart" || decision.action === "isolate") return { ...common, type: decision.action };
  return null;
}

/**
 * What a proposal touches, for policy. A plugin's update is reversible by what the agent keeps: the last good copy on disk is
 * its snapshot, and restoring it is its rollback; an agent that cannot roll back gives neither.
 */
export function targetOf(
  decision: Pick<SiraDecision, "action">,
  source: Pick<PlanSource, "release">,
  capabilities: readonly string[],
  isMajor: boolean,
): ProposalTarget {
  const canRestore = capabilities.includes("rollback");
  return {
    action: decision.action,
    domains: decision.action === "config_update" ? ["config"] : ["runtime"],
    schemaEffect: decision.action === "patch" ? (source.release?.schemaEffect ?? "irreversible") : "none",
    hasSnapshot: canRestore,
    hasRollback: canRestore,
    grantsAccess: false,
    isMajor,
  };
}
