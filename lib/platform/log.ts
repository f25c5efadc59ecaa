import pino from "pino";
import { CODES, type Code } from "@/lib/platform/codes";
import { currentTrace } from "@/lib/platform/trace";

export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

type Write = (code: Code, message: string, attributes?: Readonly<Record<string, unknown>>) => void;

/**
 * Writes one JSON record a line, with exactly the fields of the unified log record (signals/types.ts): ts, level, code, class, trace_id,
 * tenant_id, actor_id, module_id, message, attributes. The code says which class of trouble it belongs to (codes.ts).
 */
export interface Log {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
  /** Whether anybody keeps records of level debug. */
  readonly isDebug: boolean;
}

interface LogOptions {
  readonly level?: LogLevel;
  /** The part of Center that writes: `web`, `worker` ...; a trace may name a finer one. */
  readonly moduleId?: string;
  readonly destination?: { write(line: string): void };
}

const SECRET_NAME = /secret|passw(?:or)?d|authorization|cookie|master_?key|private_?key|api_?key|(?:^|_)token$|Token$/i;
const LONGEST_TEXT = 8_192;
const DEEPEST = 6;
const MOST_ITEMS = 100;

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [^-]{1,40}-----[\s\S]*?(?:-----END [^-]{1,40}-----|$)/g, "[redacted PEM]"],
  [/whsec_[A-Za-z0-9+/_=-]+/g, "whsec_[redacted]"],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9\-._~+/]+=*/gi, "$1 [redacted]"],
  [/\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*/g, "[redacted JWT]"],
  [/(\b[a-z][a-z0-9+]{1,15}:\/\/[^\s/:@]{1,100}):[^\s/@]{1,300}@/gi, "$1:[redacted]@"],
];

/** Text without the secrets that are recognisable by their form, at most 8 KiB of it. */
export function redactText(text: string): string {
  let clean = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}...` : text;
  for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
  return clean;
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const cause = error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) };
  const code = "code" in error && typeof error.code === "string" ? { code: redactText(error.code) } : {};
  return { name: error.name, message: redactText(error.message), stack: redactText(error.stack ?? ""), ...code, ...cause };
}

/** Any value as a log record may show it: secrets by name or form, bytes, depth and length taken out. */
function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function" || typeof value === "symbol") return `[${typeof value}]`;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "[no date]" : value.toISOString();
  if (depth >= DEEPEST) return "[deeper]";
  if (value instanceof Error) return redactError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => redact(item, depth + 1));
  const entries = Object.entries(value).slice(0, MOST_ITEMS);
  return Object.fromEntries(entries.map(([name, item]) => [name, redactMember(name, item, depth)]));
}

function redactMember(name: string, item: unknown, depth: number): unknown {
  const isShown = item === null || item === undefined || typeof item === "boolean" || typeof item === "number";
  return SECRET_NAME.test(name) && !isShown ? "[redacted]" : redact(item, depth + 1);
}

/** Attributes that may speak for the record where the trace does not know. */
const SUBJECT_FIELDS = ["trace_id", "tenant_id", "actor_id", "module_id"] as const;

/** Attributes as the record shows them: in a member of their own, where they overwrite no field of it. */
function attributesOf(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const others = Object.entries(attributes).filter(([name, value]) => !isSubject(name, value));
  return redact(Object.fromEntries(others)) as Record<string, unknown>;
}

function isSubject(name: string, value: unknown): boolean {
  return typeof value === "string" && (SUBJECT_FIELDS as readonly string[]).includes(name);
}

function subjectsOf(attributes: Readonly<Record<string, unknown>>, moduleId: string): Record<string, string | null> {
  const trace = currentTrace();
  const known = { trace_id: trace?.traceId, tenant_id: trace?.tenantId, actor_id: trace?.actorId, module_id: trace?.moduleId ?? moduleId };
  const named = SUBJECT_FIELDS.map((field) => {
    const given = attributes[field];
    return [field, typeof given === "string" ? redactText(given) : (known[field] ?? null)] as const;
  });
  return Object.fromEntries(named);
}

/** Makes a log; the product uses the shared `log` below, tests pass a destination. */
export function createLog(options: LogOptions = {}): Log {
  const settings: pino.LoggerOptions = {
    level: options.level ?? "info",
    base: null,
    messageKey: "message",
    timestamp: () => `,"ts":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
  };
  const writer = options.destination ? pino(settings, options.destination) : pino(settings);

  function writeAt(level: Exclude<LogLevel, "silent">): Write {
    return (code, message, attributes = {}) => {
      if (!writer.isLevelEnabled(level)) return;
      const moduleId = options.moduleId ?? shared[PROCESS] ?? "center";
      const record = { code, class: CODES[code].class, ...subjectsOf(attributes, moduleId), attributes: attributesOf(attributes) };
      writer[level](record, redactText(message));
    };
  }
  return {
    debug: writeAt("debug"),
    info: writeAt("info"),
    warn: writeAt("warn"),
    error: writeAt("error"),
    isDebug: writer.isLevelEnabled("debug"),
  };
}

// Bundlers may load this file more than once in a process; all copies write under the same name.
const PROCESS = Symbol.for("reliability-center.process");
const shared = globalThis as { [PROCESS]?: string };

/** Names the process that writes (`web`, `worker`, `scheduler` ...), once, when it starts. */
export function nameProcess(moduleId: string): void {
  shared[PROCESS] = moduleId;
}

/** An unknown level must not keep the record of that very fault from being written; env.ts reports it. */
function levelOf(text: string | undefined): LogLevel {
  return LOG_LEVELS.find((level) => level === text) ?? "info";
}

/** The log of this process, on standard output. */
export const log: Log = createLog({ level: levelOf(process.env.LOG_LEVEL) });
