import { refuse } from "@/lib/kernel/refusal";

interface LookUp<Value> {
  readonly answer: Promise<Value | null>;
  readonly resolve: (value: Value | null) => void;
  readonly reject: (error: unknown) => void;
}

/** Sizes of a gathering, in ids. */
interface Room {
  readonly atOnce: number;
  readonly waiting: number;
}

/**
 * Looks ids up in batches, one batch at a time: however many ids are asked for, they cost one connection, and what is asked for while a
 * batch is under way makes the next one.
 */
export class LookUps<Value> {
  /** All that is not answered yet, that of the batch under way included. */
  private readonly open = new Map<string, LookUp<Value>>();
  private readonly waiting = new Set<string>();
  private readonly readBatch: (ids: readonly string[]) => Promise<ReadonlyMap<string, Value | Error>>;
  private readonly room: Room;
  private isBusy = false;

  constructor(readBatch: (ids: readonly string[]) => Promise<ReadonlyMap<string, Value | Error>>, room: Room) {
    this.readBatch = readBatch;
    this.room = room;
  }

  /**
   * @returns null for an id that is not there
   * @throws Refusal unavailable when too many wait already; whatever the batch failed with
   */
  async find(id: string): Promise<Value | null> {
    const asked = this.open.get(id);
    if (asked) return asked.answer;
    if (this.waiting.size >= this.room.waiting) return refuse("unavailable", "Too many unknown ids wait to be looked up");
    let [resolve, reject]: [LookUp<Value>["resolve"], LookUp<Value>["reject"]] = [() => undefined, () => undefined];
    const answer = new Promise<Value | null>((onValue, onError) => {
      [resolve, reject] = [onValue, onError];
    });
    this.open.set(id, { answer, resolve, reject });
    this.waiting.add(id);
    if (!this.isBusy) void this.work();
    return answer;
  }

  private takeBatch(): string[] {
    const batch: string[] = [];
    for (const id of this.waiting) {
      if (batch.length >= this.room.atOnce) break;
      batch.push(id);
    }
    for (const id of batch) this.waiting.delete(id);
    return batch;
  }

  private settle(id: string, outcome: Value | Error | null): void {
    const lookUp = this.open.get(id);
    this.open.delete(id);
    if (outcome instanceof Error) lookUp?.reject(outcome);
    else lookUp?.resolve(outcome);
  }

  private async work(): Promise<void> {
    this.isBusy = true;
    while (this.waiting.size > 0) {
      const batch = this.takeBatch();
      const found = await this.readBatch(batch).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
      for (const id of batch) this.settle(id, found instanceof Error ? found : (found.get(id) ?? null));
    }
    this.isBusy = false;
  }
}
