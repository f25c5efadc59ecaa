import { and, asc, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { rollouts, rolloutWaves } from "@/db/schema/rollout";
import type { TenantScope } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { afterPlace, pageOf, pageParameters } from "@/lib/platform/web/page";
import { judgeEnds } from "./judge-ends";
import { readRecallOf } from "./recall/queries-recalls";
import { promoteDigest, resumeDigest } from "./rollout-digests";
import { ROLLOUT_STATES } from "./rollout-types";

type RolloutRow = typeof rollouts.$inferSelect;
type WaveRow = typeof rolloutWaves.$inferSelect;

export const rolloutsQuery = z.strictObject({
  ...pageParameters,
  state: z.enum(ROLLOUT_STATES).optional(),
  plugin_key: z.string().max(128).optional(),
});

type Counts = { planned: number; updating: number; proven: number; rolled_back: number; refused: number; failed: number; left_out: number };
const NOBODY: Counts = { planned: 0, updating: 0, proven: 0, rolled_back: 0, refused: 0, failed: 0, left_out: 0 };

/** Members of some rollouts by wave and state. */
async function readCounts(tx: ReaderTx, ids: readonly string[]) {
  if (ids.length === 0) return () => NOBODY;
  const rows = await tx.execute<{ rollout_id: string; wave: number; state: keyof Counts; count: number }>(sql`
    select rollout_id, wave, state, count(*)::int as count from rollout_members where rollout_id = any (${`{${ids.join(",")}}`}::uuid[]) group by 1, 2, 3`);
  return (id: string, wave: number | null): Counts => {
    const own = rows.filter((row) => row.rollout_id === id && (wave === null || row.wave === wave));
    const counts = { ...NOBODY };
    for (const { state, count } of own) counts[state] += count;
    return counts;
  };
}

function rolloutItem(row: RolloutRow, counts: Counts) {
  return {
    id: row.id,
    release_id: row.releaseId,
    plugin_key: row.pluginKey,
    version: row.version,
    state: row.state,
    wave: row.wave,
    wave_name: row.rules[row.wave]?.name ?? "all",
    waits_for: row.waitsFor,
    reason: row.reason,
    state_reason: row.stateReason,
    started_by: row.startedBy,
    started_at: row.startedAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    ended_at: row.endedAt?.toISOString() ?? null,
    counts,
  };
}

/** A page of rollouts, newest first: the platform's own, so only who acts for all tenants sees any. */
export async function listRollouts(scope: TenantScope, query: z.output<typeof rolloutsQuery>) {
  return read(scope, async (tx) => {
    const rows = await tx
      .select()
      .from(rollouts)
      .where(
        and(
          query.state === undefined ? undefined : eq(rollouts.state, query.state),
          query.plugin_key === undefined ? undefined : eq(rollouts.pluginKey, query.plugin_key),
          afterPlace(rollouts.startedAt, rollouts.id, query.cursor),
        ),
      )
      .orderBy(desc(rollouts.startedAt), desc(rollouts.id))
      .limit(query.limit + 1);
    const counts = await readCounts(
      tx,
      rows.map(({ id }) => id),
    );
    return pageOf(
      rows,
      query.limit,
      (row) => rolloutItem(row, counts(row.id, null)),
      (row) => ({ at: row.startedAt, id: row.id }),
    );
  });
}

type MemberRow = {
  plugin_id: string;
  tenant_name: string;
  wave: number;
  state: keyof Counts;
  is_late: boolean;
  why: string | null;
  running_version: string;
  attempt_status: string | null;
};

/** Members that somebody may want to look at: whoever is under way or went wrong first, and whoever is still missing once it is over. */
async function readMembers(tx: ReaderTx, { id, state }: RolloutRow): Promise<MemberRow[]> {
  const rows = await tx.execute<MemberRow>(sql`
    select m.plugin_id, t.name as tenant_name, m.wave, m.state, m.is_late, m.why, s.running_version, a.status as attempt_status
    from rollout_members m join tenants t on t.id = m.tenant_id join plugin_state s on s.tenant_id = m.tenant_id and s.plugin_id = m.plugin_id
    left join plugin_autopatch_attempts a on a.tenant_id = m.tenant_id and a.id = m.attempt_id
    where m.rollout_id = ${id}
    order by ${state} = 'completed' and m.state = 'planned' desc, array_position(array['rolled_back', 'refused', 'failed', 'updating', 'left_out', 'proven', 'planned'], m.state), m.wave, t.name, m.plugin_id
    limit ${LIMITS.rolloutMembersShown}`);
  return [...rows];
}

async function readRunning(tx: ReaderTx, id: string) {
  const [row] = await tx.execute<{ applied: number; on_the_way: number }>(sql`
    select count(*) filter (where phase in ('probation', 'committing', 'reverting'))::int as applied,
      count(*) filter (where phase in ('queued', 'staging', 'dispatch'))::int as on_the_way
    from plugin_autopatch_attempts where rollout_id = ${id} and phase <> 'done'`);
  return row ?? { applied: 0, on_the_way: 0 };
}

function waveItem(rule: RolloutRow["rules"][number], index: number, row: WaveRow | undefined, counts: Counts, now: Date) {
  const bakeSeconds = Math.round(rule.bakeDays * 24 * 60 * 60);
  const age = row ? Math.max(0, Math.round((now.getTime() - row.startedAt.getTime()) / 1_000)) : 0;
  return {
    wave: index,
    name: rule.name,
    share: rule.share,
    merchants: rule.merchants,
    bake_seconds: bakeSeconds,
    bake_left_seconds: row?.provenAt ? 0 : Math.max(0, bakeSeconds - age),
    tolerance: rule.tolerance,
    started_at: row?.startedAt.toISOString() ?? null,
    proven_at: row?.provenAt?.toISOString() ?? null,
    proven_by: row?.provenBy ?? null,
    proven_reason: row?.provenReason ?? null,
    verdict: row?.verdict ?? null,
    counts,
  };
}

/** One rollout with its waves, what each proved and what is missing, its members and its recall; null where there is none. */
export async function readRollout(scope: TenantScope, rolloutId: string, now: Date) {
  return read(scope, async (tx) => {
    const [row] = await tx.select().from(rollouts).where(eq(rollouts.id, rolloutId));
    if (!row) return null;
    const waves = await tx.select().from(rolloutWaves).where(eq(rolloutWaves.rolloutId, rolloutId)).orderBy(asc(rolloutWaves.wave));
    const counts = await readCounts(tx, [rolloutId]);
    const all = counts(rolloutId, null);
    return {
      ...rolloutItem(row, all),
      ends: judgeEnds({ kept: all.proven, harmed: all.rolled_back }),
      rehearsals: Object.entries(row.rehearsals).map(([from_version, report]) => ({
        from_version,
        passed: report.passed,
        undo_token: report.undo_token_digest,
        runner: report.runner,
      })),
      waves: row.rules.map((rule, index) =>
        waveItem(
          rule,
          index,
          waves.find(({ wave }) => wave === index),
          counts(rolloutId, index),
          now,
        ),
      ),
      left_running: await readRunning(tx, rolloutId),
      members: await readMembers(tx, row),
      recall: await readRecallOf(tx, row.releaseId),
      /** What a second factor is shown for, by deed. */
      digests: { promote: promoteDigest(row.id, row.wave), resume: resumeDigest(row.id, row.wave) },
    };
  });
}
