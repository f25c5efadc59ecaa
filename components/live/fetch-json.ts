/** Why a read or an order failed, as the server put it (problem details, RFC 9457). */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string | null;
  readonly traceId: string | null;
  /** What a second factor has to be shown for before the same may be asked again. */
  readonly digest: string | null;

  constructor(
    status: number,
    told: { readonly code?: unknown; readonly detail?: unknown; readonly trace_id?: unknown; readonly digest?: unknown },
    traceHeader: string | null,
  ) {
    super(typeof told.detail === "string" ? told.detail : `HTTP ${status}`);
    this.name = "ProblemError";
    this.status = status;
    this.code = typeof told.code === "string" ? told.code : null;
    this.digest = typeof told.digest === "string" ? told.digest : null;
    this.traceId = typeof told.trace_id === "string" ? told.trace_id : traceHeader;
  }
}

const TIMEOUT_MS = 15_000;

/** An answer that is no JSON (a proxy's own error page) leaves nothing but its status. */
async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/**
 * Asks our own API, as the person signed in.
 * @throws ProblemError when it answers with a problem; TypeError or a timeout when it cannot be reached
 */
export async function fetchJson<Answer>(url: string, init: RequestInit = {}, timeoutMs = TIMEOUT_MS): Promise<Answer> {
  const late = AbortSignal.timeout(timeoutMs);
  const signal = init.signal ? AbortSignal.any([init.signal, late]) : late;
  const headers = { accept: "application/json", ...init.headers };
  const response = await fetch(url, { ...init, headers, signal, cache: "no-store", credentials: "same-origin" });
  const body = await bodyOf(response);
  if (response.ok) return body as Answer;
  const told = typeof body === "object" && body !== null ? body : {};
  throw new ProblemError(response.status, told, response.headers.get("x-trace-id"));
}

/** Sends an order as JSON; the key makes a repeated press of the same button count once. */
export function postJson<Answer>(url: string, body: unknown, idempotencyKey: string): Promise<Answer> {
  return fetchJson<Answer>(url, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", "idempotency-key": idempotencyKey },
  });
}
