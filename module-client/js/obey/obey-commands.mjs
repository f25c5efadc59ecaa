import { verifyModuleCommand } from "../channel/verify-module-command.mjs";
import { MODULE_LIMITS } from "../limits.mjs";
import { openSnapshotTask } from "../snapshot/snapshot-task.mjs";
import { boundedResult, CannotDo, executeCommand } from "./execute-command.mjs";

/** @typedef {import("../types.d.mts").Answer} Answer */
/** @typedef {import("../types.d.mts").ModuleCommand} ModuleCommand */
/**
 * @typedef {{ options: import("../types.d.mts").AgentOptions, definition: import("../types.d.mts").DefinedModule,
 *   journal: import("./journal.mjs").ModuleJournal, state: import("./state.mjs").ModuleState,
 *   center: import("../channel/center-client.mjs").CenterClient, closing: AbortSignal, now: () => number,
 *   log: NonNullable<import("../types.d.mts").AgentOptions["log"]> }} Parts
 */

/**
 * Obeys signed commands, one at a time and in the order of their fences. What was begun is on the disk before it is begun, and its answer is on
 * the disk before it is sent: a death anywhere in between loses no answer and does nothing twice that had been answered.
 */
export class Obedience {
  #parts;
  /** @type {Promise<void>} */
  #line = Promise.resolve();
  #waiting = 0;
  /** Envelopes that proved nothing: another key, a bad signature, no command at all. */
  ignored = 0;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Takes the commands of one beat; while some are still being obeyed, the next beat brings them again. @param {unknown} envelopes */
  take(envelopes) {
    if (!Array.isArray(envelopes) || envelopes.length === 0 || this.#waiting > 0) return;
    this.#waiting += 1;
    this.#line = this.#line
      .then(() => this.#obeyAll(envelopes.slice(0, MODULE_LIMITS.commandsPerBeat)))
      .catch((error) => this.#parts.log("error", "a command could not be kept", { error: String(error) }))
      .finally(() => {
        this.#waiting -= 1;
      });
  }

  /** Sends answers that were kept and never arrived, as after a restart. */
  async deliverKept() {
    for (const [id, entry] of Object.entries(this.#parts.journal.data.commands)) {
      if (entry.answer && !entry.isDelivered) await this.#deliver(id, entry.answer);
    }
  }

  /** Resolves when what was taken so far has been obeyed. */
  settled() {
    return this.#line;
  }

  /** @param {unknown[]} envelopes */
  async #obeyAll(envelopes) {
    for (const envelope of envelopes) {
      if (this.#parts.closing.aborted) return;
      await this.#obey(envelope);
    }
  }

  /** @param {unknown} envelope */
  async #obey(envelope) {
    const { options, definition, journal, state, now } = this.#parts;
    const { data } = journal;
    const verdict = verifyModuleCommand(envelope, {
      moduleId: options.moduleId,
      moduleKey: definition.key,
      keys: options.pinnedKeys,
      now: now(),
      highestFence: data.fence,
      knowsTenant: options.knowsTenant ?? ((tenantId) => state.isKnownTenant(tenantId)),
      seenDigest: (id) => data.commands[id]?.digest ?? null,
    });
    if (verdict.outcome === "ignored") {
      this.ignored += 1;
      this.#parts.log("warn", `an envelope proved nothing: ${verdict.reason}`);
      return;
    }
    if (verdict.outcome === "refused") {
      const answer = refusal(verdict.reason);
      // An id that is already taken keeps its own record: the forger is answered, the journal is not touched.
      if (verdict.reason !== "id_reused") this.#keep(verdict.id, verdict.digest, answer);
      await this.#deliver(verdict.id, answer);
      return;
    }
    await this.#carryOut(verdict.command, verdict.digest);
  }

  /** @param {ModuleCommand} command @param {string} digest */
  async #carryOut(command, digest) {
    const { journal } = this.#parts;
    const known = journal.data.commands[command.id];
    if (known?.answer) {
      await this.#deliver(command.id, known.answer);
      return;
    }
    const tries = (known?.tries ?? 0) + 1;
    if (tries > MODULE_LIMITS.triesPerCommand) {
      const answer = /** @type {Answer} */ ({ status: "failed", detail: "interrupted too often", result: null, timings_ms: {} });
      this.#keep(command.id, digest, answer);
      await this.#deliver(command.id, answer);
      return;
    }
    journal.update((draft) => {
      draft.fence = Math.max(draft.fence, command.fence);
      draft.commands[command.id] = { digest, tries, answer: null, isDelivered: false, at: this.#parts.now() };
    });
    const answer = await this.#execute(command);
    if (this.#parts.closing.aborted && answer.status === "failed") return; // stopped midway: the next start begins it again
    this.#keep(command.id, digest, answer);
    await this.#deliver(command.id, answer);
  }

  /** @param {ModuleCommand} command @returns {Promise<Answer>} */
  async #execute(command) {
    const { definition, state, options, center, closing, now } = this.#parts;
    const startedAt = now();
    const time = new AbortController();
    const timer = setTimeout(() => time.abort(new Error("time is up")), MODULE_LIMITS.commandTimeoutMs);
    const signal = AbortSignal.any([closing, time.signal]);
    const snapshot = openSnapshotTask(command, signal, { center, moduleId: options.moduleId, now });
    const task = { tenantId: command.tenantId, params: command.params, signal, commandId: command.id, snapshot };
    const bind = options.withTenant ?? ((/** @type {string | null} */ _tenantId, /** @type {() => Promise<any>} */ fn) => fn());
    try {
      const done = bind(command.tenantId, () => executeCommand(command, { definition, state, task }));
      const answered = await Promise.race([done, aborted(signal)]);
      const result = boundedResult(snapshot ? await snapshot.end(answered) : answered);
      return { status: "done", detail: "", result, timings_ms: { execute: now() - startedAt } };
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      if (error instanceof CannotDo) return refusal(message);
      return { status: "failed", detail: String(message).slice(0, 500), result: null, timings_ms: { execute: now() - startedAt } };
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {string} id @param {string} digest @param {Answer} answer */
  #keep(id, digest, answer) {
    this.#parts.journal.update((draft) => {
      const tries = draft.commands[id]?.tries ?? 0;
      draft.commands[id] = { digest, tries, answer, isDelivered: false, at: this.#parts.now() };
    });
  }

  /** @param {string} id @param {Answer} answer */
  async #deliver(id, answer) {
    const { center, options, journal, log, now } = this.#parts;
    const data = { module_id: options.moduleId, command_id: id, ...answer };
    const body = JSON.stringify({ type: "module.command.result", timestamp: new Date(now()).toISOString(), data });
    try {
      const { status } = await center.post(`/api/modules/commands/${id}/result`, body);
      const isFinal = (status >= 200 && status < 300) || [404, 409, 410, 422].includes(status);
      log(isFinal ? "info" : "warn", `Center answered ${status} to a command's result`, { command_id: id });
      if (isFinal && journal.data.commands[id]) {
        journal.update((draft) => {
          const entry = draft.commands[id];
          if (entry) entry.isDelivered = true;
        });
      }
    } catch (error) {
      log("warn", "a command's result did not reach Center", { command_id: id, error: String(error) });
    }
  }
}

/** @param {string} reason @returns {Answer} */
const refusal = (reason) => ({ status: "refused", detail: `refused:${reason}`, result: null, timings_ms: {} });

/** @param {AbortSignal} signal @returns {Promise<never>} */
function aborted(signal) {
  return new Promise((_resolve, reject) => {
    const stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error("stopped"));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
