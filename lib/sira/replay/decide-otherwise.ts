import { permit as permitOf } from "@/lib/policy/permit/permit";
import type { Permit, Policy, ProposalTarget } from "@/lib/policy/types";
import { decide } from "@/lib/sira/decide";
import type { SiraModel } from "@/lib/sira/model";
import type { StoredDecision } from "@/lib/sira/replay/replay-decision";
import type { SiraAction, SiraDecision } from "@/lib/sira/types";

/** What is to be thought otherwise: members of the policy, the model, or both. */
export interface Supposition {
  readonly policy: Partial<Policy>;
  /** Null leaves SIRA's stored proposals as they are. */
  readonly model: SiraModel | null;
}

/** A proposal and its permit, as far as anything would have happened otherwise. */
export interface Verdict {
  readonly action: SiraAction;
  readonly patchVersion: string | null;
  readonly confidence: number;
  readonly kind: Permit["kind"];
  readonly requiredSignatures: number;
  /** Gates that stop it. */
  readonly stoppedBy: readonly string[];
}

function verdictOf(decision: SiraDecision, permit: Permit): Verdict {
  return {
    action: decision.action,
    patchVersion: decision.patch_version ?? null,
    confidence: decision.confidence,
    kind: permit.kind,
    requiredSignatures: permit.requiredSignatures,
    stoppedBy: permit.gates.filter(({ passed }) => !passed).map(({ gate }) => gate),
  };
}

/**
 * What another proposal would touch. The same action on the same version touches the same; of another version only its own
 * release could tell, so what is not known counts as irreversible: less power, never more.
 */
function targetUnder(stored: StoredDecision, decision: SiraDecision, effects: SchemaEffects): ProposalTarget {
  const { target } = stored.permitInput;
  if (decision.action === stored.decision.action && decision.patch_version === stored.decision.patch_version) return target;
  const version = decision.patch_version;
  const release = stored.request.context.releases.find((offered) => offered.version === version);
  const canRestore = stored.request.context.capabilities.includes("rollback");
  return {
    action: decision.action,
    domains: decision.action === "config_update" ? ["config"] : ["runtime"],
    schemaEffect:
      decision.action === "patch" ? (effects.get(`${stored.request.incident.plugin_key}@${version}`) ?? "irreversible") : "none",
    hasSnapshot: canRestore,
    hasRollback: canRestore,
    grantsAccess: false,
    isMajor: release?.major ?? false,
  };
}

/** Schema effects of releases by `plugin_key@version`, as their manifests declare them. */
export type SchemaEffects = ReadonlyMap<string, ProposalTarget["schemaEffect"]>;

/** Whether two verdicts would have led to the same: what is done, to which version, and who has to agree. */
function isSame(a: Verdict, b: Verdict): boolean {
  return a.action === b.action && a.patchVersion === b.patchVersion && a.kind === b.kind && a.requiredSignatures === b.requiredSignatures;
}

/**
 * The policy time machine: one stored decision as it would have come out under another policy or model, everything else as it
 * was then (signals, switches, attempts, fleet, hour, seed).
 *
 * A permit whose policy could not be read stays without one: nobody knows what it would have said.
 *
 * @returns null when nothing would have been done otherwise
 */
export function decideOtherwise(
  stored: StoredDecision,
  { policy, model }: Supposition,
  effects: SchemaEffects = new Map(),
): { readonly was: Verdict; readonly would: Verdict } | null {
  const { permitInput } = stored;
  // Another SIRA's words, and what stood in for them, are not ours to say again.
  const decision = model && stored.source === "local" ? decide(stored.request, model) : stored.decision;
  const would = permitOf({
    ...permitInput,
    policy: permitInput.policy && { ...permitInput.policy, ...policy },
    target: targetUnder(stored, decision, effects),
    // Unless it was decided anew, policy saw what it saw.
    confidence: decision === stored.decision ? permitInput.confidence : decision.confidence,
  });
  const [before, after] = [verdictOf(stored.decision, stored.permit), verdictOf(decision, would)];
  return isSame(before, after) ? null : { was: before, would: after };
}
