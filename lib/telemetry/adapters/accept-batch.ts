import { z } from "zod";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { pressureGauge } from "@/lib/platform/overload/pressure-gauge";
import { Turnstile } from "@/lib/platform/overload/turnstile";
import { problemOf } from "@/lib/platform/web/problem";
import { splitLines } from "@/lib/platform/web/split-lines";
import { strictJson } from "@/lib/platform/web/strict-json";
import { type AfterBeat, acceptBeat } from "./accept-beat";
import { keepRefusals, noteRepeat } from "./refusals/keep-refusals";

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
  readonly retry_after_s?: number;
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
  const sender = { ...headers, route: "heartbeats" } as const;
  const answer = await keepRefusals(sender, () => acceptBeat(headers, Buffer.from(line.body, "utf8"), now, after));
  if (answer.isDuplicate) noteRepeat(sender);
  return { status: 200, duplicate: answer.isDuplicate, next_heartbeat_in_s: answer.nextHeartbeatInSeconds, commands: answer.commands };
}

/** Lines of all batches that are being worked on; what is above waits in line, so that many relays at once are slow and not lost. */
const turnstile = new Turnstile(LIMITS.batchLinesAtOnce, LIMITS.batchesWaiting);
pressureGauge.watch(() => turnstile.share());

async function answerLine(line: Uint8Array, now: Date, after: AfterBeat): Promise<LineAnswer> {
  try {
    return await acceptLine(line, now, after);
  } catch (error) {
    const { status, code, detail, retryAfterSeconds } = problemOf(error);
    if (status === 500) log.error("ERR_INTERNAL", "A line of a batch met an unexpected fault", { error });
    return { status, code, detail, ...(retryAfterSeconds === undefined ? {} : { retry_after_s: retryAfterSeconds }) };
  }
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Accepts a relay's batch, each line by itself: a bad one spoils no other, and an answered 200 is durable. Between slices of it
 * others get their turn: parsing and verifying a whole batch at once would hold up every single beat for its length.
 *
 * @returns one answer a line, in order
 * @throws Refusal unavailable when too many batches wait already
 */
export async function acceptBatch(bytes: Uint8Array, now: Date, after: AfterBeat): Promise<LineAnswer[]> {
  const lines = splitLines(bytes, LIMITS.batchLines);
  return turnstile.through(lines.length, async () => {
    const answers: Promise<LineAnswer>[] = [];
    for (const [index, line] of lines.entries()) {
      if (index > 0 && index % LIMITS.batchSliceLines === 0) await nextTurn();
      answers.push(answerLine(line, now, after));
    }
    return Promise.all(answers);
  });
}
