import { levelOf } from "@/lib/policy/level-of";
import { budgetGates, policyGates, safetyGates } from "@/lib/policy/permit/gates";
import type { Gate, Permit, PermitInput, PermitKind } from "@/lib/policy/types";
import { PERMITS } from "@/lib/policy/types";

/** Gates that only a quorum of people opens (protocol.md, Policy); other approvals need one person. */
const QUORUM_GATES: ReadonlySet<string> = new Set(["major", "impact", "critical", "confidence", "agent_quorum"]);

/** Signatures a plan needs while the policy that says how many cannot be read. */
const QUORUM_WHEN_UNKNOWN = 2;

function stricter(a: PermitKind, b: PermitKind): PermitKind {
  return PERMITS.indexOf(a) >= PERMITS.indexOf(b) ? a : b;
}

function signaturesFor(kind: PermitKind, gates: readonly Gate[], input: PermitInput): number {
  const quorum = input.policy?.required_signatures ?? QUORUM_WHEN_UNKNOWN;
  const needsQuorum = gates.some((gate) => !gate.passed && QUORUM_GATES.has(gate.gate));
  if (needsQuorum) return quorum;
  return kind === "auto" ? 0 : 1;
}

/**
 * Policy's verdict over one proposal: auto, approval, suggest or deny, with every gate that was passed or not.
 *
 * Pure and total: all gates are always evaluated and listed, the strictest ceiling of those that stop it wins, and whatever
 * is unknown leads to less power. Stored with its input, a permit can be replayed years later.
 *
 * Telling people changes nothing, so `none` and `notify` are automatic whatever the gates say.
 *
 * @returns `requiredSignatures` distinct people who must approve the plan before it may run: 0 when it is automatic, one for
 *          a plain approval, the policy's quorum for majors, high impact, critical incidents and low confidence
 */
export function permit(input: PermitInput): Permit {
  const level = levelOf(input.target);
  const gates = [...safetyGates(input), ...policyGates(input), ...budgetGates(input)];
  if (input.target.action === "none" || input.target.action === "notify") {
    const why = "people are told, nothing is changed";
    return {
      kind: "auto",
      level,
      requiredSignatures: 0,
      gates: gates.map((gate) => (gate.passed ? gate : { ...gate, passed: true, why })),
    };
  }
  const kind = gates.filter((gate) => !gate.passed).reduce<PermitKind>((strictest, gate) => stricter(strictest, gate.ceiling), "auto");
  return { kind, level, requiredSignatures: signaturesFor(kind, gates, input), gates };
}
