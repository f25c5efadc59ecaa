import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GroupCommit } from "./group-commit";

/** A store whose commits end when a test says so. */
class SlowStore {
  readonly batches: number[][] = [];
  private readonly pending: { resolve: () => void; reject: (error: Error) => void }[] = [];

  readonly write = async (items: readonly number[]): Promise<string[]> => {
    this.batches.push([...items]);
    await new Promise<void>((resolve, reject) => this.pending.push({ resolve, reject }));
    return items.map((item) => `stored ${item}`);
  };
  get isWriting(): boolean {
    return this.pending.length > 0;
  }
  commit(): void {
    this.pending.shift()?.resolve();
  }
  fail(): void {
    this.pending.shift()?.reject(new Error("broke"));
  }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
/** A few turns: a flush waits for one, and answers come a little later. */
const settle = async () => {
  for (let count = 0; count < 4; count += 1) await turn();
};
const outcome = (promise: Promise<string>) => promise.catch((error: Error) => error.message);

describe("group commit", () => {
  test("what arrives together is written together", async () => {
    const store = new SlowStore();
    const group = new GroupCommit(store.write, 10, 100);
    const answers = Promise.all([1, 2, 3].map((item) => group.add(item)));
    await settle();
    expect(store.batches).toEqual([[1, 2, 3]]);
    store.commit();
    expect(await answers).toEqual(["stored 1", "stored 2", "stored 3"]);
  });

  test("what arrives during a commit is written with the next one, which begins when that one ends", async () => {
    const store = new SlowStore();
    const group = new GroupCommit(store.write, 10, 100);
    const first = group.add(1);
    await settle();
    const later = [group.add(2), group.add(3)];
    await settle();
    expect(store.batches).toEqual([[1]]);
    store.commit();
    await first;
    await settle();
    expect(store.batches).toEqual([[1], [2, 3]]);
    store.commit();
    expect(await Promise.all(later)).toEqual(["stored 2", "stored 3"]);
  });

  test("nothing is answered before its commit", async () => {
    const store = new SlowStore();
    const group = new GroupCommit(store.write, 10, 100);
    let isAnswered = false;
    const answer = group.add(1).then(() => {
      isAnswered = true;
    });
    await settle();
    expect([store.isWriting, isAnswered]).toEqual([true, false]);
    store.commit();
    await answer;
    expect(isAnswered).toBe(true);
  });

  test("a batch that fails fails for its own items alone", async () => {
    const store = new SlowStore();
    const group = new GroupCommit(store.write, 2, 100);
    const answers = [1, 2, 3].map((item) => outcome(group.add(item)));
    await settle();
    store.fail();
    await settle();
    store.commit();
    expect(await Promise.all(answers)).toEqual(["broke", "broke", "stored 3"]);
  });

  test("a full queue refuses the next one and forgets nobody", async () => {
    const store = new SlowStore();
    const group = new GroupCommit(store.write, 1, 2);
    const accepted = [outcome(group.add(1))];
    await settle();
    accepted.push(outcome(group.add(2)), outcome(group.add(3)));
    await expect(group.add(4)).rejects.toMatchObject({ name: "Refusal", kind: "unavailable", details: { retryAfterSeconds: 5 } });
    for (let count = 0; count < 3; count += 1) {
      store.commit();
      await settle();
    }
    expect(await Promise.all(accepted)).toEqual(["stored 1", "stored 2", "stored 3"]);
    expect(
      await (async () => {
        const again = group.add(5);
        await settle();
        store.commit();
        return again;
      })(),
    ).toBe("stored 5");
  });

  test("drained is told when nothing waits and nothing is being written", async () => {
    const store = new SlowStore();
    const group = new GroupCommit(store.write, 1, 10);
    await group.drained();
    const answers = [group.add(1), group.add(2)];
    let isDrained = false;
    const drained = group.drained().then(() => {
      isDrained = true;
    });
    for (let count = 0; count < 2; count += 1) {
      await settle();
      expect(isDrained).toBe(false);
      store.commit();
    }
    await Promise.all(answers);
    await drained;
    expect(isDrained).toBe(true);
  });

  test("whatever comes when, each item is written once, in order, in batches within the limit, and answered with its own answer", async () => {
    const step = fc.oneof(
      fc.constant("add" as const),
      fc.constant("turn" as const),
      fc.constant("commit" as const),
      fc.constant("fail" as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), async (steps, limit) => {
        const store = new SlowStore();
        const group = new GroupCommit(store.write, limit, 1_000);
        const answers: Promise<string>[] = [];
        const failed = new Set<number>();
        for (const next of steps) {
          if (next === "add") answers.push(outcome(group.add(answers.length)));
          else if (next === "turn") await turn();
          else if (next === "commit") store.commit();
          else if (store.isWriting) {
            for (const item of store.batches.at(-1) ?? []) failed.add(item);
            store.fail();
          }
        }
        const drained = group.drained();
        let isDrained = false;
        drained.then(
          () => {
            isDrained = true;
          },
          () => undefined,
        );
        while (!isDrained) {
          await turn();
          store.commit();
        }
        expect(store.batches.flat()).toEqual(answers.map((_answer, item) => item));
        expect(store.batches.every((batch) => batch.length >= 1 && batch.length <= limit)).toBe(true);
        expect(await Promise.all(answers)).toEqual(answers.map((_answer, item) => (failed.has(item) ? "broke" : `stored ${item}`)));
      }),
      { numRuns: 150 },
    );
  });
});
