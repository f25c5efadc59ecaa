import { sha256Hex } from "@/lib/kernel/canonical-json";
import { minuteOf } from "./fold-minutes";
import type { SignalRecord } from "./types";

/** How often one error was told of within a minute. */
export interface ErrorMinute {
  readonly tenantId: string;
  readonly minuteAt: Date;
  readonly code: string;
  readonly fingerprint: string;
  readonly count: number;
  readonly sampleTraceId: string | null;
}

/** Where a sender makes up a new text for every error, what is above the bound is counted together. */
const OTHER = "other";

/** What makes two errors the same: code, kind of exception, and the text without what differs each time (ids, numbers, quoted words). */
function fingerprintOf(record: Pick<SignalRecord, "code" | "message" | "attributes">): string {
  const given = record.attributes.fingerprint;
  if (typeof given === "string" && /^[\x21-\x7e]{1,64}$/.test(given)) return given;
  const type = record.attributes["exception.type"];
  const text = record.message
    .slice(0, 500)
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{8,}\b/gi, "#")
    .replace(/"[^"]*"|'[^']*'/g, '"#"')
    .replace(/\d+/g, "#");
  return sha256Hex(Buffer.from(`${record.code}\n${typeof type === "string" ? type.slice(0, 200) : ""}\n${text}`)).slice(0, 16);
}

/**
 * Counts a batch's warnings and errors by minute, tenant, code and fingerprint.
 *
 * @param mostKinds  more kinds than this within a batch are counted together by code
 * @returns each once, in the order of its key
 */
export function foldErrors(records: readonly SignalRecord[], mostKinds: number): ErrorMinute[] {
  const found = new Map<string, ErrorMinute>();
  const add = (record: SignalRecord, fingerprint: string) => {
    const minuteAt = minuteOf(record.at);
    const key = `${record.tenantId} ${minuteAt.toISOString()} ${record.code} ${fingerprint}`;
    const known = found.get(key);
    if (!known && found.size >= mostKinds && fingerprint !== OTHER) return false;
    const traces = [known?.sampleTraceId ?? null, record.traceId].filter((id) => id !== null).sort();
    const { tenantId, code } = record;
    found.set(key, { tenantId, minuteAt, code, fingerprint, count: (known?.count ?? 0) + 1, sampleTraceId: traces[0] ?? null });
    return true;
  };
  for (const record of records) {
    if (record.level !== "warn" && record.level !== "error") continue;
    if (!add(record, fingerprintOf(record))) add(record, OTHER);
  }
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, minute]) => minute);
}
