import { authenticateIngest, type IngestModule } from "@/lib/access/authenticate-module";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { countSignals } from "@/lib/platform/observed/metrics/count";
import { strictJson } from "@/lib/platform/web/strict-json";
import { gunzip } from "@/lib/platform/web/unpack-bytes";
import { BatchUnderWay } from "../batch-under-way";
import { OTLP_NAMES, OTLP_REQUESTS, type OtlpKind } from "../otlp/otlp-messages";
import { objectOf, type Plain } from "../otlp/otlp-values";
import { decodeProtobuf, encodePartialSuccess } from "../otlp/protobuf";
import { readOtlpLogs } from "../otlp/read-logs";
import { readOtlpMetrics } from "../otlp/read-metrics";
import { readOtlpTraces } from "../otlp/read-traces";
import { throughDoor } from "./signal-door";
import { type Complete, storeSignals } from "./store-signals";
import { countServed, tellCounters } from "./tell-counters";

const PROTOBUF = "application/x-protobuf";
const JSON_TYPE = "application/json";

/** How a body was written; its answer is written in the same way. */
function mediaOf(headers: Headers): typeof PROTOBUF | typeof JSON_TYPE {
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type === PROTOBUF || type === JSON_TYPE) return type;
  return refuse("unsupported-media", `The body must be ${JSON_TYPE} or ${PROTOBUF}`);
}

/** @throws Refusal unsupported-media, or too-large for what is larger than the limit once it is unpacked (or does not unpack) */
function unpacked(headers: Headers, body: Uint8Array): Uint8Array {
  const encoding = headers.get("content-encoding")?.trim().toLowerCase() ?? "";
  if (encoding === "" || encoding === "identity") return body;
  if (encoding !== "gzip") return refuse("unsupported-media", "Of content-encodings gzip alone is accepted");
  return gunzip(body, LIMITS.signalBodyBytes) ?? refuse("too-large", `No gzip, or more than ${LIMITS.signalBodyBytes} bytes once unpacked`);
}

function requestOf(kind: OtlpKind, media: string, bytes: Uint8Array): Plain {
  if (media === PROTOBUF) return decodeProtobuf(bytes, OTLP_REQUESTS[kind], { depth: LIMITS.otlpDepth, fields: LIMITS.otlpKeys });
  const value = strictJson(bytes, { keys: LIMITS.otlpKeys, stringBytes: LIMITS.otlpStringBytes });
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuse("unreadable", "Not acceptable OTLP: no object");
  return objectOf(value);
}

function readInto(batch: BatchUnderWay, kind: OtlpKind, request: Plain, moduleId: string): Complete | undefined {
  const { now } = batch.sender;
  if (kind === "metrics") return tellCounters(moduleId, readOtlpMetrics(request, batch), now);
  if (kind === "traces") return countServed(moduleId, readOtlpTraces(request, batch), now);
  readOtlpLogs(request, batch);
  return undefined;
}

/** The answer as OTLP has it: empty where all was taken, else how much was not, and why of the first. */
function answerOf(kind: OtlpKind, media: string, stored: Readonly<Record<string, unknown>>): Response {
  const { rejected, why } = stored as { rejected: number; why: string };
  const headers = { "content-type": media };
  if (media === PROTOBUF) return new Response(new Uint8Array(encodePartialSuccess(rejected, why)), { headers });
  const partial = { [OTLP_NAMES[kind].rejected]: String(rejected), errorMessage: why };
  return Response.json(rejected === 0 ? {} : { partialSuccess: partial });
}

interface Export {
  readonly kind: OtlpKind;
  readonly media: string;
  /** As received, and once unpacked. */
  readonly body: Uint8Array;
  readonly bytes: Uint8Array;
}

async function store(module: IngestModule, { kind, media, body, bytes }: Export, now: Date): Promise<Response> {
  const batch = new BatchUnderWay({ ...module, now });
  const complete = readInto(batch, kind, requestOf(kind, media, bytes), module.moduleId);
  const bodySha256 = sha256Hex(body);
  const identity = { moduleId: module.moduleId, batchId: module.webhookId ?? `${kind}:${bodySha256}`, bodySha256 };
  const read = batch.done();
  const [first] = read.refused;
  const answer = { rejected: read.refusedCount, why: first ? `${first.code}: ${first.detail} (item ${first.line})` : "" };
  const stored = await storeSignals(identity, read, answer, now, complete);
  if (!stored.isDuplicate) countSignals(read.accepted, read.refusedCount);
  return answerOf(kind, media, stored.answer);
}

/**
 * Accepts an OTLP/HTTP export, in JSON or protobuf, gzipped or not. What came before, byte for byte, is answered the same and counted once:
 * SDKs send again what was not answered in time.
 *
 * @param body  the raw bytes as received
 * @throws Refusal unauthenticated, too-many, unsupported-media, too-large, unreadable, conflict, unavailable
 */
export async function acceptOtlp(kind: OtlpKind, headers: Headers, body: Uint8Array, now: Date): Promise<Response> {
  const module = await authenticateIngest(headers, body, now);
  const media = mediaOf(headers);
  const bytes = unpacked(headers, body);
  // A few packed bytes may be a large body: it weighs what will be worked on.
  return throughDoor(Math.max(body.length, bytes.length), () => store(module, { kind, media, body, bytes }, now));
}
