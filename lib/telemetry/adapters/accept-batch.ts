import { z } from "zod";
import { Refusal, refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { problemOf } from "@/lib/platform/web/problem";
import { strictJson } from "@/lib/platform/web/strict-json";
import { type AfterBeat, acceptBeat } from "./accept-beat";

/** One line of a relay's batch: a plugin's own signed body, carried by somebody else. */
const lineSchema = z.strictObject({
  plugin_id: z.string().max(64),
  webhook_id: z.string().max(256),
  webhook_timestamp: z.union([z.string().max(20), z.number().int()]).transform(String),
  webhook_signature: z.string().max(2_048),
  body: z.string().max(LIMITS.agentBodyBytes),
});

export interface LineAnswer {
  readonly status: number;
  readonly duplicate?: boolean;
  readonly next_heartbeat_in_s?: number;
  readonly commands?: readonly unknown[];
  readonly code?: string;
  readonly detail?: string;
}

/** Cuts a batch into its lines; a trailing line break is no line. @throws Refusal too-large over LIMITS.batchLines */
function splitLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(10, start);
    const stop = end === -1 ? bytes.length : end;
    if (stop > start) lines.push(bytes.subarray(start, stop));
    if (lines.length > LIMITS.batchLines) refuse("too-large", `A batch has at most ${LIMITS.batchLines} lines`);
    start = stop + 1;
  }
  return lines;
}

async function acceptLine(bytes: Uint8Array, now: Date, after: AfterBeat): Promise<LineAnswer> {
  const parsed = lineSchema.safeParse(strictJson(bytes, { stringBytes: LIMITS.agentBodyBytes }));
  if (!parsed.success) refuse("invalid", "The line does not match its schema");
  const line = parsed.data;
  const headers = {
    pluginId: line.plugin_id,
    webhookId: line.webhook_id,
    webhookTimestamp: line.webhook_timestamp,
    webhookSignature: line.webhook_signature,
  };
  const answer = await acceptBeat(headers, Buffer.from(line.body, "utf8"), now, after);
  return { status: 200, duplicate: answer.isDuplicate, next_heartbeat_in_s: answer.nextHeartbeatInSeconds, commands: answer.commands };
}

/**
 * Accepts a relay's batch, each line by itself: a bad one spoils no other, and an answered 200 is durable.
 *
 * @returns one answer a line, in order
 */
export async function acceptBatch(bytes: Uint8Array, now: Date, after: AfterBeat): Promise<LineAnswer[]> {
  return Promise.all(
    splitLines(bytes).map((line) =>
      acceptLine(line, now, after).catch((error: unknown): LineAnswer => {
        const { status, code, detail } = problemOf(error);
        if (!(error instanceof Refusal)) log.error("ERR_INTERNAL", "A line of a batch met an unexpected fault", { error });
        return { status, code, detail };
      }),
    ),
  );
}
