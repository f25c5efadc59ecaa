import { clipText } from "@/lib/kernel/clip-text";
import { CODES, type Code } from "@/lib/platform/codes";
import { LIMITS } from "@/lib/platform/limits";
import { classified } from "@/lib/platform/observed/taxonomy";
import type { RecordClass, RecordLevel } from "./types";

const DEEPEST = 4;
const MOST_ITEMS = 32;

function cleanValue(value: unknown, depth: number): unknown {
  if (typeof value === "string") return clipText(value, LIMITS.signalAttributeCharacters);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object" || value === null) return typeof value === "boolean" ? value : null;
  if (depth >= DEEPEST) return "[deeper]";
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => cleanValue(item, depth + 1));
  const entries = Object.entries(value).slice(0, LIMITS.signalAttributes);
  return Object.fromEntries(
    entries.map(([name, item]) => [clipText(name, LIMITS.signalNameCharacters), cleanValue(item, depth + 1)] as const),
  );
}

/** Attributes as they are kept: bounded in number, depth and length. */
export function cleanAttributes(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return cleanValue(attributes, 0) as Record<string, unknown>;
}

/** The class of a code: what the sender says, else what the registry says, else data. */
export function classOf(code: string, given: RecordClass | null | undefined): RecordClass {
  if (given) return given;
  return Object.hasOwn(CODES, code) ? classified(code as Code).class : "DATA";
}

/** The code of what bears none. */
export function unclassified(level: RecordLevel): string {
  return level === "error" ? "ERR_UNCLASSIFIED" : level === "warn" ? "WARN_UNCLASSIFIED" : "INFO_UNCLASSIFIED";
}

/** Whether an instant is of the time that signals are taken for. */
export function isTimely(at: Date, now: Date): boolean {
  const ageSeconds = (now.getTime() - at.getTime()) / 1_000;
  return ageSeconds <= LIMITS.signalOldestSeconds && ageSeconds >= -LIMITS.signalAheadSeconds;
}
