import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { takeLock } from "../../plugin-client/js/disk/lock.mjs";
import { createCenterClient } from "./channel/center-client.mjs";
import { MODULE_LIMITS } from "./limits.mjs";
import { ModuleJournal } from "./obey/journal.mjs";
import { Obedience } from "./obey/obey-commands.mjs";
import { ModuleState } from "./obey/state.mjs";
import { Quotas } from "./quotas.mjs";
import { readHealth, readQueueInTime } from "./read-health.mjs";
import { METRIC_NAMES, makeMetric, makeRecord, newTraceId } from "./signals/make-signal.mjs";
import { SignalSender } from "./signals/send-signals.mjs";
import { SignalBuffer } from "./signals/signal-buffer.mjs";

/** Refused by the module's own guard: not entitled, switched off, or no reason given. */
export class ModuleRefusal extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.name = "ModuleRefusal";
    this.code = code;
  }
}

/**
 * Starts the agent of one module in this process: it beats, sends signals, and obeys signed commands one at a time.
 * @param {import("./types.d.mts").AgentOptions} options
 * @returns {import("./types.d.mts").ModuleAgent}
 * @throws {LockedError} when another living agent holds `dir`
 */
export function startModuleAgent(options) {
  const agent = new ModuleAgent(options);
  agent.start();
  return agent;
}

class ModuleAgent {
  #options;
  #definition;
  #now;
  #lock;
  #closing = new AbortController();
  #bootId = randomUUID();
  #seq = 0;
  #paceMs;
  #failures = 0;
  #isManifestWanted = true;
  /** @type {NodeJS.Timeout | undefined} */
  #beatTimer;
  /** @type {NodeJS.Timeout | undefined} */
  #flushTimer;
  /** @type {Promise<void> | null} */
  #beating = null;
  #isUrgent = false;
  #ticks = 0;
  #buffer = new SignalBuffer();
  #center;
  #state;
  #obedience;
  #sender;
  #quotas;
  /** @type {() => void} */
  #markReady = () => undefined;
  ready = /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      this.#markReady = resolve;
    })
  );
  measure = { request: (/** @type {import("./types.d.mts").RequestMeasure} */ one) => this.#measureRequest(one) };

  /** @param {import("./types.d.mts").AgentOptions} options */
  constructor(options) {
    const { definition, centerUrl, moduleId, secret, dir, now = Date.now, log = () => undefined, beatSeconds } = options;
    [this.#options, this.#definition, this.#now] = [options, definition, now];
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#lock = takeLock(join(dir, "lock"));
    this.#paceMs = (beatSeconds ?? MODULE_LIMITS.beatDefaultSeconds) * 1_000;
    this.#center = createCenterClient({ centerUrl, moduleId, secret, now });
    const journal = new ModuleJournal(dir);
    this.#state = new ModuleState({ definition, journal, now });
    const closing = this.#closing.signal;
    this.#obedience = new Obedience({ options, definition, journal, state: this.#state, center: this.#center, closing, now, log });
    this.#sender = new SignalSender({ center: this.#center, buffer: this.#buffer, moduleKey: definition.key, now, log });
    this.#quotas = new Quotas(definition.quotas);
  }

  start() {
    this.#planBeat(0);
    this.#planFlush();
  }

  /** @type {import("./types.d.mts").ModuleAgent["log"]} */
  log(code, level, message, subject = {}) {
    this.#buffer.add(level, makeRecord({ code, level, message, moduleKey: this.#definition.key, nowMs: this.#now(), subject }));
  }

  /** @type {import("./types.d.mts").ModuleAgent["metric"]} */
  metric(name, tenantId, value, attributes) {
    if (!METRIC_NAMES.includes(name)) throw new RangeError(`"${name}" is nothing that is measured; known: ${METRIC_NAMES.join(", ")}`);
    if (Number.isFinite(value)) this.#buffer.add("metric", makeMetric({ name, tenantId, value, nowMs: this.#now(), attributes }));
  }

  /** @param {import("./types.d.mts").RequestMeasure} measure */
  #measureRequest({ tenantId, surface, ms, ok, isTimeout = false, traceId = null }) {
    this.metric("request_ms", tenantId, ms, {
      surface,
      ok,
      ...(isTimeout ? { timeout: true } : {}),
      ...(traceId ? { trace_id: traceId } : {}),
    });
  }

  /** @param {string} tenantId */
  isEntitled(tenantId) {
    return this.#state.isEntitled(tenantId);
  }

  /** @param {string} flag @param {string | null} [tenantId] */
  isEnabled(flag, tenantId = null) {
    return this.#state.isEnabled(flag, tenantId);
  }

  /** @param {string | null} [tenantId] */
  mode(tenantId = null) {
    return this.#state.mode(tenantId);
  }

  /** @param {string} name @param {string} tenantId @param {number} [count] */
  takeQuota(name, tenantId, count = 1) {
    const { isGranted, used, limit } = this.#quotas.take(name, tenantId, count, this.#now(), this.#state.limitShare(tenantId));
    this.metric("quota_used", tenantId, used);
    this.metric("quota_limit", tenantId, limit);
    if (!isGranted) {
      this.log("WARN_QUOTA_EXCEEDED", "warn", `The allowance "${name}" is spent`, {
        tenantId,
        class: "PERF",
        attributes: { quota: name, limit },
      });
    }
    return isGranted;
  }

  /** @type {import("./types.d.mts").ModuleAgent["governedWrite"]} */
  async governedWrite(tenantId, reason, fn, { traceId = newTraceId() } = {}) {
    const { openWrite } = this.#options;
    const { key: moduleKey, namespace } = this.#definition;
    if (!openWrite) throw new ModuleRefusal("ERR_NO_WRITER", "This platform gave its agent no openWrite");
    if (!reason.trim()) throw new ModuleRefusal("ERR_REASON_NEEDED", "A write says why");
    if (!this.isEntitled(tenantId)) throw new ModuleRefusal("ERR_NOT_ENTITLED", `This tenant is not entitled to ${moduleKey}`);
    if (this.mode(tenantId) === "off") throw new ModuleRefusal("ERR_MODULE_OFF", `${moduleKey} is switched off for this tenant`);
    try {
      return await openWrite({ tenantId, reason, traceId, moduleKey, namespace }, fn);
    } catch (error) {
      this.log("ERR_WRITE_FAILED", "error", String(/** @type {Error} */ (error).message), {
        tenantId,
        traceId,
        class: "DATA",
        attributes: { reason },
      });
      throw error;
    }
  }

  urgent() {
    if (this.#beating) this.#isUrgent = true;
    else this.#planBeat(0);
  }

  flush() {
    return this.#sender.flush();
  }

  async stop() {
    this.#closing.abort();
    clearTimeout(this.#beatTimer);
    clearTimeout(this.#flushTimer);
    await this.#beating;
    await this.#obedience.settled();
    await this.#sender.flushLast();
    this.#center.close();
    this.#lock.release();
  }

  /** @param {number} ms */
  #planBeat(ms) {
    clearTimeout(this.#beatTimer);
    if (this.#closing.signal.aborted) return;
    this.#beatTimer = setTimeout(() => {
      this.#beating = this.#beat();
    }, ms);
  }

  #planFlush() {
    if (this.#closing.signal.aborted) return;
    this.#flushTimer = setTimeout(async () => {
      this.#ticks += 1;
      const isTurn = this.#ticks % MODULE_LIMITS.flushEveryTicks === 0;
      if (isTurn || this.#buffer.hasErrors) await this.#sender.flush();
      this.#planFlush();
    }, MODULE_LIMITS.flushTickMs);
  }

  async #beat() {
    this.#isUrgent = false;
    let waitMs = this.#paceMs;
    try {
      await this.#sendBeat();
      this.#failures = 0;
      waitMs = this.#paceMs;
      this.#markReady();
    } catch (error) {
      this.#failures += 1;
      waitMs = Math.min(MODULE_LIMITS.retryMaxMs, MODULE_LIMITS.retryFirstMs * 2 ** Math.min(this.#failures - 1, 10));
      this.#options.log?.("warn", "a beat did not reach Center", { error: String(error) });
    }
    this.#beating = null;
    this.#planBeat(this.#isUrgent && this.#failures === 0 ? 0 : waitMs);
  }

  async #sendBeat() {
    const body = JSON.stringify({ type: "module.beat", timestamp: new Date(this.#now()).toISOString(), data: await this.#describe() });
    const { status, retryAfterMs, json } = await this.#center.post("/api/modules/beat", body);
    if (status !== 200 || !json) throw new Error(`Center answered ${status}${retryAfterMs ? `, again in ${retryAfterMs} ms` : ""}`);
    this.#isManifestWanted = json.manifest_wanted === true;
    const wish = Number(json.next_beat_in_s);
    if (wish > 0) this.#paceMs = Math.min(MODULE_LIMITS.beatCeilingSeconds, Math.max(MODULE_LIMITS.beatFloorSeconds, wish)) * 1_000;
    this.#state.takeEntitlements(json.entitlements);
    await this.#obedience.deliverKept();
    this.#obedience.take(json.commands);
  }

  async #describe() {
    const { moduleId, readQueue, readVersion } = this.#options;
    this.#seq += 1;
    const [health, queue] = await Promise.all([readHealth(this.#definition, this.#options.readHealth), readQueueInTime(readQueue)]);
    return {
      module_id: moduleId,
      boot_id: this.#bootId,
      seq: this.#seq,
      running_version: readVersion ? await readVersion() : this.#definition.version,
      manifest_digest: this.#definition.digest,
      ...(this.#isManifestWanted ? { manifest: this.#definition.manifest } : {}),
      health,
      queue,
      flags: this.#state.flags,
      modes: this.#state.modes,
      entitlements_digest: this.#state.entitlementsDigest,
      ignored_commands: this.#obedience.ignored,
    };
  }
}
