import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { rolloutMembers, rollouts, rolloutWaves } from "@/db/schema/rollout";
import { outbox } from "@/db/schema/spine";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import { requireFence } from "@/lib/gateway/lease";
import type { DomainEvent } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { canaryStateSchema } from "../../canary/canary-state";
import type { CanaryVerdict } from "../../canary/judge-canary";
import { MEMBER_STATES, WAITS_FOR } from "../../waves/rollout-types";
import { beginWave, proveWave } from "./begin-wave";
import { keyOf, lockRollout, movedEvent, type RolloutRow } from "./lock-rollout";

const place = { tenantId: z.uuid(), pluginId: z.uuid() };
const input = z.strictObject({
  rolloutId: z.uuid(),
  fence: z.number().int(),
  /** Where it stood when the step was decided. */
  expected: z.strictObject({ state: z.string(), wave: z.number().int(), countedUntil: z.date() }),
  settled: z
    .array(z.strictObject({ ...place, from: z.enum(MEMBER_STATES), state: z.enum(MEMBER_STATES), why: z.string().nullable() }))
    .max(LIMITS.rolloutMembers),
  joiners: z.array(z.strictObject({ ...place, wave: z.number().int() })).max(LIMITS.sweepRows),
  counted: z
    .strictObject({
      until: z.date(),
      canary: canaryStateSchema,
      verdict: z.custom<CanaryVerdict>((value) => typeof value === "object" && value !== null && "decision" in value),
    })
    .nullable(),
  to: z.strictObject({ state: z.enum(["running", "holding", "completed"]), isWidened: z.boolean(), waitsFor: z.array(z.enum(WAITS_FOR)) }),
});
type Advance = z.output<typeof input>;

async function settleMembers(tx: WriterTx, { rolloutId, settled, joiners }: Advance, now: Date): Promise<void> {
  for (const { tenantId, pluginId, from, state, why } of settled) {
    const key = and(eq(rolloutMembers.tenantId, tenantId), eq(rolloutMembers.rolloutId, rolloutId), eq(rolloutMembers.pluginId, pluginId));
    await tx
      .update(rolloutMembers)
      .set({ state, why, updatedAt: now })
      .where(and(key, eq(rolloutMembers.state, from)));
  }
  const rows = joiners.map((joiner) => ({ ...joiner, rolloutId, state: "planned" as const, tries: 0, isLate: true, updatedAt: now }));
  if (rows.length > 0) await tx.insert(rolloutMembers).values(rows).onConflictDoNothing();
}

async function moveWave(tx: WriterTx, { rolloutId, expected, counted, to }: Advance, by: string, now: Date): Promise<void> {
  const wave = { rolloutId, wave: expected.wave };
  if (counted) {
    const set = { countedUntil: counted.until, canary: counted.canary, verdict: counted.verdict };
    await tx
      .update(rolloutWaves)
      .set(set)
      .where(and(eq(rolloutWaves.tenantId, PLATFORM_TENANT), eq(rolloutWaves.rolloutId, rolloutId), eq(rolloutWaves.wave, expected.wave)));
  }
  if (to.isWidened || to.state === "completed") await proveWave(tx, wave, { by, reason: null, at: now });
  if (to.isWidened) await beginWave(tx, rolloutId, expected.wave + 1, now);
}

/** Whoever has not got the release: the log keeps the first names of a long list, so their number is told besides. */
function stillMissing(settled: Advance["settled"]) {
  const missing = settled.filter(({ state }) => state === "planned").map(({ pluginId, why }) => ({ pluginId, why }));
  return { still_missing_count: missing.length, still_missing: missing };
}

const WAITS_FOR_PERSON = "rollout.waits_for_person";

/**
 * Says that a rollout has come under suspicion, which stays until a person looks: once a wave. Attempts that begin one at a time
 * interrupt the waiting, and would be told anew each.
 */
async function callPerson(tx: WriterTx, before: RolloutRow, { waitsFor }: Advance["to"]): Promise<DomainEvent[]> {
  if (!waitsFor.includes("suspicion") || before.waitsFor.includes("suspicion")) return [];
  const { id: rolloutId, pluginKey, version, wave } = before;
  const place = JSON.stringify({ rolloutId, wave });
  const told = and(eq(outbox.tenantId, PLATFORM_TENANT), eq(outbox.name, WAITS_FOR_PERSON), sql`${outbox.payload} @> ${place}::jsonb`);
  const [known] = await tx.select({ id: outbox.id }).from(outbox).where(told).limit(1);
  return known ? [] : [{ name: WAITS_FOR_PERSON, payload: { rolloutId, pluginKey, version, wave } }];
}

/**
 * Moves a rollout on: what became of its members, what was counted since the stored position, the verdict over that, and the
 * step that follows, all in one transaction that the lease's fence and the decided-in state hold.
 */
export const advanceRollout = defineCommand({
  name: "rollout.advance",
  permission: "system",
  isPolled: true,
  input,

  async apply(tx, step, { actor, now }) {
    const { rolloutId, fence, expected, to, settled, counted } = step;
    await requireFence(tx, { kind: "job", tenantId: PLATFORM_TENANT, id: rolloutId, fence });
    const before = await lockRollout(tx, rolloutId, actor);
    if (before.state !== expected.state || before.wave !== expected.wave) refuse("conflict", "The rollout has moved on");
    const ofWave = and(
      eq(rolloutWaves.tenantId, PLATFORM_TENANT),
      eq(rolloutWaves.rolloutId, rolloutId),
      eq(rolloutWaves.wave, before.wave),
    );
    const [wave] = await tx.select({ countedUntil: rolloutWaves.countedUntil }).from(rolloutWaves).where(ofWave).for("update");
    if (wave?.countedUntil.getTime() !== expected.countedUntil.getTime()) refuse("conflict", "These beats were counted meanwhile");
    await settleMembers(tx, step, now);
    await moveWave(tx, step, actor.id, now);
    const isOver = to.state === "completed" && before.state !== "completed";
    const set = {
      state: to.state,
      wave: before.wave + (to.isWidened ? 1 : 0),
      waitsFor: to.waitsFor,
      updatedAt: now,
      dueAt: now,
      ...(isOver ? { endedAt: now } : {}),
    };
    await tx.update(rollouts).set(set).where(keyOf(rolloutId));
    const { canary, control, decision, evidence } = counted?.verdict ?? {};
    const seen = counted ? { decision, evidence, canary, control, until: counted.until.toISOString() } : null;
    return {
      subject: `rollout:${rolloutId}`,
      tenantId: null,
      before: { state: before.state, wave: before.wave },
      after: {
        state: set.state,
        wave: set.wave,
        waits_for: to.waitsFor,
        settled: settled.length,
        judged: seen,
        // Whoever has not got it when the rollout ends is named there and then.
        ...(isOver ? stillMissing(settled) : {}),
      },
      events: [movedEvent(rolloutId, set.state), ...(await callPerson(tx, before, to))],
      result: { state: set.state, wave: set.wave },
    };
  },
});
