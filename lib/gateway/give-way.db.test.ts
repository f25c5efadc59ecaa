import { eq } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { installation } from "@/db/schema/spine";
import { personActor } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { defineCommand } from "./define-command";
import { runCommand } from "./run-command";

const owner = openAs("superuser");
afterAll(() => owner.end());

const now = new Date("2026-11-21T10:00:00.000Z");
const actor = personActor(["operator"]);
/** How often each order of locks was applied, and what happens between its two locks. */
let applied: Record<string, number>;
let between: (name: string) => Promise<void>;
beforeEach(() => {
  applied = {};
});

/** Adds its name to two rows, one after the other. */
const sign = defineCommand({
  name: "test.sign",
  permission: "incident:write",
  input: z.strictObject({ name: z.string(), keys: z.array(z.string()) }),
  async apply(tx, { name, keys }, context) {
    applied[name] = (applied[name] ?? 0) + 1;
    for (const [index, key] of keys.entries()) {
      const [row] = await tx.select().from(installation).where(eq(installation.key, key)).for("update");
      await tx
        .update(installation)
        .set({ value: `${row?.value ?? ""}${name}`, updatedAt: context.now })
        .where(eq(installation.key, key));
      if (index === 0) await between(name);
    }
    const events = [{ name: "rows.signed", payload: { name } }];
    return { subject: `installation:${name}`, tenantId: null, before: null, after: { name }, events, result: { name } };
  },
});

const signBoth = (name: string, keys: readonly string[]) =>
  runCommand(sign, { input: { name, keys }, actor, now, idempotencyKey: `${keys.join("-")}-${name}` });

async function plant(...keys: string[]): Promise<void> {
  for (const key of keys) await owner`insert into installation (key, value, updated_at) values (${key}, '', now())`;
}
const storedUnder = async (key: string) => (await owner<{ value: string }[]>`select value from installation where key = ${key}`)[0]?.value;
const written = async (name: string) => ({
  audit: await owner`select outcome from audit_entries where subject = ${`installation:${name}`}`,
  events: await owner`select 1 from outbox where name = 'rows.signed' and payload ->> 'name' = ${name}`,
});

describe("two commands that lock the same rows the other way round", () => {
  test("both take effect once: the one that had to give way comes again, and reads what the other wrote", async () => {
    await plant("give-way:a", "give-way:b");
    let waiting = 0;
    between = () => {
      waiting += 1;
      return vi.waitFor(() => expect(waiting).toBeGreaterThanOrEqual(2));
    };
    const answers = await Promise.all([signBoth("x", ["give-way:a", "give-way:b"]), signBoth("y", ["give-way:b", "give-way:a"])]);
    expect(answers).toEqual([{ name: "x" }, { name: "y" }]);
    expect((applied.x ?? 0) + (applied.y ?? 0)).toBe(3);
    for (const key of ["give-way:a", "give-way:b"]) expect([...((await storedUnder(key)) ?? "")].sort()).toEqual(["x", "y"]);
    for (const name of ["x", "y"]) expect(await written(name)).toMatchObject({ audit: [{ outcome: "done" }], events: [{}] });
  });

  test("one that has to give way again is a fault, and nothing of it stays", async () => {
    await plant("give-way:c");
    between = async () => {
      throw Object.assign(new Error("deadlock detected"), { cause: Object.assign(new Error("deadlock"), { code: "40P01" }) });
    };
    await expect(signBoth("z", ["give-way:c"])).rejects.toThrow("deadlock detected");
    expect(applied.z).toBe(2);
    expect(await storedUnder("give-way:c")).toBe("");
    expect(await written("z")).toEqual({ audit: [], events: [] });
  });

  test("any other fault is not tried again", async () => {
    await plant("give-way:d");
    between = async () => {
      throw Object.assign(new Error("unique"), { code: "23505" });
    };
    await expect(signBoth("w", ["give-way:d"])).rejects.toThrow("unique");
    expect(applied.w).toBe(1);
  });
});
