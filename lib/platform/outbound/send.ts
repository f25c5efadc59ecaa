import { lookup } from "node:dns/promises";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { type RequestOptions, request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { LIMITS } from "@/lib/platform/limits";
import { chooseAddresses, hostOf, parseOutboundUrl, type Reach, type Resolve } from "@/lib/platform/outbound/choose-address";
import { OutboundError } from "@/lib/platform/outbound/outbound-error";

export interface OutboundRequest {
  readonly url: string;
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Ranges open besides public addresses (OUTBOUND_ALLOW); "any" only for URLs that the operator set. */
  readonly reach: Reach;
  readonly timeoutMs?: number;
  readonly answerBytes?: number;
  readonly resolve?: Resolve;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const resolveByDns: Resolve = (hostname) => lookup(hostname, { all: true, verbatim: true });

/** Hands the connection the addresses that were checked, whatever the resolver would say now. */
function pinned(addresses: Awaited<ReturnType<Resolve>>): LookupFunction {
  return (_hostname, options, callback) => {
    const first = addresses[0];
    if (options.all) callback(null, [...addresses]);
    else callback(null, first?.address ?? "", first?.family ?? 4);
  };
}

/**
 * Makes one outgoing call to an address that was checked after DNS, without following redirects.
 *
 * @returns the answer, whatever its status; a redirect is an answer like any other
 * @throws OutboundError for a refused address, no connection, no answer in time (default 10 s in all) or one above the
 *         limit (default 64 KiB)
 */
export async function send(request: OutboundRequest): Promise<OutboundAnswer> {
  const url = parseOutboundUrl(request.url);
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), request.timeoutMs ?? LIMITS.outboundTimeoutMs);
  try {
    const addresses = await beforeAbort(chooseAddresses(url, request.reach, request.resolve ?? resolveByDns), deadline.signal);
    return await exchange(url, request, pinned(addresses), deadline.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** A lookup cannot be taken back, but nobody has to wait for it. */
function beforeAbort<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(new OutboundError("timeout", "no address in time")), { once: true });
    work.then(resolve, reject);
  });
}

function exchange(url: URL, request: OutboundRequest, pin: LookupFunction, signal: AbortSignal): Promise<OutboundAnswer> {
  const body = request.body === undefined ? null : Buffer.from(request.body);
  const options: RequestOptions = {
    method: request.method ?? "POST",
    host: hostOf(url),
    port: url.port === "" ? undefined : Number(url.port),
    path: `${url.pathname}${url.search}`,
    headers: { ...request.headers, host: url.host, "accept-encoding": "identity", ...(body ? { "content-length": body.length } : {}) },
    // A pooled connection could have been opened under an older answer of the resolver.
    agent: false,
    lookup: pin,
    signal,
  };
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(asOutboundError(error, signal));
    const call = (url.protocol === "https:" ? requestHttps : requestHttp)(options, (answer) => {
      readAnswer(answer, request.answerBytes ?? LIMITS.outboundAnswerBytes).then(resolve, (error: unknown) => {
        call.destroy();
        fail(error);
      });
    });
    call.on("error", fail);
    call.end(body ?? undefined);
  });
}

async function readAnswer(answer: IncomingMessage, limitBytes: number): Promise<OutboundAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes) throw new OutboundError("answer-too-large", `the answer is larger than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]);
  return { status: answer.statusCode ?? 0, headers: Object.fromEntries(headers) as Record<string, string>, body: Buffer.concat(chunks) };
}

function asOutboundError(error: unknown, signal: AbortSignal): OutboundError {
  if (error instanceof OutboundError) return error;
  if (signal.aborted) return new OutboundError("timeout", "no answer in time", error);
  return new OutboundError("network", "no connection, or it broke", error);
}
