import { ZodError } from "zod";
import { Refusal, type RefusalKind } from "@/lib/kernel/refusal";
import { CODES, type Code } from "@/lib/platform/codes";
import { LIMITS } from "@/lib/platform/limits";

interface Answer {
  readonly status: number;
  readonly code: Code;
  readonly title: string;
}

/** The one table from an expected "no" to HTTP. */
const ANSWERS: Readonly<Record<RefusalKind, Answer>> = {
  unreadable: { status: 400, code: "ERR_UNREADABLE", title: "Unreadable request" },
  unauthenticated: { status: 401, code: "ERR_UNAUTHENTICATED", title: "Not authenticated" },
  forbidden: { status: 403, code: "ERR_FORBIDDEN", title: "Not permitted" },
  "not-found": { status: 404, code: "ERR_NOT_FOUND", title: "Not found" },
  conflict: { status: 409, code: "ERR_CONFLICT", title: "The state moved on" },
  "too-large": { status: 413, code: "ERR_TOO_LARGE", title: "Body too large" },
  "unsupported-media": { status: 415, code: "ERR_UNSUPPORTED_MEDIA", title: "Unsupported content" },
  invalid: { status: 422, code: "ERR_INVALID", title: "Invalid content" },
  "too-many": { status: 429, code: "ERR_TOO_MANY", title: "Too many requests" },
  unavailable: { status: 503, code: "ERR_UNAVAILABLE", title: "Not available now" },
};

/** Problem details as they go out (RFC 9457). */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly { path: string; message: string }[];
  readonly retryAfterSeconds?: number;
  readonly digest?: string;
}

/** Codes of the driver and of the socket below it that mean: the database is away, not wrong. */
const AWAY = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
]);
/** Connection trouble (08), resources (53), shutting down (57P), cancelled by a timeout, lock, serialisation, read-only stand-by. */
const AWAY_STATE = /^(08...|53...|57P0[1-5]|57014|55P03|40001|40P01|25006)$/;

function* causesOf(error: unknown): Generator<unknown> {
  let current = error;
  for (let depth = 0; depth < 6 && current instanceof Error; depth += 1) {
    yield current;
    if (current instanceof AggregateError) yield* current.errors.slice(0, 8);
    current = current.cause;
  }
}

function hasCode(error: unknown, isMeant: (code: string) => boolean): boolean {
  for (const cause of causesOf(error)) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (typeof code === "string" && isMeant(code)) return true;
  }
  return false;
}

/** Whether an error, or what caused it, says that the database cannot answer now and may do so later. */
export function isDatabaseAway(error: unknown): boolean {
  return hasCode(error, (code) => AWAY.has(code) || AWAY_STATE.test(code));
}

/** Whether the disk below the database (53100) or below DATA_DIR has no room left. */
function isDiskFull(error: unknown): boolean {
  return hasCode(error, (code) => code === "53100" || code === "ENOSPC");
}

/** The paths and messages of a schema failure; a caller with a thousand mistakes learns of the first fifty. */
export function schemaErrors(error: ZodError): { path: string; message: string }[] {
  const told = error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    // The field is named by its path, as every other mistake: its name within a sentence could not be put into the caller's own case.
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => ({ path: [...path, key], message: "unknown field" }));
    return [{ path, message: issue.message }];
  });
  return told
    .slice(0, LIMITS.problemErrors)
    .map(({ path, message }) => ({ path: path.join(".").slice(0, 200), message: message.slice(0, 300) }));
}

function fromRefusal(refusal: Refusal): Problem {
  const { status, code, title } = ANSWERS[refusal.kind];
  const needsRetryAfter = status === 429 || status === 503;
  const retryAfterSeconds = refusal.details.retryAfterSeconds ?? (needsRetryAfter ? LIMITS.retryAfterSeconds : undefined);
  return {
    status,
    code: refusal.details.code ?? code,
    title,
    // An id of another tenant and one that does not exist must answer with the same bytes.
    detail: refusal.kind === "not-found" ? CODES.ERR_NOT_FOUND.meaning : refusal.message,
    ...(refusal.details.digest ? { digest: refusal.details.digest } : {}),
    ...(refusal.details.errors ? { errors: refusal.details.errors } : {}),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds: Math.max(1, Math.ceil(retryAfterSeconds)) }),
  };
}

/** What the caller is told about an error of any kind: an unexpected one says nothing but that it happened. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Refusal) return fromRefusal(error);
  if (error instanceof ZodError) {
    return fromRefusal(new Refusal("invalid", CODES.ERR_INVALID.meaning, { errors: schemaErrors(error) }));
  }
  if (isDiskFull(error)) return fromRefusal(new Refusal("unavailable", CODES.ERR_DISK_FULL.meaning, { code: "ERR_DISK_FULL" }));
  if (isDatabaseAway(error)) return fromRefusal(new Refusal("unavailable", CODES.ERR_UNAVAILABLE.meaning));
  return { status: 500, code: "ERR_INTERNAL", title: "Unexpected fault", detail: CODES.ERR_INTERNAL.meaning };
}
