import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { POST as postBeat } from "@/app/api/plugins/heartbeat/route";
import { POST as postBatch } from "@/app/api/plugins/heartbeats/route";
import { LIMITS } from "@/lib/platform/limits";
import { openAs } from "@/test/database/open-as";
import { beatBody, lineOf, requestOf, type SignedMessage, signed } from "@/test/database/signed-beat";
import { type MadePlugin, makeIncident, makePlugin, makeTenant } from "@/test/factories";

const superuser = openAs("superuser");
let tenantId: string;
let plugin: MadePlugin;
beforeAll(async () => {
  tenantId = (await makeTenant()).id;
});
beforeEach(async () => {
  plugin = await makePlugin(tenantId);
});
afterAll(() => superuser.end());

const stored = async () => (await superuser`select 1 from plugin_heartbeats where plugin_id = ${plugin.id}`).length;
const rawBeat = (body: string | Buffer) => requestOf(signed(plugin, body));

describe("POST /api/plugins/heartbeat", () => {
  test("200 and what to do next, once the beat is stored", async () => {
    const response = await postBeat(requestOf(signed(plugin, beatBody(plugin))));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      server_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      next_heartbeat_in_s: 120,
      duplicate: false,
      commands: [],
      checkpoint: null,
    });
    expect([response.headers.get("cache-control"), await stored()]).toEqual(["no-store", 1]);
  });

  test("a plugin with an open incident is asked to come every 15 s", async () => {
    await makeIncident(plugin);
    const response = await postBeat(requestOf(signed(plugin, beatBody(plugin))));
    expect(await response.json()).toMatchObject({ next_heartbeat_in_s: 15 });
  });

  test("the same message again: 200, duplicate, no effect", async () => {
    const message = signed(plugin, beatBody(plugin));
    await postBeat(requestOf(message));
    const again = await postBeat(requestOf(message));
    expect([again.status, await again.json(), await stored()]).toEqual([
      200,
      expect.objectContaining({ duplicate: true, commands: [] }),
      1,
    ]);
  });

  test("the same message again is told to come as often as any other while an incident is open", async () => {
    const message = signed(plugin, beatBody(plugin));
    await postBeat(requestOf(message));
    await makeIncident(plugin);
    expect(await (await postBeat(requestOf(message))).json()).toMatchObject({ duplicate: true, next_heartbeat_in_s: 15 });
  });

  test.each([1.01, -0.1])("a fail rate of %d is no share: 422 that names it", async (webhook_fail_rate) => {
    const response = await postBeat(rawBeat(JSON.stringify(beatBody(plugin, { telemetry: { webhook_fail_rate } }))));
    expect([response.status, await response.json()]).toEqual([
      422,
      expect.objectContaining({ errors: [{ path: "data.telemetry.webhook_fail_rate", message: expect.any(String) }] }),
    ]);
  });

  test("over the rate: 429 with retry-after", async () => {
    for (let sent = 0; sent < LIMITS.beatBurst; sent += 1) await postBeat(requestOf(signed(plugin, beatBody(plugin))));
    // The bucket refills by one a second: within the test's time a few more may pass.
    const responses = await Promise.all(
      Array.from({ length: LIMITS.beatBurst }, () => postBeat(requestOf(signed(plugin, beatBody(plugin))))),
    );
    const refused = responses.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(5);
    expect(refused[0]?.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    expect(await refused[0]?.json()).toMatchObject({ code: "ERR_TOO_MANY", status: 429 });
  });

  test("unsigned: 401 as problem details that say nothing more", async () => {
    const request = requestOf(signed(plugin, beatBody(plugin)));
    request.headers.delete("webhook-signature");
    const response = await postBeat(request);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({
      status: 401,
      code: "ERR_UNAUTHENTICATED",
      detail: "Unknown plugin or signature",
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  test("a traceparent is continued", async () => {
    const traceId = randomUUID().replaceAll("-", "");
    const request = requestOf(signed(plugin, "{}"), { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
    expect(await (await postBeat(request)).json()).toMatchObject({ trace_id: traceId });
  });
});

describe("case 18: bodies that harm, each with a true signature", () => {
  const valid = () => JSON.stringify(beatBody(plugin));
  const within = (text: string) => valid().replace('"telemetry":{', `"telemetry":{${text},`);

  test.each([
    ["nothing", () => "", 400],
    ["no JSON", () => "beat", 400],
    ["deeper than 32", () => `${"[".repeat(33)}${"]".repeat(33)}`, 400],
    ["thirty thousand deep", () => `${"[".repeat(30_000)}${"]".repeat(30_000)}`, 400],
    ["more than 1,000 keys", () => within(Array.from({ length: 1_001 }, (_none, key) => `"k${key}":1`).join()), 400],
    ["a key twice", () => within('"memory_mb":1'), 400],
    ["a key twice, once in escapes", () => within('"memory\\u005fmb":1'), 400],
    ["__proto__", () => within('"__proto__":1'), 400],
    ["NUL", () => valid().replace('"1.2.2"', '"1.2\\u0000"'), 400],
    ["a lone surrogate", () => valid().replace('"1.2.2"', '"\\ud800"'), 400],
    ["bytes that are no UTF-8", () => Buffer.concat([Buffer.from(valid()), Buffer.from([0xff])]), 400],
    ["a number beyond 2^53", () => valid().replace('"seq":1', '"seq":9007199254740993'), 400],
    ["a number beyond all", () => within('"big":1e999'), 400],
    ["a text of more than 8 KiB", () => valid().replace('"1.2.2"', `"${"x".repeat(8 * 1024 + 1)}"`), 400],
    ["a byte order mark", () => `\ufeff${valid()}`, 400],
    ["64 KiB and one byte", () => valid().padEnd(LIMITS.agentBodyBytes + 1), 413],
    ["something unknown", () => within('"Memory":1'), 422],
  ])("%s", async (_what, body, status) => {
    const response = await postBeat(rawBeat(body()));
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await stored()).toBe(0);
  });

  test("64 KiB, of which most is white space, is just within the limit", async () => {
    expect((await postBeat(rawBeat(valid().padEnd(LIMITS.agentBodyBytes)))).status).toBe(200);
  });

  test.each(["gzip", "identity"])("content-encoding %s: 415, nothing unpacked", async (encoding) => {
    const response = await postBeat(requestOf(signed(plugin, beatBody(plugin)), { "content-encoding": encoding }));
    expect([response.status, await stored()]).toEqual([415, 0]);
  });

  test("an announced 50 MB: 413 before a byte is read", async () => {
    let isRead = false;
    const body = new ReadableStream(
      {
        pull() {
          isRead = true;
        },
      },
      { highWaterMark: 0 },
    );
    const init = {
      method: "POST",
      body,
      duplex: "half",
      headers: { "content-length": String(50 * 1024 * 1024), "content-type": "application/json" },
    };
    const response = await postBeat(new Request("http://center.test/api/plugins/heartbeat", init as RequestInit));
    expect([response.status, isRead]).toEqual([413, false]);
  });

  test("an endless body is left at the limit", async () => {
    let sent = 0;
    let isCancelled = false;
    const body = new ReadableStream({
      pull(controller) {
        sent += 16_384;
        controller.enqueue(new Uint8Array(16_384));
      },
      cancel() {
        isCancelled = true;
      },
    });
    const init = { method: "POST", body, duplex: "half", headers: { "content-type": "application/json" } };
    const response = await postBeat(new Request("http://center.test/api/plugins/heartbeat", init as RequestInit));
    expect([response.status, isCancelled]).toEqual([413, true]);
    expect(sent).toBeLessThan(LIMITS.agentBodyBytes * 2);
  });
});

describe("POST /api/plugins/heartbeats", () => {
  const batch = (lines: readonly string[], type = "application/x-ndjson") =>
    postBatch(
      new Request("http://center.test/api/plugins/heartbeats", {
        method: "POST",
        body: lines.join("\n"),
        headers: { "content-type": type },
      }),
    );
  const answersOf = async (response: Response) =>
    (await response.text())
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { status: number; duplicate?: boolean });
  const spoiled = ({ headers, body }: SignedMessage): SignedMessage => ({ headers, body: Buffer.concat([body, Buffer.from(" ")]) });

  test("each line is judged by itself and answered in order; stored lines are durable", async () => {
    const other = await makePlugin(tenantId);
    const good = signed(plugin, beatBody(plugin));
    const lines = [
      lineOf(good),
      lineOf(spoiled(signed(plugin, beatBody(plugin)))),
      lineOf(signed(plugin, beatBody(plugin, { level: 3 }))),
      lineOf(good),
      "no json",
      lineOf(signed(other, beatBody(plugin))),
      JSON.stringify({ plugin_id: plugin.id }),
      lineOf(signed(plugin, "{")),
      lineOf(signed(other, beatBody(other))),
    ];
    const response = await batch(lines);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
    const answers = await answersOf(response);
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 422, 200, 400, 401, 422, 400, 200]);
    expect(answers[0]).toEqual({ status: 200, duplicate: false, next_heartbeat_in_s: 120, commands: [] });
    expect(answers[3]).toMatchObject({ duplicate: true });
    expect(answers[1]).toEqual({ status: 401, code: "ERR_UNAUTHENTICATED", detail: expect.any(String) });
    expect(await stored()).toBe(1);
    expect(await superuser`select 1 from plugin_heartbeats where plugin_id = ${other.id}`).toHaveLength(1);
  });

  test("a blank line has an answer of its own, so that every answer stands in its line's place", async () => {
    const answers = await answersOf(
      await batch([lineOf(signed(plugin, beatBody(plugin))), "", "\r", lineOf(signed(plugin, beatBody(plugin))), ""]),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 400, 200]);
  });

  test("a line over its plugin's rate says when to come again", async () => {
    const lines = Array.from({ length: 2 * LIMITS.beatBurst }, () => lineOf(signed(plugin, beatBody(plugin))));
    const refused = (await answersOf(await batch(lines))).filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) expect(answer).toMatchObject({ code: "ERR_TOO_MANY", retry_after_s: expect.any(Number) });
  });

  test("a relay's line and the plugin's own request are one message", async () => {
    const message = signed(plugin, beatBody(plugin));
    await postBeat(requestOf(message));
    expect(await answersOf(await batch([lineOf(message), ""]))).toMatchObject([{ status: 200, duplicate: true }]);
    expect(await stored()).toBe(1);
  });

  test("many plugins in one batch", async () => {
    const plugins = await Promise.all(Array.from({ length: 20 }, () => makePlugin(tenantId)));
    const answers = await answersOf(await batch(plugins.map((one) => lineOf(signed(one, beatBody(one))))));
    expect(answers).toEqual(plugins.map(() => ({ status: 200, duplicate: false, next_heartbeat_in_s: 120, commands: [] })));
    const ids = plugins.map(({ id }) => id);
    expect(await superuser`select 1 from plugin_heartbeats where plugin_id = any (${ids})`).toHaveLength(20);
  });

  test("a line whose beat is larger than a beat may be", async () => {
    const large = JSON.stringify(beatBody(plugin)).padEnd(LIMITS.agentBodyBytes + 1);
    const [answer] = await answersOf(await batch([lineOf(signed(plugin, large))]));
    expect([400, 413, 422]).toContain(answer?.status);
    expect(await stored()).toBe(0);
  });

  test.each([
    ["another content type", () => batch(["{}"], "application/json"), 415],
    ["1,001 lines", () => batch(Array.from({ length: 1_001 }, () => "{}")), 413],
    ["4 MiB and one byte", () => batch([" ".repeat(LIMITS.batchBodyBytes + 1)]), 413],
  ])("%s is refused as a whole", async (_what, post, status) => {
    const response = await post();
    expect([response.status, response.headers.get("content-type")]).toEqual([status, "application/problem+json"]);
  });
});
