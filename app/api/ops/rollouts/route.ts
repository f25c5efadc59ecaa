import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";
import { startRollout } from "@/lib/rollout/commands/waves/start-rollout";
import { listRollouts, rolloutsQuery } from "@/lib/rollout/waves/queries-rollouts";

/** GET /api/ops/rollouts: newest first, with members by state. */
export const GET = opsRead({ permission: "incident:read", query: rolloutsQuery, read: ({ scope, query }) => listRollouts(scope, query) });

const inner = (wave: unknown): unknown => {
  if (typeof wave !== "object" || wave === null || !("bake_seconds" in wave)) return wave;
  const { bake_seconds: bakeSeconds, ...rest } = wave;
  return { ...rest, bakeSeconds };
};

/** POST /api/ops/rollouts { release_id, confirm, reason, overrides? }: an approver sends a release on its way. */
export const POST = opsWrite({
  command: startRollout,
  status: 201,
  input: ({ release_id: releaseId, overrides, ...rest }) => ({
    ...rest,
    releaseId,
    ...(overrides === undefined ? {} : { overrides: Array.isArray(overrides) ? overrides.map(inner) : overrides }),
  }),
});
