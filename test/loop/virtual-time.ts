import { afterAll, vi } from "vitest";

/**
 * Makes this file's clock stand still, an hour ahead of the database's, so that what the database itself dates (break-glass
 * triggers, leases) never lies in the future. Timers and the database run on as usual.
 */
export function stopTime(): void {
  const start = Math.ceil((Date.now() + 60 * 60 * 1_000) / 1_000) * 1_000;
  vi.useFakeTimers({ toFake: ["Date"], now: start });
  afterAll(() => {
    vi.useRealTimers();
  });
}

/** Moves this file's clock on. */
export function passSeconds(seconds: number): Date {
  vi.setSystemTime(Date.now() + seconds * 1_000);
  return new Date();
}
