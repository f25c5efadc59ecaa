"use server";

import type { z } from "zod";
import { acting } from "@/app/(center)/signed-in";
import type { ActionAnswer } from "@/components/incidents/actions/action-answer";
import { runCommand } from "@/lib/gateway/run-command";
import type { CommandDefinition } from "@/lib/gateway/types";
import { acknowledgeIncident } from "@/lib/incidents/commands/acknowledge-incident";
import { commentIncident } from "@/lib/incidents/commands/comment-incident";
import type { Json } from "@/lib/kernel/canonical-json";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { newTrace, withTrace } from "@/lib/platform/trace";
import { problemOf } from "@/lib/platform/web/problem";

/** Runs a command for the person on the page; an answer tells what a thrown error would hide in production. */
function answerWith<Input extends z.ZodType>(command: CommandDefinition<Input, Json>, input: unknown, key: unknown): Promise<ActionAnswer> {
  const trace = newTrace();
  return withTrace(trace, async (): Promise<ActionAnswer> => {
    try {
      const idempotencyKey = typeof key === "string" && key.length <= LIMITS.idempotencyKeyCharacters ? key : null;
      await runCommand(command, { input, actor: await acting(), now: systemClock.now(), idempotencyKey });
      return { ok: true };
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status === 500) log.error("ERR_INTERNAL", "A page's action met an unexpected fault", { error });
      return { ok: false, detail: problem.detail, traceId: trace.traceId };
    }
  });
}

/** A person takes the incident. */
export async function acknowledge(incidentId: string, key: string): Promise<ActionAnswer> {
  return answerWith(acknowledgeIncident, { incidentId }, key);
}

/** A person writes a note on the incident's timeline. */
export async function comment(incidentId: string, text: string, key: string): Promise<ActionAnswer> {
  return answerWith(commentIncident, { incidentId, text }, key);
}
