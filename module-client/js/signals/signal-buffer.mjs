import { MODULE_LIMITS } from "../limits.mjs";

/** Who leaves first when there is no room: what tells least. Errors leave last, and are counted when they do. */
const WEIGHT = { debug: 0, info: 0, metric: 1, warn: 2, error: 3 };

/** @typedef {{ line: string, bytes: number, weight: number }} Held */
/** @typedef {{ body: string, count: number }} Batch */

/**
 * Holds signals until Center took them: bounded, the oldest of the least telling kind leaves first. What left is counted and told.
 */
export class SignalBuffer {
  /** One queue a weight, each in order of time. @type {Held[][]} */
  #queues = [[], [], [], []];
  #size = 0;
  /** Since it was told last, by weight. */
  #lost = [0, 0, 0, 0];

  get hasErrors() {
    return this.#queues[WEIGHT.error].length > 0;
  }

  get size() {
    return this.#size;
  }

  /**
   * @param {keyof typeof WEIGHT} kind
   * @param {Record<string, unknown>} signal JSON; one that is too long loses its attributes, then its message's end
   */
  add(kind, signal) {
    const line = boundedLine(signal);
    this.#queues[WEIGHT[kind]].push({ line, bytes: Buffer.byteLength(line) + 1, weight: WEIGHT[kind] });
    this.#size += 1;
    if (this.#size > MODULE_LIMITS.signalsHeld) this.#dropOne();
  }

  /**
   * Takes the next batch, errors first, so that what matters most is not behind what matters least.
   * @param {(lost: number) => Record<string, unknown>} tellLoss makes the record that says how many were lost
   * @returns {Batch | null}
   */
  take(tellLoss) {
    const lost = this.#lost.reduce((sum, count) => sum + count, 0);
    if (lost > 0) {
      this.#lost = [0, 0, 0, 0];
      this.add("warn", tellLoss(lost));
    }
    const lines = [];
    let bytes = 0;
    for (const queue of this.#queues.toReversed()) {
      while (queue.length > 0 && lines.length < MODULE_LIMITS.signalsPerBatch && bytes + queue[0].bytes <= MODULE_LIMITS.batchBytes) {
        const held = /** @type {Held} */ (queue.shift());
        lines.push(held.line);
        bytes += held.bytes;
      }
    }
    this.#size -= lines.length;
    return lines.length === 0 ? null : { body: `${lines.join("\n")}\n`, count: lines.length };
  }

  #dropOne() {
    const weight = this.#queues.findIndex((queue) => queue.length > 0);
    this.#queues[weight].shift();
    this.#lost[weight] += 1;
    this.#size -= 1;
  }
}

/** @param {Record<string, unknown>} signal */
function boundedLine(signal) {
  const line = JSON.stringify(signal);
  if (Buffer.byteLength(line) <= MODULE_LIMITS.lineBytes) return line;
  const { attributes: _tooMuch, message, ...rest } = signal;
  return JSON.stringify({ ...rest, message: String(message ?? "").slice(0, 1_000), attributes: { shortened: true } });
}
