import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { CODES, type Code } from "./codes";
import { createLog, type LogLevel, nameProcess, redactText } from "./log";
import { childOf, continueTrace, currentTrace, formatTraceparent, newTrace, noteInTrace, parseTraceparent, withTrace } from "./trace";

function recorder(level: LogLevel = "debug") {
  const lines: string[] = [];
  const log = createLog({ level, moduleId: "test", destination: { write: (line) => lines.push(line) } });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? "null") as Record<string, unknown> };
}

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

describe("the record", () => {
  test("has exactly the fields of the unified log, and the attributes", () => {
    const { log, last } = recorder();
    log.warn("WARN_RETRY", "Again", { attempt: 2 });
    expect(Object.keys(last()).sort()).toEqual(
      ["actor_id", "attributes", "class", "code", "level", "message", "module_id", "tenant_id", "trace_id", "ts"].sort(),
    );
    expect(last()).toMatchObject({
      level: "warn",
      code: "WARN_RETRY",
      class: "INTEGRATION",
      message: "Again",
      module_id: "test",
      trace_id: null,
      attributes: { attempt: 2 },
    });
    expect(last().ts).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test("carries the trace it is written in, and on whose behalf", () => {
    const { log, last } = recorder();
    withTrace(continueTrace(PARENT), () => {
      noteInTrace({ tenantId: "t-1", actorId: "plugin:1" });
      log.info("INFO_COMMAND", "Done");
    });
    expect(last()).toMatchObject({ trace_id: TRACE, tenant_id: "t-1", actor_id: "plugin:1" });
  });

  test("an attribute may name the subject, but never overwrites another field of the record", () => {
    const { log, lines, last } = recorder();
    log.info("INFO_COMMAND", "Done", { tenant_id: "t-2", level: "fatal", message: "forged", ts: "1970" });
    expect(last()).toMatchObject({
      tenant_id: "t-2",
      level: "info",
      message: "Done",
      attributes: { level: "fatal", message: "forged", ts: "1970" },
    });
    expect(lines.at(-1)?.match(/"tenant_id"/g)).toHaveLength(1);
  });

  test("is a valid record for every code, at every level, whatever the attributes are", () => {
    const { log, lines } = recorder();
    const text = z.string().nullable();
    const record = z.strictObject({
      ts: z.iso.datetime(),
      level: z.enum(["debug", "info", "warn", "error"]),
      code: z.enum(Object.keys(CODES) as [Code, ...Code[]]),
      class: z.enum(["SECURITY", "DATA", "PERF", "UX", "INTEGRATION"]),
      trace_id: text,
      tenant_id: text,
      actor_id: text,
      module_id: z.string(),
      message: z.string(),
      attributes: z.record(z.string(), z.unknown()),
    });
    const odd = { ts: 1, trace_id: 7, attributes: [], error: new Error("x"), tenant_id: "t", nothing: undefined, big: 1n };
    for (const code of Object.keys(CODES) as Code[]) {
      for (const level of ["debug", "info", "warn", "error"] as const) log[level](code, "Text", odd);
      log.info(code, "");
    }
    expect(lines).toHaveLength(Object.keys(CODES).length * 5);
    expect(lines.filter((line) => !record.safeParse(JSON.parse(line)).success)).toEqual([]);
  });

  test("is one line whatever the text says", () => {
    const { log, lines } = recorder();
    log.error("ERR_INTERNAL", 'two\nlines"}', { text: "a\r\nb\u2028c", lone: "\ud800" });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toMatch(/[\r\n]/);
    expect(() => JSON.parse(lines[0] ?? "")).not.toThrow();
  });

  test("names the process that writes, where nothing finer is known", () => {
    const lines: string[] = [];
    nameProcess("worker");
    createLog({ destination: { write: (line) => lines.push(line) } }).info("INFO_STARTED", "Up");
    expect(JSON.parse(lines[0] ?? "null")).toMatchObject({ module_id: "worker" });
  });

  test("a level below the threshold writes nothing", () => {
    const { log, lines } = recorder("warn");
    log.info("INFO_COMMAND", "Done");
    expect(lines).toEqual([]);
  });

  test("shows errors with their causes, and survives circles, depth and odd values", () => {
    const { log, last } = recorder();
    const circle: Record<string, unknown> = { big: 2n ** 70n, when: new Date(0), bytes: Buffer.alloc(9), run: () => 1, none: undefined };
    circle.self = circle;
    log.error("ERR_INTERNAL", "Fault", { error: new Error("outer", { cause: new Error("inner") }), circle });
    const { error, circle: shown } = last().attributes as Record<string, unknown>;
    expect(error).toMatchObject({ name: "Error", message: "outer", cause: { message: "inner" } });
    expect(shown).toMatchObject({ big: "1180591620717411303424", when: "1970-01-01T00:00:00.000Z", bytes: "[9 bytes]" });
  });
});

describe("secrets", () => {
  const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const inner = pem.split("\n")[1] ?? "";

  test.each([
    ["a webhook secret", "secret is whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw here", "MfKQ9r8"],
    ["a bearer token", "authorization: Bearer abc.def-ghi_123", "abc.def"],
    ["basic credentials", "Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"],
    ["a JWT", "token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "eyJzdWIiOiIxIn0"],
    ["a PEM", `key:\n${pem}`, inner],
    ["a PEM with literal line breaks", pem.replaceAll("\n", "\\n"), inner],
    ["a PEM that was cut off", pem.slice(0, 60), inner.slice(0, 20)],
    ["a database password", "connect postgres://center:hunter2@db:5432/x failed", "hunter2"],
  ])("%s is taken out of text", (_name, text, secret) => {
    expect(redactText(text)).not.toContain(secret);
    expect(redactText(text)).toContain("[redacted");
  });

  test("a secret is taken out wherever it stands in a record", () => {
    const { log, lines } = recorder();
    const secret = "whsec_c2VjcmV0c2VjcmV0c2VjcmV0";
    log.error("ERR_INTERNAL", `with ${secret}`, {
      list: [{ deep: secret }],
      error: new Error(secret, { cause: new Error(secret) }),
      password: "correct horse",
      nextauthSecret: "battery",
      headers: { authorization: "staple", cookie: "session=1" },
      token: "opaque",
      MASTER_KEY: "key",
    });
    const line = lines.join("");
    for (const hidden of ["c2VjcmV0", "correct horse", "battery", "staple", "session=1", "opaque", '"key"'])
      expect(line).not.toContain(hidden);
  });

  test("counts and flags under such a name are shown", () => {
    const { log, last } = recorder();
    log.info("INFO_COMMAND", "Rotated", { secrets: 2, has_password: true });
    expect(last().attributes).toEqual({ secrets: 2, has_password: true });
  });

  test("a text of megabytes costs and shows no more than its limit", () => {
    expect(redactText("-----BEGIN X-----".repeat(200_000)).length).toBeLessThan(9_000);
    expect(redactText("whsec_a ".repeat(500_000)).length).toBeLessThan(20_000);
  });
});

test("every code says what it means in one sentence", () => {
  for (const [code, entry] of Object.entries(CODES)) {
    expect(code).toMatch(/^(ERR|WARN|INFO)_[A-Z_]+$/);
    expect(entry.meaning).toMatch(/^[A-Z].+\.$/);
  }
});

describe("trace context", () => {
  test("reads and writes the header of W3C Trace Context", () => {
    expect(parseTraceparent(PARENT)).toEqual({ traceId: TRACE, spanId: "00f067aa0ba902b7", sampled: true });
    expect(formatTraceparent({ traceId: TRACE, spanId: "00f067aa0ba902b7", sampled: true })).toBe(PARENT);
    expect(parseTraceparent(`cc-${TRACE}-00f067aa0ba902b7-00-what-comes-later`)).toMatchObject({ traceId: TRACE, sampled: false });
  });

  test.each([
    null,
    "",
    `ff-${TRACE}-00f067aa0ba902b7-01`,
    `00-${TRACE}-00f067aa0ba902b7-01-more`,
    `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    PARENT.toUpperCase(),
    `00-${TRACE}-00f067aa0ba902b7`,
    `${PARENT}${"x".repeat(300)}`,
  ])("does not take %j for one", (header) => {
    expect(parseTraceparent(header)).toBeNull();
  });

  test("a child keeps the trace and gets a span of its own", () => {
    const parent = newTrace();
    expect(childOf(parent)).toMatchObject({ traceId: parent.traceId });
    expect(childOf(parent).spanId).not.toBe(parent.spanId);
  });

  test.each([
    [PARENT, TRACE],
    [TRACE, TRACE],
  ])("work that was stored with %s goes on in that trace", (origin, traceId) => {
    expect(continueTrace(origin).traceId).toBe(traceId);
  });

  test("what is awaited sees its own context, side by side, and nothing outside does", async () => {
    const contexts = [newTrace(), newTrace()];
    const seen = await Promise.all(
      contexts.map((context) =>
        withTrace(context, async () => {
          await Promise.resolve();
          return currentTrace()?.traceId;
        }),
      ),
    );
    expect(seen).toEqual(contexts.map(({ traceId }) => traceId));
    expect(currentTrace()).toBeUndefined();
  });
});
