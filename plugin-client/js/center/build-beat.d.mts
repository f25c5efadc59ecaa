import type { Health, QuorumFor } from "../types.d.mts";

export const CAPABILITIES: readonly string[];
/** Builds the body of one heartbeat. Pure. */
export function buildBeat(state: {
  pluginId: string;
  bootId: string;
  seq: number;
  now: number;
  diskVersion: string;
  health: Health | null;
  platform: { name: string; version: string; runtime: string };
  failRate: number | null;
  own: Record<string, number>;
  checkpoint: string | null;
  isPinned?: boolean;
  quorumFor?: QuorumFor;
}): { type: string; timestamp: string; data: { telemetry: Record<string, number>; [field: string]: unknown } };
