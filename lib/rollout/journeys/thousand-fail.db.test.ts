import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureCommandKey } from "@/lib/access/trust";
import { scan } from "@/lib/incidents/jobs/scan";
import { watchFleet } from "@/lib/incidents/jobs/watch-fleet";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { advance } from "@/lib/rollout/jobs/advance";
import { decide } from "@/lib/rollout/jobs/decide";
import { openAs } from "@/test/database/open-as";
import { beatTogether, insertFleet } from "@/test/loop/bulk-fleet";
import { setPolicy } from "@/test/loop/make-shop";
import { publishRelease } from "@/test/loop/publish-release";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { endLeases, withoutFaults } from "@/test/loop/worker";

const FLEET = 1_000;
const FIRST_ILL = 24;
/** Of the thousand that wait then; every one is decided alike. */
const DECIDED = 40;
const pluginKey = `pay-${randomUUID().slice(0, 8)}`;

stopTime();
const superuser = openAs("superuser");
afterAll(() => superuser.end());
beforeAll(async () => {
  await ensureCommandKey(new Date());
  // So sure of itself that only the blast cap and the storm breaker can stop it.
  await setPolicy({ confidence_threshold: 0, staging_required: false, storm_share: 0.2 });
  for (const [version, fixes] of [
    ["1.2.2", []],
    ["1.2.3", undefined],
  ] as const)
    await publishRelease(pluginKey, version, fixes ? { fixes } : {});
  await insertFleet(superuser, { pluginKey, version: "1.2.2", count: FLEET });
  await beatTogether(superuser, { pluginKey, count: FLEET, failShare: 0 });
});

interface Due {
  readonly tenant_id: string;
  readonly id: string;
}

/** A scan of the whole fleet, then the decisions about the first so many incidents that wait for one, and whatever these send. */
async function scanAndDecide(most: number): Promise<void> {
  await withoutFaults(async () => {
    await endLeases();
    await scan("scanner", systemClock);
    const due = await superuser<Due[]>`
      select tenant_id, id from plugin_incidents where decide_at <= ${new Date()} and status = 'open' order by decide_at, id limit ${most}`;
    for (const { tenant_id, id } of due) await decide(tenant_id, id, "decider", systemClock, true);
    const begun = await superuser<Due[]>`select tenant_id, id from plugin_autopatch_attempts where due_at <= ${new Date()}`;
    for (const { tenant_id, id } of begun) await advance(tenant_id, id, "worker:one", systemClock, true);
  });
}

async function count() {
  const [row] = await superuser<Record<string, number>[]>`
    select (select count(*)::int from plugin_incidents where status <> 'closed') as incidents,
      (select count(distinct plugin_id)::int from plugin_incidents) as plugins,
      (select count(*)::int from plugin_autopatch_attempts) as attempts,
      (select count(*)::int from plugin_agent_commands) as commands,
      (select count(*)::int from fleet_incidents) as fleets,
      (select count(*)::int from outbox where name = 'fleet.opened') as told,
      (select count(*)::int from plugin_incidents where fleet_id is not null) as members,
      (select count(*)::int from plugin_incidents where permit @? '$.gates[*] ? (@.gate == "in_flight" && @.passed == false)') as packed,
      (select count(*)::int from plugin_incidents where permit @? '$.gates[*] ? (@.gate == "storm" && @.passed == false)') as stormed`;
  return row ?? {};
}

test("safety 23: of 1,000 plugins that fail together four are tried, then the storm breaker opens, and people hear of one fleet incident", {
  timeout: 240_000,
}, async () => {
  passSeconds(120);
  await beatTogether(superuser, { pluginKey, count: FIRST_ILL, failShare: 0.6 });
  await scanAndDecide(FIRST_ILL);
  const tried = { attempts: LIMITS.inFlightUnproven, commands: LIMITS.inFlightUnproven };
  const packed = FIRST_ILL - LIMITS.inFlightUnproven;
  expect(await count()).toMatchObject({ ...tried, incidents: FIRST_ILL, packed, stormed: 0, fleets: 0 });

  passSeconds(120);
  await beatTogether(superuser, { pluginKey, count: FLEET, failShare: 0.6 });
  await scanAndDecide(DECIDED);
  const told = { incidents: FLEET, plugins: FLEET, fleets: 1, told: 1, members: FLEET };
  expect(await count()).toMatchObject({ ...told, ...tried, stormed: DECIDED });

  // However often anybody looks, nothing more is told, and nothing more begins.
  expect(await watchFleet(new Date())).toBe(false);
  expect(await count()).toMatchObject({ ...told, ...tried });
});
