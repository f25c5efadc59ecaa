/** One ticking clock for all relative times of a page: a row re-renders only when its own words change. */
export class ClockStore {
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #nowMs: number;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param now  the server's time as far as known, in milliseconds */
  constructor(now: () => number, firstMs: number) {
    this.#now = now;
    this.#nowMs = firstMs;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => this.#tick(), 1_000);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  };

  readonly nowMs = (): number => this.#nowMs;

  #tick(): void {
    this.#nowMs = this.#now();
    for (const listener of this.#listeners) listener();
  }
}
