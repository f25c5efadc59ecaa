import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { Turnstile } from "@/lib/platform/overload/turnstile";
import { TenantShares } from "../tenant-shares";
import { admitBeat } from "./admission";

function kindOf(work: () => void): string {
  try {
    work();
    return "in";
  } catch (error) {
    return error instanceof Refusal ? error.kind : "fault";
  }
}

describe("shares of tenants", () => {
  const heard = (counts: Record<string, number>) => {
    const shares = new TenantShares(20, 4);
    for (const [tenant, count] of Object.entries(counts)) for (let index = 0; index < count; index += 1) shares.note(tenant, 10_500);
    return shares;
  };
  test.each([
    ["ten times the others", { a: 100, b: 10, c: 10, d: 10 }, true],
    ["as much as the others", { a: 100, b: 100, c: 90 }, false],
    ["alone", { a: 500 }, false],
    ["ten times next to nothing", { a: 20, b: 2, c: 2 }, false],
  ])("%s", (_what, counts, expected) => {
    expect(heard(counts).isGreedy("a", 11_000)).toBe(expected);
  });
  test("what was long ago counts no more", () => {
    expect(heard({ a: 100, b: 10, c: 10 }).isGreedy("a", 13_000)).toBe(false);
  });
});

describe("admission", () => {
  test("over a tenant's rate it is told when to come again, and others are not", () => {
    const answers = Array.from({ length: LIMITS.tenantBeatsPerSecond + 1 }, () => kindOf(() => admitBeat("one", 1_000, 0)));
    expect(answers.filter((kind) => kind === "in")).toHaveLength(LIMITS.tenantBeatsPerSecond);
    expect(answers.at(-1)).toBe("too-many");
    expect(kindOf(() => admitBeat("other", 1_000, 0))).toBe("in");
  });

  test("pressed, the one that sends far more goes first; harder pressed, all beats go", () => {
    for (const tenant of ["x", "y", "z"]) for (let count = 0; count < 10; count += 1) admitBeat(tenant, 50_000, 0);
    for (let count = 0; count < 200; count += 1) admitBeat("greedy", 50_000, 0);
    expect(["greedy", "x"].map((tenant) => kindOf(() => admitBeat(tenant, 51_000, 0.7)))).toEqual(["too-many", "in"]);
    expect(kindOf(() => admitBeat("x", 51_000, 1))).toBe("unavailable");
  });
});

describe("the turnstile", () => {
  test("never lets in more than there is room for, lets everybody in once, in order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 15 }), { maxLength: 30 }), async (weights) => {
        const turnstile = new Turnstile(10, 100);
        let inside = 0;
        const order: number[] = [];
        await Promise.all(
          weights.map((weight, index) =>
            turnstile.through(weight, async () => {
              order.push(index);
              inside += Math.min(weight, 10);
              expect(inside).toBeLessThanOrEqual(10);
              await new Promise((resolve) => setImmediate(resolve));
              inside -= Math.min(weight, 10);
            }),
          ),
        );
        expect(order).toEqual(weights.map((_weight, index) => index));
      }),
    );
  });

  test("a queue that is too long turns the next away, and a failure frees its room", async () => {
    const turnstile = new Turnstile(1, 1);
    let fail: (error: Error) => void = () => undefined;
    const first = turnstile.through(1, () => new Promise<void>((_resolve, reject) => (fail = reject)));
    const second = turnstile.through(1, async () => "second");
    await expect(turnstile.through(1, async () => "third")).rejects.toMatchObject({ kind: "unavailable" });
    expect(turnstile.share()).toBe(1);
    fail(new Error("planted"));
    await expect(first).rejects.toThrow("planted");
    expect(await second).toBe("second");
  });
});
