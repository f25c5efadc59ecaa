import type { z } from "zod";
import { incidentEvents } from "@/db/schema/incidents";
import { moduleIncidentEvents } from "@/db/schema/modules/incidents";
import { outbox } from "@/db/schema/spine";
import { type WriterTx, writer } from "@/db/writer";
import { may, missingRole } from "@/lib/access/roles";
import { appendAudit } from "@/lib/audit/append";
import type { Json } from "@/lib/kernel/canonical-json";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { Refusal, refuse } from "@/lib/kernel/refusal";
import { wake } from "@/lib/platform/background/queue";
import { log } from "@/lib/platform/log";
import { countCommand } from "@/lib/platform/observed/metrics/count";
import { inSpan } from "@/lib/platform/observed/tracing/in-span";
import { newId } from "@/lib/platform/random";
import { bindScope } from "@/lib/platform/scope";
import { currentTrace, newTrace, withTrace } from "@/lib/platform/trace";
import { schemaErrors } from "@/lib/platform/web/problem";
import { claimKey, keepAnswer } from "./idempotency";
import { auditRefusal } from "./refusal-audit";
import { openGateway, requireNotStopped } from "./stopped-gate";
import { refuseWhileSupporting, requireNoSupport } from "./support-gate";
import { requireSwitchesOpen } from "./switch-gate";
import type { Change, CommandCall, CommandContext, CommandDefinition, TimelineLine } from "./types";

function parseInput<Input extends z.ZodType>(command: CommandDefinition<Input, Json>, input: unknown): z.output<Input> {
  const parsed = command.input.safeParse(input);
  if (parsed.success) return parsed.data;
  return refuse("invalid", `${command.name}: the input does not match its schema`, { errors: schemaErrors(parsed.error) });
}

async function record(tx: WriterTx, command: { name: string }, change: Change<Json>, context: CommandContext): Promise<void> {
  const { actor, now, traceId } = context;
  await appendAudit(tx, {
    id: newId(now),
    at: now,
    tenantId: change.tenantId,
    actor: actor.id,
    onBehalfOf: change.onBehalfOf ?? (actor.tenants.kind === "all" ? `scope:${actor.tenants.purpose}` : null),
    command: command.name,
    outcome: "done",
    subject: change.subject,
    before: change.before,
    after: change.after,
    reason: change.reason ?? null,
    traceId,
  });
  for (const event of change.events ?? []) {
    const payload = { ...event.payload };
    await tx.insert(outbox).values({
      id: newId(now),
      tenantId: event.tenantId ?? change.tenantId ?? PLATFORM_TENANT,
      name: event.name,
      payload,
      traceId,
      createdAt: now,
    });
  }
  const tenantId = change.tenantId ?? PLATFORM_TENANT;
  const row = ({ incidentId, kind, summary, data }: TimelineLine) => {
    return { tenantId, incidentId, id: newId(now), at: now, kind, actor: actor.id, summary, data: { ...data } };
  };
  for (const line of change.timeline ?? []) await tx.insert(incidentEvents).values(row(line));
  for (const line of change.moduleTimeline ?? []) await tx.insert(moduleIncidentEvents).values(row(line));
  for (const wakeUp of change.wakes ?? []) await wake(tx, wakeUp);
}

/** The database undid a transaction so that another could go on: a deadlock, or a serialisation that failed. */
const GAVE_WAY = new Set(["40P01", "40001"]);

function hadToGiveWay(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return GAVE_WAY.has((error as { code?: string }).code ?? "") || hadToGiveWay(error.cause);
}

/**
 * The one transaction of a command: switches, effect, outbox, wake-ups, audit and the answer that is kept.
 *
 * Two commands may lock the same rows in another order; PostgreSQL then undoes one of them whole, and that one is applied once
 * more. This is safe because nothing of the first time is left: key, effect, events, wake-ups and audit entry were in the
 * transaction, and `apply` reaches nothing outside it (boundary commands-without-outside). It reads everything again under new
 * locks, as if the call had come a moment later. Once only: what has to give way twice is a fault that somebody should see.
 */
async function transact<Input extends z.ZodType, Result extends Json>(
  command: CommandDefinition<Input, Result>,
  call: CommandCall,
  input: z.output<Input>,
  context: CommandContext,
): Promise<Result> {
  const once = () =>
    writer().transaction(async (tx) => {
      await bindScope(tx, call.actor.tenants);
      const stopped = await openGateway(tx);
      const idempotent = call.idempotencyKey
        ? { actor: call.actor.id, key: call.idempotencyKey, command: command.name, input: call.input, now: call.now }
        : null;
      const claim = idempotent ? await claimKey(tx, idempotent) : null;
      if (claim?.repeated) return claim.answer as Result;
      await requireNoSupport(tx, call.actor);
      const healing = command.heals?.(input) ?? null;
      requireNotStopped(stopped, { command: command.name, actor: call.actor.id });
      if (healing) await requireSwitchesOpen(tx, healing);
      const change = await command.apply(tx, input, context);
      await record(tx, command, change, context);
      if (idempotent) await keepAnswer(tx, idempotent, change.result);
      return change.result;
    });
  return once().catch((error: unknown) => {
    if (!hadToGiveWay(error)) throw error;
    log.info("WARN_GAVE_WAY", `${command.name} had to give way and is applied again`);
    return once();
  });
}

/**
 * Makes one governed change: the only way to write. Permission, schema, scope, idempotency, the change itself, its outbox
 * events, wake-ups and audit entry share one transaction; a refusal is audited in one of its own.
 *
 * @returns what the command answers; for a repeated idempotency key, the first answer
 * @throws Refusal when the answer is an expected "no"; anything else is a fault, and nothing was changed
 */
export async function runCommand<Input extends z.ZodType, Result extends Json>(
  command: CommandDefinition<Input, Result>,
  call: CommandCall,
): Promise<Result> {
  const { actor, now } = call;
  const traceId = currentTrace()?.traceId;
  if (traceId === undefined) return withTrace(newTrace(), () => runCommand(command, call));
  const context: CommandContext = { actor, now, traceId, newId: () => newId(now) };
  try {
    refuseWhileSupporting(actor);
    if (!may(actor, command.permission)) refuse("forbidden", `${command.name} needs ${missingRole(command.permission)}`);
    const input = parseInput(command as unknown as CommandDefinition<Input, Json>, call.input);
    const result = await inSpan(`gateway ${command.name}`, {}, () => transact(command, call, input, context));
    countCommand(command.name, "done");
    return result;
  } catch (error) {
    countCommand(command.name, error instanceof Refusal ? "refused" : "failed");
    const isPolled = command.isPolled && error instanceof Refusal && error.kind === "conflict";
    const isKnown = error instanceof Refusal && typeof call.knownRefusal === "string" && call.knownRefusal === error.details.code;
    const isAnswer = isPolled || isKnown;
    if (error instanceof Refusal && !isAnswer) await auditRefusal(command, error, call, traceId);
    throw error;
  }
}
