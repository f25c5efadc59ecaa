import { compareVersions } from "@/lib/kernel/semver";
import type { SiraDecision, SiraRequest } from "@/lib/sira/types";
import { siraDecisionSchema } from "@/lib/sira/types";

/** A decision that may go on to policy, or why it may not. */
export type CheckedDecision = { readonly ok: true; readonly decision: SiraDecision } | { readonly ok: false; readonly reason: string };

function no(reason: string): CheckedDecision {
  return { ok: false, reason };
}

/**
 * Checks an answer, ours or a remote one, against the question: unknown actions, figures that are none, and versions that
 * were not offered to this very plugin are refused. What is refused leads to suggest-only.
 *
 * @param answer  whatever came back, unparsed
 */
export function checkDecision(request: SiraRequest, answer: unknown): CheckedDecision {
  const parsed = siraDecisionSchema.safeParse(answer);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return no(
      `the answer does not fit the schema: ${issue ? `${issue.path.join(".") || "whole"}: ${issue.message}` : "unknown"}`.slice(0, 300),
    );
  }
  const decision = parsed.data;
  const { patch_version } = decision;
  if (decision.action === "patch") {
    if (patch_version === undefined) return no("a patch without its version");
    const release = request.context.releases.find(({ version }) => version === patch_version);
    if (!release) return no("the patch is not among the releases offered to this plugin");
    if (release.failed_here) return no("the patch already failed on this plugin");
    if (compareVersions(patch_version, request.incident.running_version) <= 0) return no("the patch is not newer than what runs");
  } else if (patch_version !== undefined) {
    return no(`${decision.action} names a patch`);
  }
  if (decision.action === "rollback" && request.context.last_good_version === null) return no("a rollback, but no good version is known");
  return { ok: true, decision };
}
