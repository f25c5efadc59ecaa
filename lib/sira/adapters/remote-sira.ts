import type { CircuitBreakerPolicy } from "cockatiel";
import { ConsecutiveBreaker, circuitBreaker, handleAll } from "cockatiel";
import { LIMITS } from "@/lib/platform/limits";
import type { CheckedDecision } from "@/lib/sira/contract/check-decision";
import { checkDecision } from "@/lib/sira/contract/check-decision";
import type { SiraRequest } from "@/lib/sira/types";

export interface RemoteSira {
  /** Base address; the question goes to `/api/sira/decide` below it unless it already ends so. */
  readonly url: string;
  readonly token: string | null;
  readonly fetch?: typeof fetch;
  readonly timeoutMs?: number;
  /** Left out, all calls to one address share a breaker of this process. */
  readonly breaker?: CircuitBreakerPolicy;
}

/** Opens after repeated failures, so that a dead SIRA costs nothing while it is dead, and tries one call when its rest is over. */
export function siraBreaker(restMs: number = LIMITS.siraBreakerRestMs): CircuitBreakerPolicy {
  return circuitBreaker(handleAll, { halfOpenAfter: restMs, breaker: new ConsecutiveBreaker(LIMITS.siraBreakerFailures) });
}

const breakers = new Map<string, CircuitBreakerPolicy>();

function breakerFor(url: string): CircuitBreakerPolicy {
  const breaker = breakers.get(url) ?? siraBreaker();
  breakers.set(url, breaker);
  return breaker;
}

/** A failure of the remote whose words may be shown: they never carry what the remote sent. */
class SiraFailure extends Error {}

/** Reads a body but never more than the limit, whatever length it claims. @throws SiraFailure when it is longer */
async function readCapped(response: Response, maximumBytes: number): Promise<string> {
  if (!response.body) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop by throwing cancels the stream, so the rest is never transferred.
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maximumBytes) throw new SiraFailure(`SIRA answered more than ${maximumBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SiraFailure("SIRA did not answer JSON", { cause: error });
  }
}

function addressOf(url: string): string {
  const base = url.replace(/\/+$/, "");
  return base.endsWith("/api/sira/decide") ? base : `${base}/api/sira/decide`;
}

/** One call, answered properly or thrown: the breaker counts an answer outside the contract as a failure too. */
async function call(request: SiraRequest, remote: RemoteSira, signal: AbortSignal): Promise<CheckedDecision> {
  const send = remote.fetch ?? fetch;
  const response = await send(addressOf(remote.url), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      ...(remote.token === null ? {} : { authorization: `Bearer ${remote.token}` }),
    },
    body: JSON.stringify(request),
    redirect: "error",
    signal,
  });
  const text = await readCapped(response, LIMITS.siraAnswerBytes);
  if (response.status !== 200) throw new SiraFailure(`SIRA answered ${response.status}`);
  const checked = checkDecision(request, parse(text));
  if (!checked.ok) throw new SiraFailure(checked.reason);
  return checked;
}

/**
 * Asks the SIRA at `SIRA_API_URL` for a decision.
 *
 * Never throws and never takes longer than the timeout, which covers the body too: whatever goes wrong (away, slow, too
 * long, outside the schema, a patch that was not offered) is a reason, and the caller falls back to suggest-only.
 */
export async function askRemoteSira(request: SiraRequest, remote: RemoteSira): Promise<CheckedDecision> {
  const timeoutMs = remote.timeoutMs ?? LIMITS.siraTimeoutMs;
  const signal = AbortSignal.timeout(timeoutMs);
  const breaker = remote.breaker ?? breakerFor(remote.url);
  try {
    return await breaker.execute(() => call(request, remote, signal));
  } catch (error) {
    if (error instanceof SiraFailure) return { ok: false, reason: error.message };
    if (signal.aborted) return { ok: false, reason: `SIRA did not answer within ${timeoutMs} ms` };
    const isOpen = error instanceof Error && "isBrokenCircuitError" in error;
    return { ok: false, reason: isOpen ? "SIRA failed repeatedly and is left alone for a while" : "SIRA could not be reached" };
  }
}
