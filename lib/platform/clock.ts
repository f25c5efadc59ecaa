/** Where code learns what time it is; tests inject one that they move themselves (test/clock.ts). */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
