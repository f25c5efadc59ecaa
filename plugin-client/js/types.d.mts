/** The nouns of the agent: what travels between Center, the agent's journal and the plugin. Times are ms since 1970 unless a string. */

export interface TrustKey {
  /** hex SHA-256 of the SPKI DER */
  keyid: string;
  /** base64 of the SPKI DER of an Ed25519 public key */
  public_key: string;
}
export interface ApproverKey extends TrustKey {
  approver: string;
}
/** Whose signatures count, and how many distinct people it takes. */
export interface ApproverTrust {
  /** The trust document that it is of; 0 where the merchant pinned none. */
  version: number;
  approver_keys: ApproverKey[];
  threshold: number;
}
export interface Trust {
  keys: TrustKey[];
  approver_keys: ApproverKey[];
  threshold: number;
  version?: number;
  /** Root metadata of the signed releases; may also stand beside trust. */
  tuf_root?: object | null;
  quorum_for?: QuorumFor;
}
export interface Envelope {
  payloadType: string;
  payload: string;
  signatures: { keyid: string; sig: string }[];
}
export interface Artifact {
  url: string;
  sha256: string;
  length: number;
}
export type CommandType = "update" | "rollback" | "config_update" | "restart" | "isolate" | "commit" | "ping";
export interface Command {
  id: string;
  type: CommandType;
  plugin_id: string;
  from_version: string | null;
  to_version: string | null;
  artifact: Artifact | null;
  config: Record<string, unknown> | null;
  ref: string | null;
  probation_s: number;
  /** The plan's plugin_key: the name the package must bear. Null for commands without a plan. */
  plugin_key: string | null;
  /** Nobody signed its plan, and the merchant wants people's signatures for what its vendor signed as of high impact. */
  refuses_high_impact: boolean;
}
/** What only people's own signatures over the plan's digest let in. */
export type QuorumFor = "major" | "high_impact" | "all";
export type Verdict =
  | { outcome: "accepted" | "repeat"; command: Command; digest: string }
  | { outcome: "refused"; id: string; digest: string; reason: string }
  | { outcome: "ignored"; reason: string };
export interface VerifyContext {
  pluginId: string;
  trust: Trust;
  now: number;
  /** What `current` points at, null when nothing is installed. */
  diskVersion: string | null;
  /** Digest of the payload recorded under this command id, null when the id is new. */
  seenDigest(id: string): string | null;
  /** As the merchant pinned it; "major" unless said otherwise. */
  quorumFor?: QuorumFor;
  /** Whether a root is pinned, so that signed metadata say how much a version weighs. */
  hasVendorsWord?: boolean;
}

/** A whole state of the plugin's home: its version and the exact text of its configuration file (null: no file). */
export interface Home {
  version: string;
  config: string | null;
}
export interface Attempt {
  id: string;
  digest: string;
  type: "update" | "config_update" | "rollback" | "restart";
  phase: "staging" | "swapping" | "probation" | "restoring";
  target: Home;
  /** The last good copy; null where the target is itself the last good copy. */
  restore: Home | null;
  probation_s: number;
  started_at: number;
  deadline_at: number | null;
  reason: string | null;
  timings_ms: Record<string, number>;
}
export interface Answer {
  digest: string;
  /** `dropped`: pre-empted, never answered again. `same_as`: the answer recorded under that other id. */
  kind: "ack" | "fail" | "dropped" | "same_as";
  body: string;
  at: number;
}
export interface OutboxEntry {
  command_id: string;
  kind: "ack" | "fail";
  body: string;
  at: number;
}
export interface JournalData {
  format: 1;
  good: string;
  kept: string[];
  isolated: boolean;
  attempt: Attempt | null;
  last_commit: { id: string; config_before: string | null } | null;
  tries: Record<string, number>;
  answers: Record<string, Answer>;
  outbox: OutboxEntry[];
}

export interface AgentConfig {
  dir: string;
  center_url: string;
  plugin_id: string;
  secret: string;
  trust: Trust;
  /** A pinned root of trust: nothing is then installed that no vendor signed. */
  tuf_root?: object | null;
  /** May also stand beside the keys, in trust. */
  quorum_for?: QuorumFor;
  plugin: { port: number; env?: Record<string, string> };
  platform?: { name: string; version: string };
  beat_interval_s?: number;
  watch_interval_ms?: number;
  start_timeout_ms?: number;
  stop_grace_ms?: number;
  unresponsive_s?: number;
  crash_loop?: { crashes: number; within_s: number };
}
export interface SettledConfig extends Required<Omit<AgentConfig, "platform" | "plugin" | "trust">> {
  /** As the merchant pinned it; `trust` of the agent is what became of it. */
  trust: ApproverTrust & { keys: TrustKey[] };
  plugin: { port: number; env: Record<string, string> };
  platform: { name: string; version: string; runtime: string };
}

export interface Health {
  version: string;
  active: boolean;
  telemetry: Record<string, number>;
  counters: Record<string, number>;
  errors: { code: string; fingerprint: string; count: number }[];
}
export type Log = (level: "info" | "warn" | "error", message: string, fields?: Record<string, unknown>) => void;

/** Everything the steps of the agent share; built once by startAgent. */
export interface Agent {
  config: SettledConfig;
  layout: import("./disk/layout.mjs").Layout;
  journal: import("./disk/journal.mjs").Journal;
  /** Whom it trusts now. */
  trust: ApproverTrust;
  plugin: import("./plugin/plugin-process.mjs").PluginProcess;
  center: import("./center/center-client.mjs").CenterClient;
  queue: import("./run/serial-queue.mjs").SerialQueue;
  crashes: ReturnType<typeof import("./plugin/crash-window.mjs").createCrashWindow>;
  failRate: ReturnType<typeof import("./center/fail-rate.mjs").createFailRate>;
  observed: Observed;
  /** The staging under way, which a rollback that names it may cut short. */
  staging: { id: string; controller: AbortController } | null;
  /** Settles when the switch under way, if any, has ended well or badly. */
  switching: Promise<void> | null;
  /** Envelopes that proved nothing: unknown key, bad signature, no command at all. */
  refusedCommands: number;
  isClosing: boolean;
  log: Log;
  kill(label: string): void;
  now(): number;
  /** Asks for a beat at once. */
  urgent(): void;
  /** Sends what waits in the outbox. */
  flush(): Promise<void>;
}
export interface Observed {
  health: Health | null;
  misses: number;
  /** Monotonic ms of the last sound answer, or of the last start. */
  answeredAt: number;
  isActive: boolean | null;
}
export interface RunningAgent {
  /** Stops the plugin and the agent; what was under way is settled at the next start. */
  stop(): Promise<void>;
  /** Asks for a beat at once. */
  urgent(): void;
}
