import { CODES, type Code, type CodeClass } from "../codes";

/** What somebody must act on, what should be looked at, what merely happened. */
export type CodeLevel = "error" | "warn" | "info";

/** One line of the taxonomy: all that is known of a code. */
export interface Classified {
  readonly code: Code;
  readonly class: CodeClass;
  readonly level: CodeLevel;
  /** The runbook that says what to do, by its name; null where there is nothing to be done but to read the record. */
  readonly runbook: string | null;
  readonly meaning: string;
}

const LEVELS: Readonly<Record<string, CodeLevel>> = { ERR: "error", WARN: "warn", INFO: "info" };

/** Codes of faults: all other ERR_ codes are an expected "no" to a caller, which is no error of Center's and merely happened. */
const FAULTS: ReadonlySet<Code> = new Set([
  "ERR_AUDIT_TAMPERED",
  "ERR_AUDIT_FORK",
  "ERR_INTERNAL",
  "ERR_UNAVAILABLE",
  "ERR_SWITCHES_UNKNOWN",
  "ERR_ARTIFACT_MISMATCH",
  "ERR_DATABASE",
  "ERR_LEASE_LOST",
  "ERR_JOB_FAILED",
  "ERR_TENANT_MISSING",
  "ERR_CROSS_TENANT",
  "ERR_UNCLASSIFIED",
]);

/** Runbooks by the codes that call for them (runbooks/<name>.json). */
const RUNBOOKS: Readonly<Partial<Record<Code, string>>> = {
  ERR_AUDIT_TAMPERED: "audit-tampering",
  ERR_AUDIT_FORK: "audit-tampering",
  ERR_CROSS_TENANT: "cross-tenant-risk",
  ERR_TENANT_MISSING: "cross-tenant-risk",
  ERR_TENANT_UNKNOWN: "cross-tenant-risk",
  ERR_DATABASE: "database-away",
  ERR_UNAVAILABLE: "perf",
  ERR_TOO_MANY: "perf",
  ERR_KILL_SWITCH: "kill-switch",
  ERR_SWITCHES_UNKNOWN: "kill-switch",
  ERR_ARTIFACT_MISMATCH: "bad-patch",
};

/** All that is known of a code: its class, the level it is logged at, its runbook and its meaning. */
export function classified(code: Code): Classified {
  const usual = LEVELS[code.split("_", 1)[0] ?? ""] ?? "error";
  const level = usual === "error" && !FAULTS.has(code) ? "info" : usual;
  return { code, level, runbook: RUNBOOKS[code] ?? null, class: CODES[code].class, meaning: CODES[code].meaning };
}

/** The taxonomy, code by code in the order of their names. */
export function taxonomy(): Classified[] {
  return (Object.keys(CODES) as Code[]).sort().map(classified);
}
