import { LIMITS } from "@/lib/platform/limits";

interface Entry<Value> {
  readonly readAtMs: number;
  readonly value: Promise<Value>;
}

/**
 * Answers that are kept for LIMITS.powerCacheMs, so that what is taken away is gone on every instance within that time; measured by
 * the process' own steady clock, which nobody sets back. In bounded memory: the one read longest ago makes room.
 */
export class RecentLookUps<Value> {
  private readonly entries = new Map<string, Entry<Value>>();
  private readonly load: (key: string) => Promise<Value>;

  constructor(load: (key: string) => Promise<Value>) {
    this.load = load;
  }

  find(key: string): Promise<Value> {
    const nowMs = performance.now();
    const hit = this.entries.get(key);
    if (hit && nowMs - hit.readAtMs < LIMITS.powerCacheMs) return hit.value;
    const value = this.load(key);
    this.entries.delete(key);
    this.entries.set(key, { readAtMs: nowMs, value });
    // A Map keeps insertion order, so the first is the one read longest ago.
    const [oldest] = this.entries.keys();
    if (this.entries.size > LIMITS.personCacheEntries && oldest !== undefined) this.entries.delete(oldest);
    value.catch(() => this.entries.delete(key));
    return value;
  }

  /** Forgets an answer, so that this process sees a change of its own at once. */
  forget(key: string): void {
    this.entries.delete(key);
  }
}
