import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";
import { changePolicy } from "@/lib/policy/commands/change-policy";
import { showPolicy } from "@/lib/policy/queries";

/** GET /api/ops/policy: the row, flat. */
export const GET = opsRead({ permission: "incident:read", work: "safety", read: ({ scope }) => showPolicy(scope) });

/**
 * PUT /api/ops/policy: members of the row to change, and the reason. With `version` it fails when another one is in force;
 * `updated_at` and `updated_by`, as GET gave them, are let pass and mean nothing.
 */
export const PUT = opsWrite({
  command: changePolicy,
  input: ({ version, reason, updated_at: _at, updated_by: _by, ...changes }) => ({ changes, version, reason }),
  wrappedIn: "changes",
  // Nobody turns automatic healing on again, or lets releases bake shorter, alone: that is a request.
  mayAsk: true,
});
