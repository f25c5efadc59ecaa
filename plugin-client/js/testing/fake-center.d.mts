import type { IncomingMessage, ServerResponse } from "node:http";
import type { Artifact, QuorumFor, Trust } from "../types.d.mts";
import type { Signer } from "./sign-command.mjs";

export interface FakeBeat {
  plugin_id: string;
  boot_id: string;
  seq: number;
  running_version: string;
  disk_version: string;
  active: boolean;
  telemetry: Record<string, number>;
  errors: { code: string; fingerprint: string; count: number }[];
  capabilities: string[];
  last_checkpoint?: string;
}
export interface FakeAnswer {
  kind: "ack" | "fail";
  data: {
    command_id: string;
    stage?: "applied" | "committed";
    reason?: string;
    rolled_back?: boolean;
    running_version: string;
    disk_version?: string;
    timings_ms?: Record<string, number>;
  };
}
export interface FakeCenter {
  url: string;
  pluginId: string;
  secret: string;
  signer: Signer;
  approvers: (Signer & { approver: string })[];
  trust: Trust;
  nextHeartbeatSeconds: number;
  beats: FakeBeat[];
  answers: FakeAnswer[];
  /** Requests that were not accepted, with the reason. */
  rejected: { url: string; problem: string }[];
  /** Envelopes given out with every beat, answered or not. */
  always: unknown[];
  /** Trust documents given out with every beat. */
  trustDocuments: unknown[];
  onAnswer: ((answer: FakeAnswer) => void) | null;
  /** A status to answer with instead, or null to go on normally. */
  disturb(request: IncomingMessage): number | null;
  metadata: Map<string, string | ((response: ServerResponse) => void)>;
  fetched: string[];
  offer(bytes: Buffer, claim?: Partial<Artifact>): Artifact;
  /** How often `disturb` had its way. */
  disturbed: number;
  /** What is served in place of an artifact's bytes. */
  corrupt(bytes: Buffer): Buffer;
  /** Sends an artifact's bytes in a way of its own. */
  transmit: ((bytes: Buffer, response: ServerResponse) => void) | null;
  send(changes: { type: string; approvedBy?: string[]; [field: string]: unknown }): string;
  answersTo(id: string): string[];
  until(condition: () => unknown, what: string): Promise<void>;
  stop(): Promise<void>;
}
/** Center as an agent sees it, on a free loopback port. */
export function startFakeCenter(options?: {
  pluginId?: string;
  approvers?: string[];
  threshold?: number;
  nextHeartbeatSeconds?: number;
  /** The root of trust that its plugins pin. */
  tufRoot?: object;
  quorumFor?: QuorumFor;
}): Promise<FakeCenter>;
