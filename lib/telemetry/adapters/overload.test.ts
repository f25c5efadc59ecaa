import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { isShed, pressureOf, WORK_KINDS } from "../shed";
import { TenantShares } from "../tenant-shares";
import { admitBeat } from "./admission";
import { PressureGauge } from "./pressure-gauge";
import { Turnstile } from "./turnstile";
import { within } from "./within";

function kindOf(work: () => void): string {
  try {
    work();
    return "in";
  } catch (error) {
    return error instanceof Refusal ? error.kind : "fault";
  }
}

describe("what is turned away when pressed", () => {
  test.each([
    [0.4, []],
    [0.5, ["export"]],
    [0.75, ["export", "read"]],
    [1, ["export", "read", "beat"]],
    [1_000, ["export", "read", "beat"]],
  ])("at pressure %d: %j", (pressure, expected) => {
    expect(WORK_KINDS.filter((kind) => isShed(kind, pressure))).toEqual(expected);
  });

  test("never what is for safety, and more pressure never lets more in", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), fc.double({ min: 0, max: 1e9, noNaN: true }), (one, other) => {
        expect(isShed("safety", one)).toBe(false);
        for (const kind of WORK_KINDS) if (isShed(kind, Math.min(one, other))) expect(isShed(kind, Math.max(one, other))).toBe(true);
      }),
    );
  });
});

describe("the gauge", () => {
  test("reads how late the loop comes round; one pause is no overload, a row of them is", () => {
    const gauge = new PressureGauge();
    let nowMs = 0;
    const tick = (gapMs: number) => {
      nowMs += gapMs;
      gauge.tick(nowMs, 50);
    };
    for (let count = 0; count < 10; count += 1) tick(50);
    expect(gauge.pressure()).toBe(0);
    tick(50 + LIMITS.pressureLagMs * 2);
    expect(gauge.pressure()).toBeLessThan(1);
    for (let count = 0; count < 4; count += 1) tick(50 + LIMITS.pressureLagMs * 2);
    expect(gauge.pressure()).toBeGreaterThan(1);
    for (let count = 0; count < 12; count += 1) tick(50);
    expect(gauge.pressure()).toBeLessThan(0.05);
  });

  test("is as high as its fullest queue", () => {
    const gauge = new PressureGauge();
    gauge.watch(() => 0.2);
    gauge.watch(() => 0.9);
    expect(gauge.pressure()).toBe(0.9);
    expect(pressureOf({ lagMs: -5, queueShare: 0 }, 100)).toBe(0);
  });
});

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

test("nobody waits longer than the deadline, and a fault in time is a fault", async () => {
  const never = new Promise<string>(() => undefined);
  expect(await within(5, never, () => "late")).toBe("late");
  expect(await within(1_000, Promise.resolve("done"), () => "late")).toBe("done");
  await expect(within(1_000, Promise.reject(new Error("planted")), () => "late")).rejects.toThrow("planted");
});
