import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";

export type Plain = Readonly<Record<string, unknown>>;
export type Attributes = Readonly<Record<string, unknown>>;

const DEEPEST = 6;

/** Its members where it is an object, none where it is something else. */
export function objectOf(value: unknown): Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Plain) : {};
}

/** A list of objects; none is an empty one. @throws Refusal unreadable where it is something else */
export function listOf(value: unknown): readonly Plain[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.some((item) => typeof item !== "object" || item === null))
    return refuse("unreadable", "Not acceptable OTLP: a list of messages is none");
  return value as Plain[];
}

export function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** A number, which JSON may hold as text where it has 64 bits; null for what is none. */
export function numberOf(value: unknown): number | null {
  const number = typeof value === "number" ? value : typeof value === "string" && value !== "" ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}

/** A number that adds up: none below zero, and none that no sum could hold. */
export function amountOf(value: unknown): number {
  return Math.min(LIMITS.signalAmount, Math.max(0, numberOf(value) ?? 0));
}

/** An instant from nanoseconds since 1970, to the millisecond; null for none and for 0, which says that it is not known. */
export function instantOf(nanoseconds: unknown): Date | null {
  const value = typeof nanoseconds === "string" || typeof nanoseconds === "number" ? String(nanoseconds) : "";
  if (!/^[1-9]\d{0,19}$/.test(value)) return null;
  return new Date(Number(BigInt(value) / 1_000_000n));
}

/** Milliseconds between two instants in nanoseconds, to the microsecond; 0 where they are no order. */
export function millisecondsBetween(start: unknown, end: unknown): number {
  if (instantOf(start) === null || instantOf(end) === null) return 0;
  const microseconds = (BigInt(String(end)) - BigInt(String(start))) / 1_000n;
  return Math.max(0, Number(microseconds) / 1_000);
}

/** A trace or span id, which JSON writes as hex in any case; null for one that is none, or all zero. */
export function idOf(value: unknown, digits: 16 | 32): string | null {
  const id = textOf(value)?.toLowerCase() ?? "";
  return id.length === digits && /^[0-9a-f]+$/.test(id) && !/^0+$/.test(id) ? id : null;
}

/** An AnyValue as a plain one. */
export function plainValue(any: unknown, depth = 0): unknown {
  const value = objectOf(any);
  if (depth > DEEPEST) return "[deeper]";
  if (typeof value.stringValue === "string") return value.stringValue;
  if (typeof value.boolValue === "boolean") return value.boolValue;
  if (value.intValue !== undefined) {
    const number = numberOf(value.intValue);
    return number !== null && Number.isSafeInteger(number) ? number : typeof value.intValue === "object" ? null : String(value.intValue);
  }
  if (value.doubleValue !== undefined) return numberOf(value.doubleValue);
  if (typeof value.bytesValue === "string") return value.bytesValue;
  if (value.arrayValue !== undefined) return listOf(objectOf(value.arrayValue).values).map((item) => plainValue(item, depth + 1));
  if (value.kvlistValue !== undefined) return attributesOf(objectOf(value.kvlistValue).values, depth + 1);
  return null;
}

/** Attributes as an object; the last of two that bear the same name stands. Made of entries, so that no name reaches a prototype. */
export function attributesOf(list: unknown, depth = 0): Attributes {
  return Object.fromEntries(listOf(list).flatMap(({ key, value }) => (typeof key === "string" ? [[key, plainValue(value, depth)]] : [])));
}
