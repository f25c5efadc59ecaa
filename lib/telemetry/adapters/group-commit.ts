import { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";

interface Waiting<Item, Answer> {
  readonly item: Item;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Gathers what arrives while a commit is under way and writes it with the next one: the database sets the pace, no timer does.
 *
 * @param write  stores a batch durably and answers each item in order; rejects when nothing of it was stored
 * @throws Refusal unavailable from `add` when more than `queueLimit` items wait, or a write has been under way for `stallMs`
 * Source: measured, performance.md ("flush when the previous commit returns").
 */
export class GroupCommit<Item, Answer> {
  private waiting: Waiting<Item, Answer>[] = [];
  private isWriting = false;
  private writingSinceMs = 0;
  private readonly idle: (() => void)[] = [];

  constructor(
    private readonly write: (items: readonly Item[]) => Promise<readonly Answer[]>,
    private readonly batchLimit: number,
    private readonly queueLimit: number,
    private readonly stallMs: number = LIMITS.commitStallMs,
  ) {}

  /** How full the queue is, 0..1. */
  share(): number {
    return this.waiting.length / this.queueLimit;
  }

  /** Resolves once the item is durable. */
  add(item: Item): Promise<Answer> {
    if (this.waiting.length >= this.queueLimit) {
      return Promise.reject(new Refusal("unavailable", "Too many beats wait to be stored", { retryAfterSeconds: 5 }));
    }
    // Behind a write that hangs, waiting would only make the answer late.
    if (this.isWriting && performance.now() - this.writingSinceMs > this.stallMs) {
      return Promise.reject(new Refusal("unavailable", "The database is slow at the moment", { retryAfterSeconds: 5 }));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.isWriting) void this.flush();
    });
  }

  /** Resolves when nothing waits and nothing is being written. */
  drained(): Promise<void> {
    if (!this.isWriting && this.waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.idle.push(resolve));
  }

  private async flush(): Promise<void> {
    this.isWriting = true;
    this.writingSinceMs = performance.now();
    // One turn of the event loop: requests that were read together are written together.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.batchLimit);
      this.writingSinceMs = performance.now();
      try {
        const answers = await this.write(batch.map((entry) => entry.item));
        batch.forEach((entry, index) => {
          entry.resolve(answers[index] as Answer);
        });
      } catch (error) {
        for (const entry of batch) entry.reject(error);
      }
    }
    this.isWriting = false;
    for (const done of this.idle.splice(0)) done();
  }
}
