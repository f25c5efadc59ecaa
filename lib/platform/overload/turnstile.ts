import { Refusal } from "@/lib/kernel/refusal";

interface Waiting {
  readonly weight: number;
  go(): void;
}

/** Lets only so much in at once, the rest in the order of its coming; a queue that grew too long turns the next one away. */
export class Turnstile {
  private inside = 0;
  private readonly waiting: Waiting[] = [];

  constructor(
    private readonly room: number,
    private readonly mostWaiting: number,
  ) {}

  /** How much of the queue is taken, 0..1. */
  share(): number {
    return this.waiting.length / this.mostWaiting;
  }

  /**
   * Does some work when there is room for it; what weighs more than all the room goes in alone.
   * @throws Refusal unavailable when too many wait already
   */
  async through<T>(weight: number, work: () => Promise<T>): Promise<T> {
    if (this.waiting.length >= this.mostWaiting) throw new Refusal("unavailable", "Too many batches wait", { retryAfterSeconds: 5 });
    const taken = Math.min(weight, this.room);
    if (this.waiting.length > 0 || this.inside + taken > this.room) {
      await new Promise<void>((go) => this.waiting.push({ weight: taken, go }));
    } else this.inside += taken;
    try {
      return await work();
    } finally {
      this.inside -= taken;
      this.admit();
    }
  }

  private admit(): void {
    for (let next = this.waiting[0]; next && this.inside + next.weight <= this.room; next = this.waiting[0]) {
      this.waiting.shift();
      this.inside += next.weight;
      next.go();
    }
  }
}
