import { readFile } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { DatabaseWatch, whileDatabaseAnswers } from "./database-watch";

const never = () => new Promise<never>(() => undefined);

test("long work goes on while the database answers", async () => {
  let finish: (value: string) => void = () => undefined;
  const work = new Promise<string>((resolve) => {
    finish = resolve;
  });
  const answers = vi.fn(async () => {
    if (answers.mock.calls.length === 3) finish("done");
    return true;
  });
  expect(await whileDatabaseAnswers(work, { answers }, 2)).toBe("done");
  expect(answers).toHaveBeenCalledTimes(3);
});

test("whoever waits for a database that does not answer is told so", async () => {
  await expect(whileDatabaseAnswers(never(), { answers: async () => false }, 2)).rejects.toMatchObject({ kind: "unavailable" });
});

test("work that is done in time asks nobody, and its own fault stays its own", async () => {
  const answers = vi.fn(async () => false);
  expect(await whileDatabaseAnswers(Promise.resolve(1), { answers }, 50)).toBe(1);
  await expect(whileDatabaseAnswers(Promise.reject(new RangeError("planted")), { answers }, 50)).rejects.toThrow("planted");
  expect(answers).not.toHaveBeenCalled();
});

test.each([
  ["answers", async () => 1, true],
  ["refuses", () => Promise.reject(new Error("refused")), false],
  ["hangs", never, false],
])("a database that %s", async (_how, ask, expected) => {
  expect(await new DatabaseWatch(ask, 5).answers()).toBe(expected);
});

test("a process that stood still while it was answered hears the answer before it says that there was none", async () => {
  // Two questions of the system, one after the other, as a connection and what is asked on it.
  const ask = async () => {
    await readFile(import.meta.filename);
    await readFile(import.meta.filename);
  };
  const asked = new DatabaseWatch(ask, 12).answers();
  const wakesAt = performance.now() + 60;
  while (performance.now() < wakesAt);
  expect(await asked).toBe(true);
});

test("a line on which nothing was heard is given up, one that answered is kept", async () => {
  const hangUp = vi.fn();
  await new DatabaseWatch(async () => 1, 5, hangUp).answers();
  expect(hangUp).not.toHaveBeenCalled();
  await new DatabaseWatch(never, 5, hangUp).answers();
  expect(hangUp).toHaveBeenCalledOnce();
});

test("however many wait, it is asked once at a time", async () => {
  const ask = vi.fn(never);
  const watch = new DatabaseWatch(ask, 5);
  expect(await Promise.all([watch.answers(), watch.answers(), watch.answers()])).toEqual([false, false, false]);
  expect(ask).toHaveBeenCalledTimes(1);
});
