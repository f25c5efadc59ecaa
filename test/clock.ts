import type { Clock } from "@/lib/platform/clock";

/** A clock that stands still until a test moves it. */
export class VirtualClock implements Clock {
  private milliseconds: number;

  constructor(start: Date | string = "2026-01-01T00:00:00.000Z") {
    this.milliseconds = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.milliseconds);
  }

  /** Moves time by this many milliseconds; negative values show what a clock that was set back does. */
  advance(milliseconds: number): Date {
    this.milliseconds += milliseconds;
    return this.now();
  }

  advanceSeconds(seconds: number): Date {
    return this.advance(seconds * 1_000);
  }

  set(at: Date | string): void {
    this.milliseconds = new Date(at).getTime();
  }
}
