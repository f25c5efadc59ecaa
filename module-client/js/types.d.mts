/** The nouns of a module: what it declares, what travels, what it keeps. Times are ms since 1970 unless a string. */

export type Criticality = "core" | "standard" | "optional";
export type Mode = "normal" | "degraded" | "off";
export type Level = 1 | 2 | 3;
export type SignalLevel = "debug" | "info" | "warn" | "error";
export type Surface = "admin" | "tenant" | "job" | "integration";
export type ActionType =
  | "restart"
  | "rebuild_index"
  | "purge_cache"
  | "replay_jobs"
  | "degrade"
  | "undegrade"
  | "open_circuit"
  | "close_circuit"
  | "tighten_limits"
  | "restore_limits"
  | "rollback_release";
export type CommandType =
  | ActionType
  | "set_flag"
  | "repair_dry_run"
  | "repair_apply"
  | "repair_rollback"
  | "snapshot_take"
  | "snapshot_restore"
  | "ping";

/** What a handler is given; it may be called again after a crash, and must then end where it would have ended. */
export interface Task {
  /** Whose: null means all tenants. */
  tenantId: string | null;
  params: Record<string, unknown>;
  /** Fires when the command's time is up or the agent stops. */
  signal: AbortSignal;
  commandId: string;
  /** Where data is to be saved or put back; null for every other order. */
  snapshot: SnapshotTask | null;
}
/** Where a module's rows go to and come from when Center saves them or puts them back. */
export interface SnapshotTask {
  /** A rehearsal: into a scratch place, never over what is in use. */
  readonly isDrill: boolean;
  /** Rows of one part (a table, say), in an order that is always the same; restoring: what is there now, so that it can be compared. */
  write(part: string, rows: Iterable<unknown>): Promise<void>;
  /**
   * Restoring over what is in use: what is there now is written here first, in the transaction that replaces it and just as it is saved;
   * `requireSame` throws where it is not what was saved to take this back. Null where there is nothing to compare.
   */
  readonly undo: { write(part: string, rows: Iterable<unknown>): Promise<void>; requireSame(): Promise<void> } | null;
  /** What is to be restored, compared with the order before its first row is given. */
  rows(): AsyncIterable<{ part: string; row: unknown }>;
}
/** Whatever JSON it answers is told to Center, at most 256 KiB. */
export type Handler = (task: Task) => unknown | Promise<unknown>;

export interface Invariant {
  id: string;
  level: Level;
  /** What breaks it, as Center is shown it; `ok: true` while it holds. */
  check(
    tenantId: string | null,
  ): Promise<{ ok: boolean; detail?: string; count?: number }> | { ok: boolean; detail?: string; count?: number };
}
export interface RepairJob {
  key: string;
  version: number;
  level: Level;
  dryRun: Handler;
  apply: Handler;
  rollback: Handler;
}
export interface ModuleDeclaration {
  key: string;
  title: string;
  version: string;
  /** What every table, path and queue of the module begins with. */
  namespace: string;
  criticality: Criticality;
  /** Features; those not `critical` read as off while the module is degraded. */
  flags?: Record<string, { default: boolean; critical?: boolean }>;
  /** Uses per tenant within a window. */
  quotas?: Record<string, { limit: number; windowSeconds: number }>;
  dependencies?: readonly string[];
  invariants?: readonly Invariant[];
  repairJobs?: readonly RepairJob[];
  actions?: Partial<Record<ActionType, Handler>>;
  snapshot?: { take: Handler; restore: Handler } | null;
}
/** What Center is told of a module. */
export interface Manifest {
  key: string;
  title: string;
  version: string;
  namespace: string;
  criticality: Criticality;
  flags: Record<string, { default: boolean; critical: boolean }>;
  quotas: Record<string, { limit: number; window_s: number }>;
  dependencies: string[];
  invariants: { id: string; level: Level }[];
  repair_jobs: { key: string; version: number; level: Level }[];
  actions: string[];
  snapshot: boolean;
}
export interface DefinedModule {
  readonly key: string;
  readonly version: string;
  readonly criticality: Criticality;
  readonly namespace: string;
  readonly flags: NonNullable<ModuleDeclaration["flags"]>;
  readonly quotas: NonNullable<ModuleDeclaration["quotas"]>;
  readonly manifest: Manifest;
  readonly digest: string;
  readonly handlers: {
    readonly invariants: readonly Invariant[];
    readonly repairJobs: readonly RepairJob[];
    readonly actions: Partial<Record<ActionType, Handler>>;
    readonly snapshot: { take: Handler; restore: Handler } | null;
  };
}

export interface TrustKey {
  /** hex SHA-256 of the SPKI DER */
  keyid: string;
  /** base64 of the SPKI DER of an Ed25519 public key */
  public_key: string;
}
export interface ModuleCommand {
  id: string;
  type: CommandType;
  tenantId: string | null;
  params: Record<string, unknown>;
  fence: number;
  planDigest: string | null;
  expiresAt: number;
}
export type Verdict =
  | { outcome: "accepted" | "repeat"; command: ModuleCommand; digest: string }
  | { outcome: "refused"; id: string; digest: string; reason: string }
  | { outcome: "ignored"; reason: string };
export interface VerifyContext {
  moduleId: string;
  moduleKey: string;
  keys: readonly TrustKey[];
  now: number;
  /** The highest fence that was obeyed; 0 when none was. */
  highestFence: number;
  knowsTenant(tenantId: string): boolean;
  /** Digest of the payload recorded under this command id, null when the id is new. */
  seenDigest(id: string): string | null;
}

export interface Answer {
  status: "done" | "failed" | "refused";
  detail: string;
  result: unknown;
  timings_ms: Record<string, number>;
}
export interface JournalEntry {
  digest: string;
  /** Begun so often; answered once `answer` stands. */
  tries: number;
  answer: Answer | null;
  isDelivered: boolean;
  at: number;
}
export interface JournalData {
  format: 1;
  fence: number;
  commands: Record<string, JournalEntry>;
  modes: { platform: Mode; tenants: Record<string, Mode> };
  /** Share of each allowance that is granted while Center holds a noisy tenant back, 0..1; 1 where nothing is said. */
  limits: { platform: number; tenants: Record<string, number> };
  flags: { platform: Record<string, boolean>; tenants: Record<string, Record<string, boolean>> };
  entitlements: { digest: string | null; tenants: Record<string, string[]>; confirmedAt: number };
}

export interface Health {
  status: "ok" | "degraded" | "down";
  /** `unknown`: the check came to no end, so it says neither that it holds nor that it does not. */
  checks: Record<string, { ok: boolean; unknown?: true; detail?: string }>;
}
export interface SignalSubject {
  tenantId?: string | null;
  traceId?: string | null;
  spanId?: string | null;
  actorId?: string | null;
  class?: "SECURITY" | "DATA" | "PERF" | "UX" | "INTEGRATION";
  attributes?: Record<string, unknown>;
}
export interface RequestMeasure {
  tenantId: string;
  surface: Surface;
  ms: number;
  ok: boolean;
  isTimeout?: boolean;
  traceId?: string | null;
}
/** Whom the platform lets write, and why; `write` runs `fn` where the guard of its database expects it. */
export interface GovernedWrite {
  tenantId: string;
  reason: string;
  traceId: string | null;
  moduleKey: string;
  namespace: string;
}

export interface AgentOptions {
  centerUrl: string;
  moduleId: string;
  secret: string;
  /** Center's command keys (`trust.keys` of the registration). */
  pinnedKeys: readonly TrustKey[];
  definition: DefinedModule;
  /** The agent's own folder: its journal and its lock. */
  dir: string;
  readHealth?: () => Health | Promise<Health>;
  readQueue?: () => Record<string, number> | Promise<Record<string, number>>;
  /** Tenants that this platform serves; without it, those that Center names in its entitlements. */
  /** Which version really runs, where that is not the code's own: of what it loads, say. */
  readVersion?: () => string | Promise<string>;
  knowsTenant?: (tenantId: string) => boolean;
  /** Binds a handler to its tenant's scope; without it a handler sees only its task's tenantId. */
  withTenant?: <Result>(tenantId: string | null, fn: () => Promise<Result>) => Promise<Result>;
  openWrite?: <Result>(write: GovernedWrite, fn: (tx: never) => Promise<Result>) => Promise<Result>;
  now?: () => number;
  log?: (level: "info" | "warn" | "error", message: string, fields?: Record<string, unknown>) => void;
  beatSeconds?: number;
}
export interface ModuleAgent {
  /** The first beat that Center took. */
  readonly ready: Promise<void>;
  log(code: string, level: SignalLevel, message: string, subject?: SignalSubject): void;
  /** @throws RangeError for a name that Center does not take (METRIC_NAMES) */
  metric(name: string, tenantId: string, value: number, attributes?: { surface?: Surface; trace_id?: string }): void;
  readonly measure: { request(measure: RequestMeasure): void };
  /** Whether this tenant may use the module: of the core always, of any other only while Center says so. */
  isEntitled(tenantId: string): boolean;
  isEnabled(flag: string, tenantId?: string | null): boolean;
  mode(tenantId?: string | null): Mode;
  /** Takes from a tenant's allowance; false when none is left. */
  takeQuota(name: string, tenantId: string, count?: number): boolean;
  /** The only way to write: in the tenant's scope, with a reason, where the platform's guard sees it. */
  governedWrite<Result>(
    tenantId: string,
    reason: string,
    fn: (tx: never) => Promise<Result>,
    options?: { traceId?: string },
  ): Promise<Result>;
  /** A beat now. */
  urgent(): void;
  /** Sends what waits; resolves when it was tried. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}
