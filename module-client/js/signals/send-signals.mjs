import { randomUUID } from "node:crypto";
import { MODULE_LIMITS } from "../limits.mjs";
import { makeRecord, PLATFORM_TENANT } from "./make-signal.mjs";

/**
 * Sends the buffer in batches. A batch keeps its name until Center took it, so that one that arrived without its answer counts once; while
 * Center is away nothing is given up but what the buffer has no room for.
 */
export class SignalSender {
  #parts;
  /** @type {{ id: string, body: string } | null} */
  #underWay = null;
  /** @type {Promise<void> | null} */
  #sending = null;
  #notBefore = 0;

  /** @param {{ center: import("../channel/center-client.mjs").CenterClient, buffer: import("./signal-buffer.mjs").SignalBuffer,
   *   moduleKey: string, now: () => number, log: NonNullable<import("../types.d.mts").AgentOptions["log"]> }} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Resolves when everything was sent, or Center did not take something. */
  flush() {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  /** The last try there will be: it does not wait for its turn. */
  async flushLast() {
    await this.#sending;
    this.#notBefore = 0;
    await this.flush();
  }

  async #sendAll() {
    const { buffer, now, moduleKey } = this.#parts;
    if (now() < this.#notBefore) return;
    for (;;) {
      if (!this.#underWay) {
        const batch = buffer.take((lost) =>
          makeRecord({
            code: "WARN_SIGNALS_DROPPED",
            level: "warn",
            message: `${lost} signals found no room and were not sent`,
            moduleKey,
            nowMs: now(),
            subject: { tenantId: PLATFORM_TENANT, class: "PERF", attributes: { lost } },
          }),
        );
        if (!batch) return;
        this.#underWay = { id: `msg_${randomUUID()}`, body: batch.body };
      }
      if (!(await this.#sendOne(this.#underWay))) return;
      this.#underWay = null;
    }
  }

  /** @param {{ id: string, body: string }} batch @returns {Promise<boolean>} whether this batch is done with */
  async #sendOne({ id, body }) {
    const { center, log, now } = this.#parts;
    try {
      const { status, retryAfterMs, json } = await center.post("/api/modules/signals", body, { id, contentType: "application/x-ndjson" });
      if (status >= 200 && status < 300) {
        if (json?.refused?.length > 0) log("warn", `Center refused ${json.refused.length} signals`, { first: json.refused[0] });
        return true;
      }
      // A batch that is wrong in itself is wrong for ever; everything else is tried again.
      const isHopeless = [400, 413, 422].includes(status);
      log("warn", `Center answered ${status} to signals`, { given_up: isHopeless });
      if (!isHopeless) this.#notBefore = now() + (retryAfterMs ?? MODULE_LIMITS.retryFirstMs);
      return isHopeless;
    } catch (error) {
      log("warn", "signals did not reach Center", { error: String(error) });
      this.#notBefore = now() + MODULE_LIMITS.retryFirstMs;
      return false;
    }
  }
}
