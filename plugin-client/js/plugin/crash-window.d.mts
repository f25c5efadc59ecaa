/** Remembers recent crashes: when they make a loop, and how long to wait before the next start. */
export function createCrashWindow(
  loop: { crashes: number; within_s: number },
  wait: { firstMs: number; mostMs: number },
): {
  add(now: number): void;
  clear(): void;
  isLoop(now: number): boolean;
  lastHour(now: number): number;
  waitMs(now: number): number;
};
