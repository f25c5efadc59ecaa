import type { ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { superviseChild } from "./supervise-child.mjs";

/** A child without a process: it ends when the test says so. */
class FakeChild extends EventEmitter {
  pid = undefined;
  kill = vi.fn();
  die(code: number | null, signal: string | null = null) {
    this.emit("exit", code, signal);
  }
}

let lives: FakeChild[];
const report = vi.fn();
const spawn = () => {
  const child = new FakeChild();
  lives.push(child);
  return child as unknown as ChildProcess;
};

beforeEach(() => {
  lives = [];
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => vi.useRealTimers());

test("a dead child is started again with a growing pause, which a long life resets", () => {
  const child = superviseChild({ name: "worker", spawn, report });
  for (const pause of [200, 400, 800]) {
    const before = lives.length;
    lives.at(-1)!.die(1);
    vi.advanceTimersByTime(pause - 1);
    expect(lives).toHaveLength(before);
    vi.advanceTimersByTime(1);
    expect(lives).toHaveLength(before + 1);
  }
  vi.advanceTimersByTime(30_000);
  lives.at(-1)!.die(null, "SIGKILL");
  expect(report).toHaveBeenLastCalledWith("worker ended (signal SIGKILL) after 30.0 s, starting it again in 0.2 s");
  vi.advanceTimersByTime(200);
  expect(lives).toHaveLength(5);
  expect(child.isRunning()).toBe(true);
});

test("ten minutes of dying at once are no storm", () => {
  const child = superviseChild({ name: "web", spawn, report });
  const end = performance.now() + 600_000;
  while (performance.now() < end) {
    lives.at(-1)!.die(1);
    vi.advanceTimersToNextTimer();
  }
  expect(lives.length).toBeLessThan(70);
  expect(child.isRunning()).toBe(true);
});

test("stopping asks with SIGTERM, waits for the end, and starts nothing again", async () => {
  const child = superviseChild({ name: "web", spawn, report });
  const stopped = child.stop();
  expect(lives[0]!.kill).toHaveBeenCalledExactlyOnceWith("SIGTERM");
  expect(child.isRunning()).toBe(true);
  lives[0]!.die(0);
  await stopped;
  vi.advanceTimersByTime(60_000);
  expect(lives).toHaveLength(1);
  expect(child.isRunning()).toBe(false);
});

test("stopping between two lives cancels the next one", async () => {
  const child = superviseChild({ name: "web", spawn, report });
  lives[0]!.die(1);
  await child.stop();
  vi.advanceTimersByTime(60_000);
  expect(lives).toHaveLength(1);
});

test("who may not be started again is given up, with its exit told", async () => {
  const mayRestart = vi.fn(() => false);
  const child = superviseChild({ name: "web", spawn, report, mayRestart });
  lives[0]!.die(1);
  expect(mayRestart).toHaveBeenCalledWith({ name: "web", code: 1, signal: null, aliveMs: 0 });
  vi.advanceTimersByTime(60_000);
  expect(lives).toHaveLength(1);
  await child.stop();
});

test("a program that cannot be spawned at all counts as dead", () => {
  const child = superviseChild({ name: "web", spawn, report });
  lives[0]!.emit("error", new Error("spawn ENOENT"));
  expect(child.isRunning()).toBe(false);
  vi.advanceTimersByTime(200);
  expect(lives).toHaveLength(2);
});
