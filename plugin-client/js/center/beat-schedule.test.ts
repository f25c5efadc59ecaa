import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BeatSchedule } from "./beat-schedule.mjs";

type Reply = { nextMs: number | null; notBeforeMs: number | null } | Error;

let schedule: BeatSchedule;
let sentAt: number[];
let replies: Reply[];

beforeEach(() => {
  vi.useFakeTimers();
  const began = Date.now();
  sentAt = [];
  replies = [];
  schedule = new BeatSchedule({
    send: async () => {
      sentAt.push(Date.now() - began);
      const reply = replies.shift() ?? { nextMs: null, notBeforeMs: null };
      if (reply instanceof Error) throw reply;
      return reply;
    },
    intervalMs: 120_000,
    now: Date.now,
    random: () => 1,
    onError: () => undefined,
  });
  schedule.start();
});
afterEach(() => {
  schedule.close();
  vi.useRealTimers();
});

test.each([
  ["the configured pace until told otherwise", null, [0, 120_000, 240_000]],
  ["Center's pace", 15_000, [0, 15_000, 30_000]],
  ["no faster than every 5 s", 10, [0, 5_000, 10_000]],
  ["no slower than every 10 min", 86_400_000, [0, 600_000, 1_200_000]],
])("%s", async (_, nextMs, expected) => {
  replies = [{ nextMs, notBeforeMs: null }];
  await vi.advanceTimersByTimeAsync(expected.at(-1) as number);
  expect(sentAt).toEqual(expected);
});

test("a lost beat is tried again after 1, 2, 4 ... s, and the pace returns with Center", async () => {
  replies = [new Error("away"), new Error("away"), new Error("away")];
  await vi.advanceTimersByTimeAsync(130_000);
  expect(sentAt).toEqual([0, 1_000, 3_000, 7_000, 127_000]);
});

test("a wish of Center to wait is obeyed", async () => {
  replies = [{ nextMs: null, notBeforeMs: 40_000 }];
  await vi.advanceTimersByTimeAsync(50_000);
  expect(sentAt).toEqual([0, 40_000]);
});

test("an urgent wish makes a beat at once, and the pace starts anew from it", async () => {
  await vi.advanceTimersByTimeAsync(50_000);
  schedule.urgent();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(sentAt).toEqual([0, 50_000, 170_000]);
});

test("something that wishes all the time gets a burst, then one beat in 3 s", async () => {
  for (let step = 0; step < 600; step += 1) {
    schedule.urgent();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(sentAt.length).toBeGreaterThan(20);
  expect(sentAt.length).toBeLessThanOrEqual(1 + 10 + 20);
});

test("after close nothing goes out", async () => {
  await vi.advanceTimersByTimeAsync(0);
  schedule.close();
  schedule.urgent();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(sentAt).toEqual([0]);
});
