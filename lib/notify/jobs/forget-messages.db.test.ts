import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { forgetSpent } from "@/lib/gateway/forget-spent";
import { LIMITS } from "@/lib/platform/limits";
import { openAs } from "@/test/database/open-as";
import { makeAttempt, makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { forgetMessages } from "./forget-messages";

const owner = openAs("superuser");
afterAll(() => owner.end());

const NOW = new Date();
const daysAgo = (days: number) => new Date(NOW.getTime() - days * 86_400_000).toISOString();
let tenantId: string;
beforeAll(async () => {
  tenantId = (await makeTenant()).id;
});

async function event(dispatchedAt: string | null): Promise<string> {
  const id = randomUUID();
  await owner`insert into outbox (tenant_id, id, name, payload, trace_id, created_at, dispatched_at)
    values (${tenantId}, ${id}, 'incident.opened', '{}', 't', ${daysAgo(90)}, ${dispatchedAt})`;
  return id;
}

async function message(status: string, finishedAt: string | null): Promise<string> {
  const [endpointId, id] = [randomUUID(), randomUUID()];
  await owner`insert into webhook_endpoints (tenant_id, id, url, events, sealed_secret, key_version, created_at)
    values (${tenantId}, ${endpointId}, 'https://shop.test/', '{*}', '', 1, ${daysAgo(90)})`;
  await owner`insert into webhook_deliveries (tenant_id, id, endpoint_id, event, body, is_urgent, status, created_at, finished_at)
    values (${tenantId}, ${id}, ${endpointId}, 'incident.opened', '{}', false, ${status}, ${daysAgo(90)}, ${finishedAt})`;
  return id;
}

async function lease(kind: string, subjectId: string, days: number): Promise<string> {
  await owner`insert into work_leases (tenant_id, kind, subject_id, owner, lease_until, fence)
    values (${tenantId}, ${kind}, ${subjectId}, '', now() - ${days} * interval '1 day', 7)`;
  return subjectId;
}

async function key(createdAt: string): Promise<string> {
  const name = randomUUID();
  await owner`insert into idempotency_keys (actor, key, command, request_digest, created_at) values ('a', ${name}, 'c', 'd', ${createdAt})`;
  return name;
}

const left = async (table: string, column: string, ids: string[]) =>
  (await owner.unsafe<{ id: string }[]>(`select ${column}::text as id from ${table} where ${column}::text = any ($1)`, [ids])).map(
    ({ id }) => id,
  );

test("events that were told long ago go, those that wait and those of late stay", async () => {
  const [old, late, waiting] = [await event(daysAgo(LIMITS.outboxMemoryDays + 1)), await event(daysAgo(1)), await event(null)];
  expect((await forgetMessages(NOW)).outbox).toBeGreaterThanOrEqual(1);
  expect((await left("outbox", "id", [old, late, waiting])).sort()).toEqual([late, waiting].sort());
});

test("messages that came to their end go, those still owed stay however old they are", async () => {
  const past = daysAgo(LIMITS.deliveryMemoryDays + 1);
  const [delivered, dead] = [await message("delivered", past), await message("dead", past)];
  const [late, owed] = [await message("delivered", daysAgo(1)), await message("waiting", null)];
  expect((await forgetMessages(NOW)).webhook_deliveries).toBeGreaterThanOrEqual(2);
  expect((await left("webhook_deliveries", "id", [delivered, dead, late, owed])).sort()).toEqual([late, owed].sort());
});

test("answers that nobody will ask for again go", async () => {
  const [old, late] = [await key(daysAgo(LIMITS.idempotencyMemoryDays + 1)), await key(daysAgo(1))];
  await forgetSpent(NOW);
  expect(await left("idempotency_keys", "key", [old, late])).toEqual([late]);
});

test("leases on work that is over go; one on work that could go on keeps its fence, and so does the scan's own", async () => {
  const incident = await makeIncident(await makePlugin(tenantId));
  const attempt = await makeAttempt(incident);
  const days = LIMITS.leaseMemoryDays + 1;
  const live = [
    await lease("attempt", attempt.id, days),
    await lease("incident", incident.id, days),
    await lease("delivery", await message("waiting", null), days),
    await lease("job", randomUUID(), days),
    await lease("attempt", randomUUID(), 1),
  ];
  const over = [
    await lease("attempt", randomUUID(), days),
    await lease("delivery", await message("delivered", daysAgo(days)), days),
    await lease("incident", randomUUID(), days),
  ];
  expect((await forgetSpent(NOW)).work_leases).toBeGreaterThanOrEqual(3);
  expect((await left("work_leases", "subject_id", [...live, ...over])).sort()).toEqual(live.sort());
});
