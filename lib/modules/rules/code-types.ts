import type { ModuleFindingType } from "@/lib/modules/types";
import type { ErrorCount } from "./types";

/** What an error's code says is wrong. A code that is not here names nothing: whatever rule counts it gives it its own name. */
const CODE_TYPES: Readonly<Record<string, ModuleFindingType>> = {
  ERR_INVOICE_SKEWED: "billing_anomaly",
  ERR_CACHE_CORRUPT: "data_invalid",
  ERR_INDEX_INCOMPLETE: "data_invalid",
  ERR_STORAGE_MISSING: "data_invalid",
  ERR_STORAGE_CHANGED: "data_invalid",
  ERR_OCR_WRONG: "data_invalid",
  ERR_TENANT_MISSING: "contract_violation",
  ERR_TENANT_UNKNOWN: "contract_violation",
  ERR_PERMISSION_EXCESS: "contract_violation",
  ERR_UNGOVERNED_WRITE: "contract_violation",
  ERR_CROSS_TENANT: "cross_tenant",
  ERR_SCHEDULER_DEAD: "silence",
  ERR_QUEUE_FULL: "queue_saturation",
  ERR_DEAD_LETTER: "dead_letters",
  ERR_INTEGRATION_DOWN: "integration_down",
  ERR_CIRCUIT_OPEN: "integration_down",
  ERR_DATABASE: "database_errors",
  ERR_TIMEOUT: "timeouts",
  ERR_OVERLOADED: "timeouts",
};

export function typeOfCode(code: string): ModuleFindingType | null {
  return Object.hasOwn(CODE_TYPES, code) ? (CODE_TYPES[code] as ModuleFindingType) : null;
}

/** The type named by a text that bears a code, as the detail of a check does: "3 of 8 files are gone (ERR_STORAGE_MISSING)". */
export function typeInText(text: string): ModuleFindingType | null {
  const [code] = /\bERR_[A-Z0-9_]+\b/.exec(text) ?? [];
  return code ? typeOfCode(code) : null;
}

/** What most of these errors say is wrong: one story is told by one name. Null where they say nothing, or disagree. */
export function typeOfErrors(errors: readonly ErrorCount[]): ModuleFindingType | null {
  const total = errors.reduce((sum, { count }) => sum + count, 0);
  const named = new Map<ModuleFindingType, number>();
  for (const { code, count } of errors) {
    const type = typeOfCode(code);
    if (type) named.set(type, (named.get(type) ?? 0) + count);
  }
  const [most] = [...named].sort(([, a], [, b]) => b - a);
  return most && most[1] * 2 > total ? most[0] : null;
}
