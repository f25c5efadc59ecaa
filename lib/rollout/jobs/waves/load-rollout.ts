import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { pluginReleases } from "@/db/schema/delivery";
import { changeFreezes, rollouts, rolloutWaves, tenantCalendars } from "@/db/schema/rollout";
import { safetySwitches } from "@/db/schema/safety";
import { type Impact, impactOf } from "@/lib/delivery/quorum/quorum-for";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { SANDBOX_TENANT } from "@/lib/kernel/sandbox-tenant";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import { type Calendar, changeIsHeldBy, type Freeze } from "@/lib/policy/calendar/may-change-now";
import { isWithinWindows } from "@/lib/policy/calendar/next-opening";
import { effectiveSwitches } from "@/lib/policy/effective-switches";
import { readPolicy } from "@/lib/policy/queries";
import type { Policy } from "@/lib/policy/types";
import type { HealthVerdict } from "../../types";
import type { MemberFacts } from "../../waves/member-gate";
import type { MemberState, WaitsFor } from "../../waves/rollout-types";
import { type Opening, openingAt } from "./opening-at";

type RolloutRow = typeof rollouts.$inferSelect;
type WaveRow = typeof rolloutWaves.$inferSelect;

type Row = {
  tenant_id: string;
  plugin_id: string;
  wave: number;
  state: MemberState;
  tries: number;
  moved_at: string;
  is_cut_off: boolean;
  running: string;
  disk: string;
  last_seen: string;
  capabilities: string[];
  volume: number;
  today: number;
  busy: boolean;
  attempt_id: string | null;
  status: "success" | "failed" | "rolled_back" | "cancelled" | null;
  phase: string | null;
  end_reason: string | null;
  needs_person: boolean | null;
  revert_reason: string | null;
  health: HealthVerdict | null;
  called_back: boolean;
  fetched: boolean;
  refusal: string | null;
};

/** One member with its attempt, as they are now. */
export interface LoadedMember {
  readonly tenantId: string;
  readonly pluginId: string;
  readonly wave: number;
  readonly state: MemberState;
  readonly tries: number;
  readonly facts: MemberFacts;
  readonly ended: Pick<
    Row,
    "status" | "end_reason" | "revert_reason" | "needs_person" | "health" | "called_back" | "fetched" | "refusal"
  > | null;
  readonly isLive: boolean;
}

/** Everything that the next move of a rollout may depend on, read at one moment. */
export interface LoadedRollout {
  readonly row: RolloutRow;
  readonly wave: WaveRow | null;
  readonly members: readonly LoadedMember[];
  readonly policy: Policy | null;
  /** How much its release weighs. */
  readonly impact: Impact;
  readonly blockers: readonly WaitsFor[];
  /** Whether a merchant's hours and freezes, and the policy's hours, let a change begin there within LIMITS.rolloutOpeningDays, and else not before when. */
  readonly openingOf: (tenantId: string) => Opening;
  /** All attempts with the release, whoever began them. */
  readonly flight: { readonly inFlight: number; readonly proven: number };
  /** Plugins that run an older version and belong to no wave yet. */
  readonly joiners: readonly { readonly tenantId: string; readonly pluginId: string }[];
}

/** The fleet's volume is summed once, not once a member: materialized, since PostgreSQL would else work it out for each row. */
function readMembers(tx: ReaderTx, { id, pluginKey }: RolloutRow, now: Date): Promise<Row[]> {
  const dayAgo = new Date(now.getTime() - 24 * 60 * 60 * 1_000).toISOString();
  return tx
    .execute<Row>(sql`
      with fleet as materialized (select coalesce(sum(payment_volume), 0)::float8 as volume from plugins where plugin_key = ${pluginKey} and status = 'active')
      select m.tenant_id, m.plugin_id, m.wave, m.state, m.tries, m.updated_at as moved_at, p.status <> 'active' or t.is_disabled as is_cut_off,
        s.running_version as running, s.disk_version as disk, s.last_seen, s.capabilities,
        case when fleet.volume > 0 then p.payment_volume / fleet.volume else 0 end as volume,
        coalesce(own.today, 0) as today, coalesce(own.busy, false) as busy,
        m.attempt_id, a.status, a.phase, a.end_reason, a.revert_reason, a.needs_person, a.health_report as health,
        coalesce(past.called_back, false) as called_back, coalesce(past.fetched, false) as fetched,
        (select c.result ->> 'reason' from plugin_agent_commands c where c.tenant_id = a.tenant_id and c.attempt_id = a.id and c.type = a.method
          and c.status = 'failed' and c.result ->> 'reason' like 'refused:%' limit 1) as refusal
      from rollout_members m cross join fleet
      join plugins p on p.tenant_id = m.tenant_id and p.id = m.plugin_id join tenants t on t.id = m.tenant_id
      join plugin_state s on s.tenant_id = m.tenant_id and s.plugin_id = m.plugin_id
      left join plugin_autopatch_attempts a on m.state = 'updating' and a.tenant_id = m.tenant_id and a.id = m.attempt_id
      left join lateral (select
          a.status <> 'success' and exists (select 1 from autopatch_attempt_events e
            where e.tenant_id = a.tenant_id and e.attempt_id = a.id and e.to_status = 'cancelled') as called_back,
          exists (select 1 from plugin_agent_commands c where c.tenant_id = a.tenant_id and c.attempt_id = a.id and c.offered_at is not null) as fetched
        ) past on a.phase = 'done'
      left join lateral (select count(*) filter (where o.created_at > ${dayAgo}::timestamptz)::int as today, bool_or(o.phase <> 'done') as busy
        from plugin_autopatch_attempts o where o.tenant_id = m.tenant_id and o.plugin_id = m.plugin_id) own on m.state = 'planned'
      where m.rollout_id = ${id} order by m.wave, m.plugin_id`)
    .then((rows) => [...rows]);
}

async function readHolds(tx: ReaderTx, policy: Policy | null, now: Date) {
  const switches = await tx.select().from(safetySwitches);
  const calendars = new Map((await tx.select().from(tenantCalendars)).map((row) => [row.tenantId, row as Calendar]));
  const freezes = await tx
    .select()
    .from(changeFreezes)
    .where(and(isNull(changeFreezes.liftedAt), gt(changeFreezes.endsAt, now)));
  const freezesOf = (tenantId: string): Freeze[] => freezes.filter((freeze) => freeze.tenantId === tenantId);
  const switchedOff = (tenantId: string, pluginId: string | null): WaitsFor | null => {
    const { switches: state } = effectiveSwitches(switches, policy, { tenantId, moduleId: null, pluginId });
    if (!state) return "switches_unknown";
    if (state.killSwitch) return "kill_switch";
    return state.safeMode || state.autoHealOff.includes("INTEGRATION") ? "safe_mode" : null;
  };
  const held = [PLATFORM_TENANT].flatMap(freezesOf);
  return {
    openingOf: (tenantId: string): Opening => {
      const of = { calendar: calendars.get(tenantId) ?? null, freezes: [...held, ...freezesOf(tenantId)], windows: policy?.windows ?? [] };
      return openingAt(of, now);
    },
    /** What holds everybody. */
    everybody: switchedOff(PLATFORM_TENANT, null) ?? changeIsHeldBy(null, freezesOf(PLATFORM_TENANT), now),
    /** What holds one plugin besides. */
    one: (tenantId: string, pluginId: string): WaitsFor | null =>
      switchedOff(tenantId, pluginId) ?? changeIsHeldBy(calendars.get(tenantId) ?? null, freezesOf(tenantId), now),
  };
}

/**
 * Above a share of unhealthy plugins nothing is remedied or widened: the fleet, or what it stands on, has another trouble. Counted from the few
 * open incidents, and not plugin by plugin: every rollout asks this every second.
 */
async function isStorm(tx: ReaderTx, policy: Policy | null): Promise<boolean> {
  const [row] = await tx.execute<{ total: number; unhealthy: number }>(sql`
    with sick as materialized (select distinct tenant_id, plugin_id from plugin_incidents where status not in ('resolved', 'closed') and type <> 'drift')
    select count(*)::int as total, count(s.plugin_id)::int as unhealthy from plugins p
    left join sick s on s.tenant_id = p.tenant_id and s.plugin_id = p.id where p.status = 'active' and p.tenant_id <> ${SANDBOX_TENANT}`);
  if (!row || row.total < LIMITS.stormMinimumPlugins) return false;
  return !(policy !== null && row.unhealthy / row.total <= policy.storm_share);
}

async function readFlight(tx: ReaderTx, { pluginKey, version }: RolloutRow) {
  const [row] = await tx.execute<{ in_flight: number; proven: number }>(sql`
    select count(*) filter (where a.phase <> 'done')::int as in_flight, count(distinct a.plugin_id) filter (where a.status = 'success')::int as proven
    from plugin_autopatch_attempts a join plugins p on p.tenant_id = a.tenant_id and p.id = a.plugin_id
    where p.plugin_key = ${pluginKey} and a.to_version = ${version} and a.method = 'update'`);
  return { inFlight: row?.in_flight ?? 0, proven: row?.proven ?? 0 };
}

async function readJoiners(tx: ReaderTx, { id, pluginKey, version, releaseId }: RolloutRow) {
  const rows = await tx.execute<{ tenant_id: string; plugin_id: string }>(sql`
    select p.tenant_id, p.id as plugin_id from plugins p join plugin_releases r on r.id = ${releaseId} and (r.channel = 'stable' or r.channel = p.channel)
    join tenants t on t.id = p.tenant_id and not t.is_disabled join plugin_state s on s.tenant_id = p.tenant_id and s.plugin_id = p.id
    where p.plugin_key = ${pluginKey} and p.status = 'active' and s.disk_version <> ${version}
      and not exists (select 1 from rollout_members m where m.tenant_id = p.tenant_id and m.rollout_id = ${id} and m.plugin_id = p.id)
    order by p.id limit ${LIMITS.sweepRows}`);
  return rows.map((row) => ({ tenantId: row.tenant_id, pluginId: row.plugin_id }));
}

async function readImpact(tx: ReaderTx, { releaseId }: RolloutRow): Promise<Impact> {
  const [release] = await tx.select({ manifest: pluginReleases.manifest }).from(pluginReleases).where(eq(pluginReleases.id, releaseId));
  return impactOf(release?.manifest ?? {});
}

function memberOf(row: Row, rehearsals: RolloutRow["rehearsals"], heldBy: WaitsFor | null): LoadedMember {
  const isEnded = row.state === "updating" && row.phase === "done";
  return {
    tenantId: row.tenant_id,
    pluginId: row.plugin_id,
    wave: row.wave,
    state: row.state,
    tries: row.tries,
    isLive: row.state === "updating" && row.phase !== "done",
    ended: isEnded ? row : null,
    facts: {
      isCutOff: row.is_cut_off,
      runningVersion: row.running,
      diskVersion: row.disk,
      lastSeen: new Date(row.last_seen),
      capabilities: row.capabilities,
      paymentShare: row.volume,
      attemptsToday: row.today,
      isBusy: row.busy,
      isRehearsalFailed: rehearsals[row.disk]?.passed === false,
      tried: row.tries > 0 ? { at: new Date(row.moved_at), times: row.tries } : null,
      heldBy,
    },
  };
}

/** Loads a rollout with its wave and members, and what holds any of them now. @returns null where there is none */
export async function loadRollout(tx: ReaderTx, rolloutId: string, now: Date): Promise<LoadedRollout | null> {
  const [row] = await tx
    .select()
    .from(rollouts)
    .where(and(eq(rollouts.tenantId, PLATFORM_TENANT), eq(rollouts.id, rolloutId)));
  if (!row) return null;
  const ofWave = and(eq(rolloutWaves.tenantId, PLATFORM_TENANT), eq(rolloutWaves.rolloutId, rolloutId), eq(rolloutWaves.wave, row.wave));
  const [wave] = await tx.select().from(rolloutWaves).where(ofWave);
  const policy = (await readPolicy(tx))?.policy ?? null;
  const holds = await readHolds(tx, policy, now);
  const isInWindow = isWithinWindows(policy?.windows ?? [], now);
  const blockers: WaitsFor[] = [
    ...(holds.everybody ? [holds.everybody] : []),
    ...((await isStorm(tx, policy)) ? ["storm" as const] : []),
    ...(isInWindow ? [] : ["window" as const]),
  ];
  const rows = await readMembers(tx, row, now);
  return {
    row,
    wave: wave ?? null,
    members: rows.map((each) =>
      memberOf(each, row.rehearsals, each.state === "planned" ? holds.one(each.tenant_id, each.plugin_id) : null),
    ),
    policy,
    impact: await readImpact(tx, row),
    blockers,
    openingOf: holds.openingOf,
    flight: await readFlight(tx, row),
    joiners: await readJoiners(tx, row),
  };
}
