import { expect, test } from "vitest";
import { Refusal } from "@/lib/kernel/refusal";
import { LookUps } from "./gather-look-ups";

/** Batches as they were asked for, and the hand that answers the one under way. */
function gathered(room = { atOnce: 2, waiting: 5 }) {
  const batches: (readonly string[])[] = [];
  let answer: (outcome: ReadonlyMap<string, string | Error> | Error) => void = () => undefined;
  const lookUps = new LookUps<string>((ids) => {
    batches.push(ids);
    return new Promise((resolve, reject) => {
      answer = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
    });
  }, room);
  const finish = async (outcome: ReadonlyMap<string, string | Error> | Error) => {
    answer(outcome);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { lookUps, batches, finish };
}

test("what is asked for while a batch is under way makes the next, each id once, so many at once", async () => {
  const { lookUps, batches, finish } = gathered();
  const answers = ["a", "b", "c", "b", "a", "d"].map((id) => lookUps.find(id));
  expect(batches).toEqual([["a"]]);
  await finish(new Map([["a", "A"]]));
  await finish(new Map([["b", "B"]]));
  await finish(new Map());
  expect(batches).toEqual([["a"], ["b", "c"], ["d"]]);
  expect(await Promise.all(answers)).toEqual(["A", "B", null, "B", "A", null]);
});

test("a batch that fails fails for those in it, and the next goes on", async () => {
  const { lookUps, finish } = gathered();
  const [first, broken, fine] = ["a", "b", "c"].map((id) => lookUps.find(id).catch((error: unknown) => error));
  await finish(new Error("the database is away"));
  await finish(
    new Map<string, string | Error>([
      ["b", new Error("its secret does not open")],
      ["c", "C"],
    ]),
  );
  expect(await first).toMatchObject({ message: "the database is away" });
  expect(await broken).toMatchObject({ message: "its secret does not open" });
  expect(await fine).toBe("C");
});

test("beyond what may wait it refuses at once", async () => {
  const { lookUps, finish } = gathered({ atOnce: 2, waiting: 1 });
  const [first, second] = [lookUps.find("a"), lookUps.find("b")];
  const refused = await lookUps.find("c").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Refusal);
  expect(refused).toMatchObject({ kind: "unavailable" });
  await finish(new Map());
  await finish(new Map());
  expect(await Promise.all([first, second])).toEqual([null, null]);
});
