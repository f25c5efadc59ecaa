import type { SignalRecord, SignalSpan } from "./types";

/** Where a hexadecimal id lies between 0 and 1, by its last 32 bits: those are random by W3C Trace Context level 2. */
function placeOf(id: string): number {
  return Number.parseInt(id.slice(-8), 16) / 2 ** 32;
}

/**
 * Whether a record is kept: warnings and errors always, of the rest a share by trace, so that of a trace all is kept or nothing.
 *
 * @param id     the record's own, where it belongs to no trace
 * @param share  0..1
 */
export function keepsRecord(record: Pick<SignalRecord, "level" | "traceId">, id: string, share: number): boolean {
  return record.level === "warn" || record.level === "error" || placeOf(record.traceId ?? id) < share;
}

/** Whether a span is kept: those that failed or were slow always, of the rest a share by trace. */
export function keepsSpan(span: Pick<SignalSpan, "isError" | "durationMs" | "traceId">, share: number, slowMs: number): boolean {
  return span.isError || span.durationMs >= slowMs || placeOf(span.traceId) < share;
}
