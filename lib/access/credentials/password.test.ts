import { expect, test } from "vitest";
import { hashPassword, verifyPassword } from "./password";

test("a password is known again, another is not, and no two hashes are the same", async () => {
  const [one, other] = await Promise.all([hashPassword("correct horse battery"), hashPassword("correct horse battery")]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(one).not.toBe(other);
  expect(await verifyPassword(one, "correct horse battery")).toBe(true);
  expect(await verifyPassword(one, "correct horse batterY")).toBe(false);
  expect(await verifyPassword(one, "")).toBe(false);
});

test("an accent typed as one sign or as two is the same password", async () => {
  expect(await verifyPassword(await hashPassword("mot de passe très sûr"), "mot de passe très sûr".normalize("NFD"))).toBe(true);
});

test.each([
  ["too short", "eleven char"],
  ["short in characters, though long in units", "😀".repeat(11)],
  ["too long", "x".repeat(1_025)],
])("%s: not accepted as a new password", async (_name, password) => {
  await expect(hashPassword(password)).rejects.toThrow(RangeError);
});

test("a password of megabytes is wrong, not an error", async () => {
  const stored = await hashPassword("x".repeat(1_024));
  expect(await verifyPassword(stored, "x".repeat(5_000_000))).toBe(false);
});

test("a damaged hash lets nobody in", async () => {
  expect(await verifyPassword("$argon2id$broken", "correct horse battery")).toBe(false);
});

test("an unknown person costs the same work as a wrong password", async () => {
  const stored = await hashPassword("correct horse battery");
  const time = async (hash: string | null): Promise<number> => {
    const started = performance.now();
    expect(await verifyPassword(hash, "a wrong password")).toBe(false);
    return performance.now() - started;
  };
  const known: number[] = [];
  const unknown: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    known.push(await time(stored));
    unknown.push(await time(null));
  }
  // The fastest of several runs is the work itself, without what the machine does besides.
  const ratio = Math.min(...unknown) / Math.min(...known);
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(2);
});
