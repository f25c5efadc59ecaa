import { AGENT_LIMITS } from "../limits.mjs";

/** @typedef {import("../types.d.mts").OutboxEntry} OutboxEntry */
/**
 * @typedef {{ center: import("./center-client.mjs").CenterClient, journal: import("../disk/journal.mjs").Journal,
 *   log: import("../types.d.mts").Log, kill: (label: string) => void, now: () => number }} Parts
 */

/**
 * Delivers the journalled acks and fails until Center took each of them. Entries of one command keep their order; one command that
 * Center does not take holds up no other.
 */
export class Outbox {
  #parts;
  #waitMs = Number(AGENT_LIMITS.outboxRetryFirstMs);
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  /** @type {Promise<void> | null} */
  #running = null;
  #isWanted = false;
  #isClosed = false;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Resolves when everything was tried once; what comes in during a run goes out right after it. */
  flush() {
    this.#isWanted = true;
    this.#running ??= this.#run();
    return this.#running;
  }

  close() {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #run() {
    try {
      while (this.#isWanted && !this.#isClosed) {
        this.#isWanted = false;
        const held = await this.#deliverEach();
        if (held > 0) this.#retryLater();
        else this.#waitMs = AGENT_LIMITS.outboxRetryFirstMs;
      }
    } catch (error) {
      this.#parts.log("error", "the journal could not be written", { error: String(error) });
      this.#retryLater();
    }
    this.#running = null;
  }

  #retryLater() {
    clearTimeout(this.#timer);
    if (!this.#isClosed) this.#timer = setTimeout(() => this.flush(), this.#waitMs);
    this.#waitMs = Math.min(this.#waitMs * 2, AGENT_LIMITS.outboxRetryMaxMs);
  }

  /** How many commands Center did not take this time. */
  async #deliverEach() {
    const { journal, now } = this.#parts;
    const held = new Set();
    for (const entry of [...journal.data.outbox]) {
      const isWithdrawn = !journal.data.outbox.some((one) => isSame(one, entry)); // by a pre-empting rollback
      if (held.has(entry.command_id) || isWithdrawn) continue;
      const isDone = now() - entry.at > AGENT_LIMITS.outboxAgeMs || (await this.#deliver(entry));
      if (this.#isClosed) break;
      if (isDone) journal.update("delivered", (draft) => removeEntry(draft, entry));
      else held.add(entry.command_id);
    }
    return held.size;
  }

  /** @param {OutboxEntry} entry */
  async #deliver({ command_id, kind, body }) {
    const { center, kill, log } = this.#parts;
    try {
      const { status } = await center.post(`/api/plugins/commands/${command_id}/${kind}`, body);
      kill("answer.sent");
      const isFinal = (status >= 200 && status < 300) || [404, 409, 410].includes(status);
      log(isFinal ? "info" : "warn", `Center answered ${status} to a command's ${kind}`, { command_id, status });
      return isFinal;
    } catch (error) {
      log("warn", `a command's ${kind} did not reach Center`, { command_id, error: String(error) });
      return false;
    }
  }
}

/** @type {(draft: import("../types.d.mts").JournalData, entry: OutboxEntry) => void} */
function removeEntry(draft, entry) {
  draft.outbox = draft.outbox.filter((one) => !isSame(one, entry));
}

/** @type {(a: OutboxEntry, b: OutboxEntry) => boolean} */
const isSame = (a, b) => a.command_id === b.command_id && a.body === b.body;
