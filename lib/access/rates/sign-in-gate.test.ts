import { expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import { SignInGate } from "./sign-in-gate";

const MINUTE = 60_000;

/** How many tries a place gets through within a minute when it tries ten times a second, each time another address. */
function attack(gate: SignInGate, client: string, fromMs: number): number {
  let tried = 0;
  for (let nowMs = fromMs; nowMs < fromMs + MINUTE; nowMs += 100) if (gate.enter(client, `${nowMs}@x.test`, nowMs)) tried += 1;
  return tried;
}

test("one place that tries address after address is slowed down, and nobody else notices", () => {
  const gate = new SignInGate();
  expect(attack(gate, "thief", 0)).toBeLessThanOrEqual(LIMITS.signInBurstPerClient + LIMITS.signInsPerMinutePerClient);
  expect(gate.enter("home", "ada@center.test", MINUTE)).not.toBeNull();
});

test("many places that fail together keep neither a new one out nor one that succeeded before", () => {
  const gate = new SignInGate();
  gate.enter("home", "ada@center.test", 0)?.();
  const thieves = Array.from({ length: 20 }, (_, index) => `thief-${index}`);
  for (const thief of thieves) gate.enter(thief, "a@x.test", 0);
  let tried = 0;
  for (let nowMs = 1; nowMs < MINUTE; nowMs += 50) for (const thief of thieves) if (gate.enter(thief, `${nowMs}@x.test`, nowMs)) tried += 1;
  expect(tried).toBeLessThanOrEqual(LIMITS.signInBurstOverall + LIMITS.signInsPerMinuteOverall);
  expect(gate.enter("hotel", "ada@center.test", MINUTE)).not.toBeNull();
  expect(gate.enter("home", "ada@center.test", MINUTE)).not.toBeNull();
});

test("ever new places use up what new ones have, and still not what known ones have", () => {
  const gate = new SignInGate();
  gate.enter("home", "ada@center.test", 0)?.();
  let tried = 0;
  for (let index = 0; index < 1_000; index += 1) if (gate.enter(`thief-${index}`, "a@x.test", 0)) tried += 1;
  expect(tried).toBe(LIMITS.signInBurstOverall);
  expect(gate.enter("hotel", "ada@center.test", 0)).toBeNull();
  expect(gate.enter("home", "ada@center.test", 0)).not.toBeNull();
});

test("one address is tried only so often from one place, and from another place as if nothing had been", () => {
  const gate = new SignInGate();
  const tries = Array.from({ length: LIMITS.signInBurst + 5 }, () => gate.enter("thief", "ada@center.test", 0) !== null);
  expect(tries.filter(Boolean)).toHaveLength(LIMITS.signInBurst);
  expect(gate.enter("home", "ada@center.test", 0)).not.toBeNull();
});

test("an office where many sign in at once, each rightly, is never slowed down", () => {
  const gate = new SignInGate();
  for (let index = 0; index < 500; index += 1) {
    const succeeded = gate.enter("office", `${index}@center.test`, 0);
    expect(succeeded).not.toBeNull();
    succeeded?.();
  }
});
