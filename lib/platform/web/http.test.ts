import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { Refusal, type RefusalKind, refuse } from "@/lib/kernel/refusal";
import { log } from "../log";
import { type ReadOptions, readBytes, readJson, readQuery, respond, route } from "./http";
import { isDatabaseAway } from "./problem";
import { formatNotice } from "./sse";

const URL_HERE = "http://center.test/api/x?secret=1";

beforeEach(() => {
  for (const level of ["debug", "info", "warn", "error"] as const) vi.spyOn(log, level).mockReturnValue(undefined);
});
afterEach(() => vi.useRealTimers());

function post(body: BodyInit | null, headers: Record<string, string> = {}): Request {
  return new Request(URL_HERE, { method: "POST", body, headers, duplex: "half" } as RequestInit);
}

/** A body that never ends, and tells how much of it was taken. */
function endless(chunkBytes: number) {
  const state = { sent: 0, isCancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        state.sent += chunkBytes;
        controller.enqueue(new Uint8Array(chunkBytes));
      },
      cancel() {
        state.isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, state };
}

describe("readBytes", () => {
  test("gives the raw bytes", async () => {
    const bytes = Uint8Array.from([0, 255, 13, 10]);
    expect(Buffer.from(await readBytes(post(bytes), 4))).toEqual(Buffer.from(bytes));
    expect(await readBytes(post(null), 4)).toHaveLength(0);
  });

  test("refuses by the announced length before it reads a byte", async () => {
    const { stream, state } = endless(1);
    await expect(readBytes(post(stream, { "content-length": "52428800" }), 64)).rejects.toMatchObject({ kind: "too-large" });
    expect(state.sent).toBe(0);
  });

  test("stops at the limit when no length, or a false one, was announced", async () => {
    const { stream, state } = endless(1_000);
    await expect(readBytes(post(stream, { "content-length": "10" }), 64_000)).rejects.toMatchObject({ kind: "too-large" });
    expect(state.sent).toBeLessThanOrEqual(66_000);
    expect(state.isCancelled).toBe(true);
  });

  test("a body that comes too slowly is refused after the time cap", async () => {
    vi.useFakeTimers();
    const stalled = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new Uint8Array(1)) });
    const refused = expect(readBytes(post(stalled), 64)).rejects.toMatchObject({ kind: "unreadable", details: { code: "ERR_SLOW_BODY" } });
    await vi.advanceTimersByTimeAsync(5_000);
    await refused;
  });

  test("a body that breaks off is refused", async () => {
    const broken = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(new Error("reset")) });
    await expect(readBytes(post(broken), 64)).rejects.toMatchObject({ kind: "unreadable" });
  });

  test.each<[string, ReadOptions, boolean]>([
    ["gzip", {}, false],
    ["br", {}, false],
    ["identity", {}, false],
    ["gzip", { contentEncoding: "accept" }, true],
  ])("content-encoding %s with %j is taken: %s", async (encoding, options, isTaken) => {
    const reading = readBytes(post("x", { "content-encoding": encoding }), 64, options);
    if (isTaken) await expect(reading).resolves.toHaveLength(1);
    else await expect(reading).rejects.toMatchObject({ kind: "unsupported-media" });
  });

  test("a length that is no number is refused", async () => {
    const request = post("x");
    vi.spyOn(request.headers, "get").mockImplementation((name) => (name === "content-length" ? "1e9" : null));
    await expect(readBytes(request, 64)).rejects.toMatchObject({ kind: "unreadable" });
  });
});

describe("readJson and readQuery", () => {
  const schema = z.strictObject({ reason: z.string() });

  test.each([
    ["text/plain", "{}", "unsupported-media"],
    ["application/json", "{", "unreadable"],
    ["application/json", '{"reason":1}', "invalid"],
    ["application/json", '{"reason":"x","tenant_id":"smuggled"}', "invalid"],
  ])("%s with %s is refused as %s", async (type, body, kind) => {
    await expect(readJson(post(body, { "content-type": type }), schema)).rejects.toMatchObject({ kind });
  });

  test("a good body comes back parsed", async () => {
    expect(await readJson(post('{"reason":"x"}', { "content-type": "application/json; charset=utf-8" }), schema)).toEqual({ reason: "x" });
  });

  const query = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50), status: z.enum(["open"]).optional() });

  test.each(["limit=-1", "limit=1e9", "limit=1&limit=2", 'status=id";--', "status=constructor", "sort=x", "__proto__=1", "limit[]=1"])(
    "safety case 20: ?%s is answered 400",
    (text) => {
      const request = new Request(`http://center.test/api/x?${encodeURI(text)}`);
      expect(() => readQuery(request, query)).toThrow(expect.objectContaining({ kind: "unreadable" }));
    },
  );

  test("defaults fill what is not given", () => {
    expect(readQuery(new Request("http://center.test/api/x"), query)).toEqual({ limit: 50 });
  });
});

async function answerOf(handler: () => Response | Promise<Response>, headers: Record<string, string> = {}) {
  const response = await route(handler)(new Request(URL_HERE, { headers }));
  const text = await response.text();
  return { response, problem: (text === "" ? null : JSON.parse(text)) as Record<string, unknown> };
}

describe("route", () => {
  test.each<[RefusalKind, number, string]>([
    ["unreadable", 400, "ERR_UNREADABLE"],
    ["unauthenticated", 401, "ERR_UNAUTHENTICATED"],
    ["forbidden", 403, "ERR_FORBIDDEN"],
    ["not-found", 404, "ERR_NOT_FOUND"],
    ["conflict", 409, "ERR_CONFLICT"],
    ["too-large", 413, "ERR_TOO_LARGE"],
    ["unsupported-media", 415, "ERR_UNSUPPORTED_MEDIA"],
    ["invalid", 422, "ERR_INVALID"],
    ["too-many", 429, "ERR_TOO_MANY"],
    ["unavailable", 503, "ERR_UNAVAILABLE"],
  ])("a refusal %s is problem details with status %i and code %s", async (kind, status, code) => {
    const { response, problem } = await answerOf(() => refuse(kind, "Because"));
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.has("retry-after")).toBe(status === 429 || status === 503);
    expect(problem).toMatchObject({ status, code, title: expect.any(String), trace_id: response.headers.get("x-trace-id") });
  });

  test("details of a refusal are told", async () => {
    const { response, problem } = await answerOf(() =>
      respond(
        new Refusal("too-many", "Slow down", { code: "ERR_STORM", retryAfterSeconds: 6.2, errors: [{ path: "a.b", message: "no" }] }),
      ),
    );
    expect(response.headers.get("retry-after")).toBe("7");
    expect(problem).toMatchObject({ code: "ERR_STORM", detail: "Slow down", errors: [{ path: "a.b", message: "no" }] });
  });

  test("404 has the same bytes whatever was asked for, within one trace", async () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const [one, other] = await Promise.all(
      ["No incident 1 of tenant B", "No incident 2"].map((text) => answerOf(() => refuse("not-found", text), { traceparent })),
    );
    expect(one?.problem).toEqual(other?.problem);
    expect(JSON.stringify(one?.problem)).not.toContain("tenant B");
  });

  test("a schema failure that nobody caught is 422 with its paths", async () => {
    const { response, problem } = await answerOf(() => respond(z.strictObject({ a: z.object({ b: z.string() }) }).parse({ a: { b: 1 } })));
    expect(response.status).toBe(422);
    expect(problem.errors).toEqual([{ path: "a.b", message: expect.any(String) }]);
  });

  test("an unexpected fault is 500 and tells nothing but its trace id; the log has the rest", async () => {
    const { response, problem } = await answerOf(() => {
      throw new TypeError("select * from secrets failed");
    });
    expect(response.status).toBe(500);
    expect(problem).toMatchObject({ code: "ERR_INTERNAL", trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(JSON.stringify(problem)).not.toContain("secrets");
    expect(log.error).toHaveBeenCalledWith("ERR_INTERNAL", expect.any(String), { error: expect.any(TypeError) });
  });

  test("safety case 26: a missing database is 503 with retry-after", async () => {
    const { response } = await answerOf(() => Promise.reject(Object.assign(new Error("connect"), { code: "ECONNREFUSED" })));
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(log.warn).toHaveBeenCalledWith("ERR_DATABASE", expect.any(String), expect.anything());
  });

  test("continues the caller's trace", async () => {
    const { response } = await answerOf(() => respond({}), { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" });
    expect(response.headers.get("x-trace-id")).toBe("4bf92f3577b34da6a3ce929d0e0e4736");
  });

  test("the framework's own steering passes through", async () => {
    const steering = Object.assign(new Error("NEXT_REDIRECT"), { digest: "NEXT_REDIRECT;replace;/;307;" });
    await expect(answerOf(() => Promise.reject(steering))).rejects.toBe(steering);
  });

  test("what is recorded names the path without its query", async () => {
    await answerOf(() => respond({}));
    expect(log.info).toHaveBeenCalledWith("INFO_REQUEST", "GET /api/x 200", expect.objectContaining({ path: "/api/x", status: 200 }));
  });

  test("an answer that cannot be changed carries the same headers", async () => {
    const response = await route(() => Response.redirect("http://center.test/signin", 303))(new Request(URL_HERE));
    expect([response.status, response.headers.get("location")]).toEqual([303, "http://center.test/signin"]);
    expect([response.headers.get("cache-control"), response.headers.get("x-trace-id")]).toEqual(["no-store", expect.any(String)]);
  });

  test("hands on what the framework gives besides the request, and statuses without a body", async () => {
    const handler = route(async (_request: Request, { params }: { params: Promise<{ id: string }> }) => {
      return respond((await params).id === "7" ? undefined : {});
    });
    expect((await handler(new Request(URL_HERE), { params: Promise.resolve({ id: "7" }) })).status).toBe(204);
  });
});

describe("isDatabaseAway", () => {
  const coded = (code: string) => Object.assign(new Error("x"), { code });

  test.each(["57P01", "57P03", "53300", "08006", "57014", "40001", "55P03", "CONNECTION_CLOSED", "CONNECT_TIMEOUT", "ECONNREFUSED"])(
    "%s, bare or as the cause of another error",
    (code) => {
      expect(isDatabaseAway(coded(code))).toBe(true);
      expect(isDatabaseAway(new Error("Failed query", { cause: new AggregateError([coded(code)], "all addresses failed") }))).toBe(true);
    },
  );

  test.each(["23505", "42P01", "42501", "22P02", "P0001", "ERR_INVALID_ARG_TYPE"])("%s is a fault, not absence", (code) => {
    expect(isDatabaseAway(coded(code))).toBe(false);
  });

  test("an error that is its own cause ends the search", () => {
    const circle = new Error("x");
    circle.cause = circle;
    expect(isDatabaseAway(circle)).toBe(false);
  });
});

test("a change notice is one event of the stream, whatever its id holds", () => {
  expect(formatNotice({ topic: "incident", id: "a\n\ndata: forged", rev: 3 })).toBe(
    'event: change\ndata: {"topic":"incident","id":"a\\n\\ndata: forged","rev":3}\n\n',
  );
});
