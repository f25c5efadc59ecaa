/** One line of the audit log, as the gateway hands it over; time, ids and trace come from the caller. */
export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  readonly tenantId: string | null;
  readonly actor: string;
  readonly onBehalfOf: string | null;
  readonly command: string;
  readonly outcome: "done" | "refused";
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
  readonly traceId: string;
}

const SECRET_KEYS = /^(secret|password|password_?hash|sealed.*|private_?key|token|envelope|bytes)$/i;
const LONGEST_TEXT = 2_000;

/**
 * What of a value may stand in the log for ever: secrets and raw bytes are named, not shown; long texts are cut.
 *
 * @returns plain JSON; dates as RFC 3339 (one that is none: null), undefined members left out
 */
export function auditable(value: unknown, depth = 0): unknown {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return "[bytes]";
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "string") return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
  if (typeof value !== "object") return value;
  if (depth > 8) return "[deeper]";
  if (Array.isArray(value)) return value.slice(0, 200).map((item) => auditable(item, depth + 1));
  const members = Object.entries(value as Record<string, unknown>).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, SECRET_KEYS.test(key) ? "[withheld]" : auditable(member, depth + 1)]));
}
