import { once } from "node:events";
import { createServer } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { beatBody, lineOf, requestOf, signed } from "@/test/database/signed-beat";

/** A port on which nobody listens. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}

const plugin = {
  id: "00000000-0000-4000-8000-00000000000c",
  tenantId: "00000000-0000-4000-8000-00000000000b",
  secret: `whsec_${Buffer.alloc(32, 3).toString("base64")}`,
};
let routes: { postBeat: (request: Request) => Promise<Response>; postBatch: (request: Request) => Promise<Response> };
let closeConnections: () => Promise<void>;

beforeAll(async () => {
  // The settings of a process are read once, so these modules are loaded anew, with a database that is away.
  vi.resetModules();
  const url = new URL(process.env.DATABASE_URL ?? "");
  url.port = String(await deadPort());
  process.env.DATABASE_URL = url.href;
  const [single, batch, connections] = await Promise.all([
    import("@/app/api/plugins/heartbeat/route"),
    import("@/app/api/plugins/heartbeats/route"),
    import("@/db/connection"),
  ]);
  routes = { postBeat: single.POST, postBatch: batch.POST };
  closeConnections = connections.closeConnections;
});
afterAll(() => closeConnections());

test("a beat is answered 503 with retry-after, at once and not as if it were forged", async () => {
  const started = performance.now();
  const response = await routes.postBeat(requestOf(signed(plugin, beatBody(plugin))));
  expect([response.status, response.headers.get("content-type")]).toEqual([503, "application/problem+json"]);
  expect(response.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
  expect(await response.json()).toMatchObject({ code: "ERR_UNAVAILABLE", status: 503, trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) });
  expect(performance.now() - started).toBeLessThan(6_000);
});

test("each line of a batch likewise", async () => {
  const body = [lineOf(signed(plugin, beatBody(plugin))), "no json"].join("\n");
  const request = new Request("http://center.test/api/plugins/heartbeats", {
    method: "POST",
    body,
    headers: { "content-type": "application/x-ndjson" },
  });
  const lines = (await (await routes.postBatch(request)).text()).trimEnd().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { status: number }).status)).toEqual([503, 400]);
});

test("what can be judged without a database still is", async () => {
  const response = await routes.postBeat(requestOf(signed(plugin, beatBody(plugin)), { "content-encoding": "gzip" }));
  expect(response.status).toBe(415);
});
