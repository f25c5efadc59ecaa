import { sql } from "drizzle-orm";
import { scopeFor, systemActor } from "@/lib/access/system-actor";
import { type Lease, underLease } from "@/lib/gateway/lease";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { Refusal } from "@/lib/kernel/refusal";
import type { Clock } from "@/lib/platform/clock";
import { reportFault } from "@/lib/platform/faults/report-fault";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { recallRelease } from "../../commands/recall/recall-release";
import { advanceRollout } from "../../commands/waves/advance-rollout";
import { updateMembers } from "../../commands/waves/update-members";
import { countCanary } from "./count-canary";
import { decideRound, type Round } from "./decide-round";
import { type LoadedRollout, loadRollout } from "./load-rollout";
import { stage } from "./stage";

const actor = () => systemActor("rollout", "operate");

/** Rollouts on which a worker may have something to do; of the completed ones only each plugin's newest, for its latecomers. */
async function readDue(now: Date): Promise<string[]> {
  const rows = await read(scopeFor("operate"), (tx) =>
    tx.execute<{ id: string }>(sql`
      select r.id from rollouts r left join work_leases l on l.tenant_id = r.tenant_id and l.kind = 'job' and l.subject_id = r.id
      where r.due_at <= ${now.toISOString()}::timestamptz and coalesce(l.lease_until, 'epoch') < now() and (r.state in ('staging', 'running', 'holding')
        or (r.state = 'completed' and not exists (select 1 from rollouts n where n.plugin_key = r.plugin_key and n.started_at > r.started_at)))
      order by r.due_at limit ${LIMITS.sweepRows}`),
  );
  return rows.map(({ id }) => id);
}

async function load(rolloutId: string, now: Date) {
  return read(scopeFor("operate"), async (tx) => {
    const loaded = await loadRollout(tx, rolloutId, now);
    if (!loaded?.wave || loaded.row.state === "completed") return { loaded, news: null };
    const { row, wave } = loaded;
    // A large wave is judged every few seconds, a small one at every beat: there each single shop counts.
    const dueAt = wave.countedUntil.getTime() + (LIMITS.rolloutCountSeconds + LIMITS.canarySettleSeconds) * 1_000;
    if (wave.canary.tallies.length > LIMITS.rolloutSmallWave && now.getTime() < dueAt) return { loaded, news: null };
    const counted = { ...wave, rolloutId, pluginKey: row.pluginKey, version: row.version, waveStartedAt: wave.startedAt };
    return { loaded, news: await countCanary(tx, counted, now) };
  });
}

/** Writes what a round came to; nothing where there is nothing new, so that a wave of weeks does not fill the audit. */
async function store({ row, wave, joiners }: LoadedRollout, round: Round, lease: Lease, now: Date): Promise<void> {
  const { move } = round;
  if (!wave || !round.isNews) return;
  const isWidened = move.do === "widen";
  const state =
    move.do === "complete" || row.state === "completed" ? "completed" : move.do === "hold" && !move.isBusy ? "holding" : "running";
  const input = {
    rolloutId: row.id,
    fence: lease.fence,
    expected: { state: row.state, wave: row.wave, countedUntil: wave.countedUntil },
    settled: round.settled,
    joiners: joiners.map((joiner) => ({ ...joiner, wave: round.waveOfJoiners })),
    counted: round.counted,
    to: { state, isWidened, waitsFor: move.do === "hold" ? move.waitsFor : [] },
  };
  await runCommand(advanceRollout, { input, actor: actor(), now });
}

/** One round of a rollout. @returns seconds to rest */
async function takeRound(rolloutId: string, lease: Lease, clock: Clock): Promise<number> {
  const now = clock.now();
  const { loaded, news } = await load(rolloutId, now);
  if (!loaded) return LIMITS.leaseSeconds;
  if (loaded.row.state === "staging") {
    await stage(loaded, lease, clock);
    return 0;
  }
  const round = decideRound(loaded, news, now);
  await store(loaded, round, lease, now);
  const { move } = round;
  const { state, wave, releaseId } = loaded.row;
  if (move.do === "recall") {
    await runCommand(recallRelease, { input: { releaseId, reason: move.reason }, actor: actor(), now });
  }
  if (move.do === "start") {
    const expected = { state: round.isNews && state !== "completed" ? "running" : state, wave };
    const input = { rolloutId, fence: lease.fence, expected, places: round.starting };
    await runCommand(updateMembers, { input, actor: actor(), now });
  }
  return state === "completed" ? LIMITS.rolloutLateSeconds : 0;
}

/**
 * Moves every rollout as far as it can go now, each under its own lease. Crash at any point: the next worker decides from what
 * is stored (docs/decisions/0010).
 *
 * @returns how many there were to look at
 */
export async function advanceRollouts(owner: string, clock: Clock): Promise<number> {
  const due = await readDue(clock.now());
  const queue = [...due];
  // A rehearsal takes seconds: one rollout's must not keep another from seeing harm.
  const worker = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) await advanceOne(id, owner, clock);
  };
  await Promise.all(Array.from({ length: LIMITS.workAtOnce }, worker));
  return due.length;
}

async function advanceOne(id: string, owner: string, clock: Clock): Promise<void> {
  await underLease({ kind: "job", tenantId: PLATFORM_TENANT, id }, owner, async (lease, rest) => {
    try {
      rest.seconds = await takeRound(id, lease, clock);
    } catch (error) {
      // Somebody was faster, or nobody could begin: the next round looks again.
      if (!(error instanceof Refusal)) reportFault(`A round of rollout ${id} failed and will be taken up again`, error, {});
    }
  });
}
