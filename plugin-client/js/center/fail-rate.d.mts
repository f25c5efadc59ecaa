export interface Tally {
  bootId: string;
  sent: number;
  failed: number;
}
/** Measures the share of failed webhooks since the last beat that Center took. */
export function createFailRate(): {
  rate(now: Tally): number | null;
  reported(now: Tally): void;
  crosses(now: Tally): boolean;
};
/** The counters of a health answer as a tally. */
export function tallyOf(bootId: string, health: import("../types.d.mts").Health | null): Tally;
