import { showApproverKeys } from "@/lib/access/people/keys/queries-keys";
import type { TenantScope } from "@/lib/access/types";
import { listWaitingPlans } from "@/lib/approvals/queries-waiting";
import { showSwitches } from "@/lib/policy/queries";

/** Everything that waits for a person within a scope, what expires first before all others. */
export async function readInbox(scope: TenantScope, now: Date) {
  const [plans, { requests }, { items: keys, proposed, trust }] = await Promise.all([
    listWaitingPlans(scope, now),
    showSwitches(scope, now),
    showApproverKeys(now),
  ]);
  // Keys and trust concern the agents of all merchants: they are for people who act for all of them.
  const isWide = scope.kind === "all";
  const enrolled = isWide ? keys.filter(({ status }) => status === "enrolled") : [];
  const waiting = [
    ...plans,
    ...requests.map((request) => ({ kind: "switch" as const, ...request })),
    ...(isWide && proposed ? [{ kind: "trust" as const, ...proposed, requested_by: proposed.proposed_by }] : []),
    ...enrolled.map((key) => ({
      kind: "key" as const,
      ...key,
      digest: key.vouch_digest,
      requested_by: `person:${key.approver}`,
      created_at: key.enrolled_at,
      expires_at: null,
      approvals: { required: 1, given: 0 },
    })),
  ];
  const dueOf = ({ expires_at }: { expires_at: string | null }) => expires_at ?? "9999";
  return {
    items: waiting.toSorted((a, b) => (dueOf(a) < dueOf(b) ? -1 : 1)),
    /** Whose signatures agents count now; null while nobody's are. */
    trust: trust ? { version: trust.version, threshold: trust.document.threshold, approver_keys: trust.document.approver_keys } : null,
  };
}
