import type { z } from "zod";
import { Refusal, refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { countRequest } from "@/lib/platform/observed/metrics/count";
import { whileDatabaseAnswers } from "@/lib/platform/overload/database-watch";
import { childOf, currentTrace, newTrace, parseTraceparent, withTrace } from "@/lib/platform/trace";
import { requireOpen, throughSafeRender } from "@/lib/platform/web/blocks/blocks";
import { isDatabaseAway, type Problem, problemOf, schemaErrors } from "@/lib/platform/web/problem";
import { strictJson } from "@/lib/platform/web/strict-json";

export interface ReadOptions {
  /** "accept" only where a route unpacks the body itself, under its own limit. */
  readonly contentEncoding?: "refuse" | "accept";
  readonly timeoutMs?: number;
}

/**
 * Reads a request's raw bytes.
 *
 * @param limitBytes  largest body; refused by its announced length before a byte is read, else at the byte above the limit
 * @throws Refusal `too-large`, `unsupported-media` (content-encoding), `unreadable` (broken, or slower than the time cap)
 */
export async function readBytes(request: Request, limitBytes: number, options: ReadOptions = {}): Promise<Uint8Array> {
  const encoding = request.headers.get("content-encoding")?.trim() ?? "";
  if (options.contentEncoding !== "accept" && encoding !== "") {
    refuse("unsupported-media", "A content-encoding is not accepted here");
  }
  const announced = request.headers.get("content-length");
  if (announced !== null && !/^\d{1,15}$/.test(announced)) refuse("unreadable", "content-length is not a number", { why: "body" });
  if (announced !== null && Number(announced) > limitBytes) refuse("too-large", `The body is larger than ${limitBytes} bytes`);
  if (request.body === null) return new Uint8Array(0);
  return readStream(request.body.getReader(), limitBytes, options.timeoutMs ?? LIMITS.bodyReadMs);
}

type BodyReader = ReadableStreamDefaultReader<Uint8Array>;

/** Tells the sender to stop; that this may fail in turn changes nothing for the answer. */
function abandon(reader: BodyReader): void {
  reader.cancel().catch((error: unknown) => log.debug("ERR_UNREADABLE", "A refused body could not be cancelled", { error }));
}

async function readStream(reader: BodyReader, limitBytes: number, timeoutMs: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), timeoutMs);
  });
  try {
    for (;;) {
      const part = await Promise.race([reader.read(), late]);
      if (part === "late") refuse("unreadable", `The body took longer than ${timeoutMs} ms`, { code: "ERR_SLOW_BODY", why: "body" });
      if (part.done) break;
      size += part.value.byteLength;
      if (size > limitBytes) refuse("too-large", `The body is larger than ${limitBytes} bytes`);
      chunks.push(part.value);
    }
  } catch (error) {
    abandon(reader);
    throw error instanceof Refusal ? error : new Refusal("unreadable", "The body broke off", { why: "body" });
  } finally {
    clearTimeout(timer);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size);
}

/**
 * Reads a JSON body of the ops API: size, content type, strict JSON, schema, in this order.
 * @throws Refusal `too-large`, `unsupported-media`, `unreadable` or, with paths, `invalid`
 */
export async function readJson<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  limitBytes: number = LIMITS.opsBodyBytes,
): Promise<z.output<Schema>> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type !== "application/json") refuse("unsupported-media", "The body must be application/json");
  const parsed = schema.safeParse(strictJson(await readBytes(request, limitBytes)));
  if (!parsed.success) refuse("invalid", "The body does not match its schema", { errors: schemaErrors(parsed.error) });
  return parsed.data;
}

/**
 * Reads the query of a list. A parameter given twice, unknown (with a strict schema) or malformed is unreadable, so that
 * a mistyped filter never widens what is shown.
 * @throws Refusal `unreadable` with paths
 */
export function readQuery<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  const given = new Map<string, string>();
  for (const [name, value] of new URL(request.url).searchParams) {
    if (given.has(name))
      refuse("unreadable", "A parameter is given twice", { errors: [{ path: name.slice(0, 200), message: "given twice" }] });
    // A NUL reaches no text column, and a name from Object's prototype no schema: both are mistakes, not filters.
    if (value.includes("\0") || name in Object.prototype)
      refuse("unreadable", "The query is not understood", { errors: [{ path: name.slice(0, 200), message: "not acceptable" }] });
    given.set(name, value);
  }
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (!parsed.success) refuse("unreadable", "The query is not understood", { errors: schemaErrors(parsed.error) });
  return parsed.data;
}

function problemResponse(problem: Problem): Response {
  const { status, retryAfterSeconds, ...told } = problem;
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store" });
  if (retryAfterSeconds !== undefined) headers.set("retry-after", String(retryAfterSeconds));
  if (status === 401) headers.set("www-authenticate", "Bearer");
  const body = {
    type: "about:blank",
    title: told.title,
    status,
    code: told.code,
    detail: told.detail,
    trace_id: currentTrace()?.traceId ?? null,
  };
  const more = { ...(told.errors ? { errors: told.errors } : {}), ...(told.digest ? { digest: told.digest } : {}) };
  return new Response(JSON.stringify({ ...body, ...more }), { status, headers });
}

/**
 * Answers with a result as JSON, or with a refusal as problem details. Undefined answers 204.
 * @param options.status  of a result; a refusal brings its own
 */
export function respond(
  result: unknown,
  options: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): Response {
  if (result instanceof Refusal) return problemResponse(problemOf(result));
  const headers = { "cache-control": "no-store", ...options.headers };
  if (result === undefined) return new Response(null, { status: options.status ?? 204, headers });
  return Response.json(result, { status: options.status ?? 200, headers });
}

/** Next steers with errors of its own that carry a digest; they are not ours to answer. */
function isSteering(error: unknown): boolean {
  return error instanceof Error && "digest" in error && typeof error.digest === "string";
}

function answerError(error: unknown): Response {
  if (isSteering(error)) throw error;
  const problem = problemOf(error);
  if (problem.status === 500) log.error("ERR_INTERNAL", "A request met an unexpected fault", { error });
  else if (!(error instanceof Refusal) && isDatabaseAway(error)) log.warn("ERR_DATABASE", "A request found the database away", { error });
  return problemResponse(problem);
}

interface RouteOptions {
  /** Hot routes are counted elsewhere; their requests are recorded only at level debug. */
  readonly quiet?: boolean;
  /** "own" where a handler keeps a deadline by itself; all others are answered 503 once the database answers no more. */
  readonly deadline?: "database" | "own";
}

/** Sets on an answer what every answer carries; one that was fetched from elsewhere cannot be changed and is copied. */
function withOwnHeaders(response: Response, traceId: string): Response {
  const setOn = (headers: Headers) => {
    headers.set("x-trace-id", traceId);
    if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  };
  try {
    setOn(response.headers);
    return response;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const headers = new Headers(response.headers);
    setOn(headers);
    return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
  }
}

/** The path of a request's absolute URL; parsing the whole of it costs ten times as much, on every beat. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const end = url.indexOf("?", start);
  return start === -1 ? "/" : url.slice(start, end === -1 ? undefined : end);
}

function record(request: Request, status: number, startedMs: number, isQuiet: boolean): void {
  const isDebug = isQuiet && status < 500;
  const path = pathOf(request.url);
  countRequest(request.method, path, status, (performance.now() - startedMs) / 1_000);
  // Nothing is made up for a record that nobody keeps: on the hot routes that would be half of the wrapper's cost.
  if (isDebug && !log.isDebug) return;
  (isDebug ? log.debug : log.info)("INFO_REQUEST", `${request.method} ${path} ${status}`, {
    method: request.method,
    path,
    status,
    duration_ms: Math.round((performance.now() - startedMs) * 10) / 10,
  });
}

/**
 * Wraps a route handler: continues the caller's trace, turns whatever is thrown into problem details (an unexpected
 * fault into a 500 that says nothing but its trace id, a missing database into a 503), and records the request.
 */
export function route<Arguments extends unknown[]>(
  handler: (request: Request, ...rest: Arguments) => Response | Promise<Response>,
  options: RouteOptions = {},
): (request: Request, ...rest: Arguments) => Promise<Response> {
  return (request, ...rest) => {
    const parent = parseTraceparent(request.headers.get("traceparent"));
    const trace = parent ? childOf(parent) : newTrace();
    const startedMs = performance.now();
    return withTrace(trace, async () => {
      let response: Response;
      try {
        const path = pathOf(request.url);
        await requireOpen(request.method, path);
        const work = handler(request, ...rest);
        response = await (options.deadline === "own" || work instanceof Response ? work : whileDatabaseAnswers(work));
        response = throughSafeRender(path, response);
      } catch (error) {
        response = answerError(error);
      }
      record(request, response.status, startedMs, options.quiet ?? false);
      return withOwnHeaders(response, trace.traceId);
    });
  };
}
