import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { GET as getArtifact } from "@/app/api/artifacts/[sha256]/route";
import { POST as postAck } from "@/app/api/plugins/commands/[id]/ack/route";
import { POST as postBeat } from "@/app/api/plugins/heartbeat/route";
import { POST as postBatch } from "@/app/api/plugins/heartbeats/route";
import { revokePlugin } from "@/lib/access/commands/revoke-plugin";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { personActor } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { beatBody, lineOf, requestOf, signed } from "@/test/database/signed-beat";
import { type MadePlugin, makePlugin, makeTenant } from "@/test/factories";
import { listRefusals } from "../../watched/refusals/queries-refusals";
import type { RefusalNote } from "../../watched/refusals/refusal-notes";
import { storeNotedRefusals } from "./keep-refusals";
import { storeRefusals } from "./store-refusals";

const superuser = openAs("superuser");
const actor = personActor();
let tenantId: string;
let plugin: MadePlugin;
beforeAll(async () => {
  tenantId = (await makeTenant()).id;
});
beforeEach(async () => {
  plugin = await makePlugin(tenantId);
});
afterAll(() => superuser.end());

async function refusals() {
  await storeNotedRefusals();
  return (await listRefusals(actor.tenants, plugin.id))?.items ?? [];
}
const stranger = (): MadePlugin => ({ ...plugin, secret: `whsec_${Buffer.alloc(32, 7).toString("base64")}` });
const toRoute = (path: string, request: Request) =>
  new Request(`http://center.test${path}`, {
    method: request.method,
    headers: request.headers,
    body: request.body,
    duplex: "half",
  } as never);

test.each([
  ["another secret", () => requestOf(signed(stranger(), beatBody(plugin))), { why: "signature", proven: false, status: 401 }],
  [
    "a clock that is ten minutes late",
    () => requestOf(signed(plugin, beatBody(plugin), { at: new Date(Date.now() - 600_000) })),
    { why: "stale", proven: false, skew_seconds: expect.closeTo(-600, -1) },
  ],
  ["no signature", () => requestOf(signed(plugin, beatBody(plugin)), { "webhook-signature": "" }), { why: "headers", proven: false }],
  [
    "a wrong field",
    () => requestOf(signed(plugin, beatBody(plugin, { seq: -1 }))),
    { why: "schema", proven: true, status: 422, errors: [{ path: "data.seq", message: expect.any(String) }] },
  ],
  ["another's type", () => requestOf(signed(plugin, { ...beatBody(plugin), type: "plugin.command.ack" })), { why: "other_type" }],
  ["another plugin's body", () => requestOf(signed(plugin, beatBody({ id: randomUUID() }))), { why: "other_plugin", status: 401 }],
  ["a compressed body", () => requestOf(signed(plugin, beatBody(plugin)), { "content-encoding": "gzip" }), { why: "content_encoding" }],
  ["a huge body", () => requestOf(signed(plugin, "x".repeat(LIMITS.agentBodyBytes + 1))), { why: "too_large", status: 413 }],
  ["no JSON", () => requestOf(signed(plugin, "{")), { why: "json", status: 400 }],
] as const)("%s is kept with its reason, and the sender learns no more than before", async (_what, request, expected) => {
  const response = await postBeat(request());
  const answer = await response.text();
  const [item, ...more] = await refusals();
  expect(more).toEqual([]);
  expect(item).toMatchObject({ route: "heartbeat", count: 1, status: response.status, hint: expect.any(String), ...expected });
  expect(item?.trace_id).toBe(response.headers.get("x-trace-id"));
  if (response.status === 401)
    expect(answer).toMatch(/"detail":"(Unknown plugin or signature|The body does not belong to this endpoint and plugin)"/);
  expect(answer).not.toContain(item?.hint);
  expect(JSON.stringify(item)).not.toContain(plugin.secret);
});

test("whoever still signs by a secret that was replaced is told so here, and there as ever", async () => {
  await superuser`update plugin_secrets set valid_until = now() - interval '1 hour' where plugin_id = ${plugin.id}`;
  const [ended, stranger401] = [
    await postBeat(requestOf(signed(plugin, beatBody(plugin)))),
    await postBeat(requestOf(signed(stranger(), beatBody(plugin)))),
  ];
  const told = async (response: Response) => ({ ...(await response.json()), trace_id: null });
  expect([ended.status, await told(ended)]).toEqual([401, await told(stranger401)]);
  expect((await refusals()).map(({ why }) => why).sort()).toEqual(["secret_ended", "signature"]);
});

test("a revoked plugin's beats are kept; those of an id that is nobody's are not", async () => {
  await runCommand(revokePlugin, { input: { pluginId: plugin.id }, actor, now: new Date() });
  const [nobody] = [{ ...plugin, id: randomUUID() }];
  for (const one of [plugin, nobody]) await postBeat(requestOf(signed(one, beatBody(one))));
  expect(await refusals()).toMatchObject([{ why: "revoked", proven: false }]);
  expect(await superuser`select 1 from plugin_refusals where plugin_id = ${nobody.id}`).toEqual([]);
});

test("a repeat, a relay's line, an answer to another's command and a foreign artifact", async () => {
  const message = signed(plugin, beatBody(plugin));
  for (const at of [message, message]) await postBeat(requestOf(at));
  const batch = new Request("http://center.test/api/plugins/heartbeats", {
    method: "POST",
    headers: { "content-type": "application/x-ndjson" },
    body: lineOf(signed(plugin, beatBody(plugin, { seq: "one" }))),
  });
  await postBatch(batch);
  const id = randomUUID();
  const data = {
    plugin_id: plugin.id,
    command_id: id,
    stage: "committed",
    running_version: "1.2.2",
    disk_version: "1.2.2",
    timings_ms: {},
  };
  const ack = signed(plugin, { type: "plugin.command.ack", timestamp: new Date().toISOString(), data });
  await postAck(toRoute(`/api/plugins/commands/${id}/ack`, requestOf(ack)), { params: Promise.resolve({ id }) });
  const other = randomUUID();
  await postAck(toRoute(`/api/plugins/commands/${other}/ack`, requestOf(signed(plugin, ack.body))), {
    params: Promise.resolve({ id: other }),
  });
  const sha256 = "0".repeat(64);
  const { headers } = requestOf(signed(plugin, ""));
  await getArtifact(new Request(`http://center.test/api/artifacts/${sha256}`, { headers }), { params: Promise.resolve({ sha256 }) });
  expect((await refusals()).map(({ route, why }) => `${route} ${why}`).sort()).toEqual([
    "ack other_command",
    "ack unknown_command",
    "artifact not_ordered",
    "heartbeat repeated",
    "heartbeats schema",
  ]);
});

test("of a plugin's own mistakes the newest are kept, and nothing that others send pushes them out", async () => {
  const at = (seconds: number) => new Date(Date.now() - 60_000 + seconds * 1_000);
  const note = (why: "schema" | "signature", key: string, seconds: number): RefusalNote => ({
    ...{ pluginId: plugin.id, route: "heartbeat", why, status: 422, code: "ERR_INVALID", errors: [], skewSeconds: null, traceId: "1" },
    ...{ key, count: 1, at: at(seconds), firstAt: at(seconds) },
  });
  const many = Array.from({ length: LIMITS.refusalsKept + 5 }, (_, place) => note("schema", `schema heartbeat ${place}`, place / 10));
  await storeRefusals(many, new Date());
  for (let round = 0; round < 3; round += 1) await storeRefusals([note("signature", "signature heartbeat", 30 + round)], new Date());
  const items = await refusals();
  const own = items.filter(({ proven }) => proven);
  expect([own.length, items.length - own.length]).toEqual([LIMITS.refusalsKept, 1]);
  expect(items[0]).toMatchObject({ why: "signature", count: 3 });
  await storeRefusals([note("signature", "signature heartbeat", 40)], new Date(Date.now() + (LIMITS.refusalMemoryDays + 1) * 86_400_000));
  expect(await refusals()).toMatchObject([{ why: "signature", count: 1 }]);
});

test.each([
  ["a name that is cut within an emoji", `${"a".repeat(280)}😀`, "schema"],
  ["a name whose path is cut within an emoji", `${"a".repeat(194)}😀`, "schema"],
  ["half a character", "a\ud83db", "json"],
  ["a NUL", "a\0b", "json"],
])("what a plugin sends with %s is kept, and so are the notes of others beside it", async (_what, field, why) => {
  const other = await makePlugin((await makeTenant()).id);
  await postBeat(requestOf(signed(other, beatBody(other, { seq: -1 }))));
  await postBeat(requestOf(signed(plugin, beatBody(plugin, { [field]: 1 }))));
  expect(await refusals()).toMatchObject([{ why }]);
  expect((await listRefusals(actor.tenants, other.id))?.items).toMatchObject([{ why: "schema" }]);
});

test("one note that cannot be stored is lost alone", async () => {
  const at = new Date();
  const note = (key: string, path: string): RefusalNote => ({
    ...{ pluginId: plugin.id, route: "heartbeat", why: "schema", status: 422, code: "ERR_INVALID", skewSeconds: null, traceId: "1" },
    ...{ errors: [{ path, message: "bad" }], key, count: 1, at, firstAt: at },
  });
  await storeRefusals([note("schema heartbeat 1", "good"), note("schema heartbeat 2", "\ud83d"), note("schema heartbeat 3", "good")], at);
  expect((await refusals()).map(({ errors }) => errors[0]?.path)).toEqual(["good", "good"]);
});
