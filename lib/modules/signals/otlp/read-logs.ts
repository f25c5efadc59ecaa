import { clipText } from "@/lib/kernel/clip-text";
import { LIMITS } from "@/lib/platform/limits";
import type { BatchUnderWay } from "../batch-under-way";
import { classOf, cleanAttributes, isTimely, unclassified } from "../clean-values";
import { RECORD_CLASSES, type RecordLevel } from "../types";
import { type Attributes, attributesOf, idOf, instantOf, numberOf, type Plain, plainValue, textOf } from "./otlp-values";
import { itemsOf, tenantOfItem } from "./walk-items";

const CODE = /^(ERR|WARN|INFO)_[A-Z][A-Z0-9_]{0,79}$/;

/** OTLP's 24 severities in four levels; one that is not said is information. */
function levelOf(severity: number | null): RecordLevel {
  if (severity === null || severity <= 0) return "info";
  return severity < 9 ? "debug" : severity < 13 ? "info" : severity < 17 ? "warn" : "error";
}

/** The code that attributes name, or null. */
export function codeOf(attributes: Attributes): string | null {
  const said = attributes.code ?? attributes["error.code"];
  return typeof said === "string" && CODE.test(said) ? said : null;
}

function messageOf(item: Plain, attributes: Attributes): string {
  const body = plainValue(item.body);
  if (typeof body === "string" && body !== "") return body;
  const exception = attributes["exception.message"];
  if (typeof exception === "string") return exception;
  return body === null ? (textOf(item.eventName) ?? "") : JSON.stringify(body);
}

/** Takes the log records of an OTLP request into a batch. @throws Refusal unreadable */
export function readOtlpLogs(request: Plain, batch: BatchUnderWay): void {
  for (const framed of itemsOf(request, "logs", batch)) {
    const { item, line } = framed;
    if (!batch.makeRoom(line, 1)) continue;
    const attributes = attributesOf(item.attributes);
    const traceId = idOf(item.traceId, 32);
    const at = instantOf(item.timeUnixNano) ?? instantOf(item.observedTimeUnixNano) ?? batch.sender.now;
    if (!isTimely(at, batch.sender.now)) {
      batch.refuse(line, "ERR_INVALID", "timeUnixNano: too long ago, or in the future");
      continue;
    }
    const tenantId = tenantOfItem(batch, framed, attributes, traceId);
    if (tenantId === null) continue;
    const level = levelOf(numberOf(item.severityNumber));
    const code = codeOf(attributes) ?? unclassified(level);
    const record = {
      tenantId,
      at,
      level,
      code,
      class: classOf(code, RECORD_CLASSES.find((known) => known === attributes.class) ?? null),
      traceId,
      spanId: idOf(item.spanId, 16),
      actorId: typeof attributes.actor_id === "string" ? clipText(attributes.actor_id, LIMITS.signalNameCharacters) : null,
      message: clipText(messageOf(item, attributes), LIMITS.signalMessageCharacters),
      attributes: cleanAttributes(attributes),
    };
    batch.take({ record });
  }
}
