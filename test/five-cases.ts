import { and, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { auditEntries } from "@/db/schema/spine";
import { scopeFor } from "@/lib/access/system-actor";
import type { Actor } from "@/lib/access/types";
import { runCommand } from "@/lib/gateway/run-command";
import type { CommandDefinition } from "@/lib/gateway/types";
import type { Json } from "@/lib/kernel/canonical-json";
import { Refusal } from "@/lib/kernel/refusal";
import { newToken } from "@/lib/platform/random";
import { read } from "@/lib/platform/scope";
import { personActor } from "./actors";

/** One fresh situation in which the command can be run. */
export interface Situation {
  readonly input: unknown;
  readonly actor: Actor;
}

export interface FiveCases<Input extends z.ZodType, Result extends Json> {
  readonly command: CommandDefinition<Input, Result>;
  /** Makes a situation of its own for each case. */
  readonly arrange: () => Promise<Situation>;
  /** How many of two calls at once succeed; 2 where the second finds nothing left to do, or its own thing to do. */
  readonly winners: 1 | 2;
  /** Somebody who may not; an auditor unless said otherwise. */
  readonly forbidden?: Actor;
  /** Makes the input invalid; it gains an unknown field unless said otherwise. */
  readonly invalid?: (input: unknown) => unknown;
  /** What else is true once it worked. */
  readonly works?: (result: Result, situation: Situation) => Promise<void> | void;
}

/** Entries of a command by outcome. */
export async function auditCount(command: string, outcome: "done" | "refused"): Promise<number> {
  return read(scopeFor("operate"), async (tx) => {
    const rows = await tx
      .select({ id: auditEntries.id })
      .from(auditEntries)
      .where(and(eq(auditEntries.command, command), eq(auditEntries.outcome, outcome)));
    return rows.length;
  });
}

/** The refusal of a promise that must be refused; anything else fails the test. */
export async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const outcome = await work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ("value" in outcome) throw new Error(`expected a refusal, got ${JSON.stringify(outcome.value)}`);
  if (!(outcome.error instanceof Refusal)) throw outcome.error;
  return outcome.error;
}

/** The five cases that every command owes: works with exactly one audit entry, race, retry, forbidden, invalid. */
export function fiveCases<Input extends z.ZodType, Result extends Json>(cases: FiveCases<Input, Result>): void {
  const { command, arrange } = cases;
  const run = (situation: Situation, idempotencyKey: string | null = null) =>
    runCommand(command, { ...situation, now: new Date(), idempotencyKey });
  const audited = async (work: () => Promise<unknown>) => {
    const before = [await auditCount(command.name, "done"), await auditCount(command.name, "refused")] as const;
    await work();
    return { done: (await auditCount(command.name, "done")) - before[0], refused: (await auditCount(command.name, "refused")) - before[1] };
  };

  describe(`${command.name}: five cases`, () => {
    test("works, with exactly one audit entry", async () => {
      const situation = await arrange();
      const made = await audited(async () => {
        const result = await run(situation);
        await cases.works?.(result, situation);
      });
      expect(made).toEqual({ done: 1, refused: 0 });
    });

    test(`of two at once ${cases.winners} succeed, each with one entry`, async () => {
      const situation = await arrange();
      const made = await audited(async () => {
        const outcomes = await Promise.allSettled([run(situation), run(situation)]);
        expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(cases.winners);
        for (const outcome of outcomes) if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(Refusal);
      });
      expect(made).toEqual({ done: cases.winners, refused: 2 - cases.winners });
    });

    test("a retry with its idempotency key is answered alike and changes nothing", async () => {
      const situation = await arrange();
      const key = newToken(8);
      const made = await audited(async () => {
        const answers = await Promise.all([run(situation, key), run(situation, key)]);
        expect(answers[1]).toEqual(answers[0]);
        expect(await run(situation, key)).toEqual(answers[0]);
      });
      expect(made).toEqual({ done: 1, refused: 0 });
    });

    test("forbidden to who lacks the role, which is audited", async () => {
      const situation = await arrange();
      const actor = cases.forbidden ?? personActor(["auditor"]);
      const made = await audited(async () => expect((await refusalOf(run({ ...situation, actor }))).kind).toBe("forbidden"));
      expect(made).toEqual({ done: 0, refused: 1 });
    });

    test("invalid input changes nothing", async () => {
      const situation = await arrange();
      const invalid = cases.invalid ?? ((input: unknown) => ({ ...(input as object), approved_by: "me" }));
      const made = await audited(async () => {
        const refusal = await refusalOf(run({ ...situation, input: invalid(situation.input) }));
        expect(refusal.kind).toBe("invalid");
      });
      expect(made).toEqual({ done: 0, refused: 1 });
    });
  });
}
