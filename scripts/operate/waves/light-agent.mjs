import { createHash, randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { buildBeat } from "../../../plugin-client/js/center/build-beat.mjs";
import { signRequest } from "../../../plugin-client/js/center/sign-request.mjs";
import { verifyCommand } from "../../../plugin-client/js/command/verify-command.mjs";

/** Faster than in real life, so that a run ends in minutes; what Center asks for beyond these is obeyed. */
const PACE = { idleSeconds: 20, watchedSeconds: 3 };
/** Center asks for this period where it looks closely. */
const WATCHED_FROM = 60;
const WEBHOOKS_A_BEAT = 20;

/**
 * A shop in this process: it speaks the real signed protocol over HTTP, checks every command as the real agent does, and keeps what ran
 * before. Only its plugin is made up, and says of itself what the demo's shops do: a version that is broken here fails all its webhooks.
 */
export class LightAgent {
  /** @type {string[]} */ refused = [];
  /** Versions that really ran here while they were broken here. @type {Set<string>} */ suffered = new Set();
  /** Beats that failed, or that Center did not take. */
  faults = 0;
  #bootId = randomUUID();
  #seq = 0;
  #counters = { webhooks_sent: 0, webhooks_failed: 0, errors_total: 0 };
  /** Of all that ran here: a run is shorter than the day that the figure is of. */
  #errorsToday = 0;
  /** @type {{ command: any, digest: string, restore: string, deadlineMs: number } | null} */ #trial = null;
  /** @type {Map<string, { digest: string, kind: string, body: string }>} */ #answers = new Map();

  /**
   * @param {{ url: string, plugin: { id: string, secret: string }, trust: any, version: string, isBroken: (version: string) => boolean, random: () => number, pace?: typeof PACE }} options
   */
  constructor({ url, plugin, trust, version, isBroken, random, pace = PACE }) {
    this.url = url;
    this.plugin = plugin;
    this.trust = trust;
    this.version = version;
    this.isBroken = isBroken;
    this.random = random;
    this.pace = pace;
  }

  /** Beats until it is told to stop. A fault of the line is met again at the next beat, as in any shop. @param {AbortSignal} signal */
  async live(signal) {
    await this.#rest(this.random() * this.pace.idleSeconds, signal);
    while (!signal.aborted) {
      const next = await this.beat().catch(() => this.#afterFault());
      await this.#rest(next * (0.9 + 0.2 * this.random()), signal);
    }
  }

  /** @param {number} seconds @param {AbortSignal} signal */
  async #rest(seconds, signal) {
    await wait(seconds * 1_000, undefined, { signal }).catch(() => undefined);
  }

  /** A beat that was not taken is sent again soon while somebody waits for it, as the real agent does. */
  #afterFault() {
    this.faults += 1;
    return this.#trial ? this.pace.watchedSeconds : this.pace.idleSeconds;
  }

  /** One signed beat and whatever its answer orders. @returns {Promise<number>} seconds to the next */
  async beat() {
    await this.#keepDeadline();
    const answer = await this.#post("/api/plugins/heartbeat", JSON.stringify(this.#nextBeat()));
    if (answer.status !== 200) return this.#afterFault();
    const { commands, next_heartbeat_in_s: next } = answer.json;
    for (const envelope of commands) await this.#handle(envelope);
    // What has just changed is told at once, as the agent's urgent beat does.
    return commands.length > 0 ? 1 : next < WATCHED_FROM ? this.pace.watchedSeconds : this.pace.idleSeconds;
  }

  #nextBeat() {
    const isBroken = this.isBroken(this.version);
    if (isBroken) this.suffered.add(this.version);
    const failed = isBroken ? WEBHOOKS_A_BEAT : this.random() < 0.1 ? 1 : 0;
    this.#seq += 1;
    this.#counters.webhooks_sent += WEBHOOKS_A_BEAT;
    this.#counters.webhooks_failed += failed;
    this.#counters.errors_total += failed;
    this.#errorsToday += failed;
    return buildBeat({
      pluginId: this.plugin.id,
      bootId: this.#bootId,
      seq: this.#seq,
      now: Date.now(),
      diskVersion: this.version,
      health: {
        version: this.version,
        active: true,
        telemetry: { latency_p95_ms: 120, queue_depth: 0, errors_last_24h: this.#errorsToday },
        counters: { ...this.#counters },
        errors: [],
      },
      platform: { name: "shop", version: "1.0.0", runtime: "node 20" },
      failRate: failed / WEBHOOKS_A_BEAT,
      own: {},
      checkpoint: null,
    });
  }

  /** How many beats it has sent. */
  get beats() {
    return this.#seq;
  }

  /** @param {string} version */
  #restart(version) {
    this.version = version;
    this.#bootId = randomUUID();
    this.#counters = { webhooks_sent: 0, webhooks_failed: 0, errors_total: 0 };
  }

  /** @param {unknown} envelope */
  async #handle(envelope) {
    const verdict = verifyCommand(envelope, {
      pluginId: this.plugin.id,
      trust: this.trust,
      now: Date.now(),
      diskVersion: this.version,
      seenDigest: (id) => this.#answers.get(id)?.digest ?? null,
    });
    if (verdict.outcome === "ignored") return void this.refused.push(verdict.reason);
    const id = verdict.outcome === "refused" ? verdict.id : verdict.command.id;
    const known = this.#answers.get(id);
    if (known) return void (await this.#post(`/api/plugins/commands/${id}/${known.kind}`, known.body));
    if (verdict.outcome === "refused") {
      this.refused.push(verdict.reason);
      return this.#answer("fail", id, verdict.digest, {
        reason: `refused:${verdict.reason}`,
        rolled_back: false,
        running_version: this.version,
      });
    }
    if (verdict.outcome === "accepted") await this.#obey(verdict.command, verdict.digest);
  }

  /** @param {any} command @param {string} digest */
  async #obey(command, digest) {
    if (command.type === "commit") {
      const trial = this.#trial;
      if (trial?.command.id !== command.ref) return;
      this.#trial = null;
      return this.#acknowledge(command.ref, trial.digest, "committed");
    }
    if (command.type === "update") {
      await this.#fetchArtifact(command.artifact);
      this.#trial = { command, digest, restore: this.version, deadlineMs: Date.now() + command.probation_s * 1_000 };
      this.#restart(command.to_version);
      return this.#acknowledge(command.id, digest, "applied");
    }
    if (command.type === "rollback" && command.to_version !== this.version) {
      this.#trial = null;
      this.#restart(command.to_version);
    }
    await this.#acknowledge(command.id, digest, "committed");
  }

  async #keepDeadline() {
    const trial = this.#trial;
    if (!trial || Date.now() < trial.deadlineMs) return;
    this.#trial = null;
    this.#restart(trial.restore);
    await this.#answer("fail", trial.command.id, trial.digest, { reason: "no_commit", rolled_back: true, running_version: this.version });
  }

  /** @param {{ url: string, sha256: string }} artifact */
  async #fetchArtifact({ url, sha256 }) {
    const headers = signRequest({ pluginId: this.plugin.id, secret: this.plugin.secret, body: "", now: Date.now() });
    const response = await fetch(`${this.url}${url}`, { headers });
    const bytes = Buffer.from(await response.arrayBuffer());
    if (response.status !== 200 || createHash("sha256").update(bytes).digest("hex") !== sha256)
      throw new Error("these are not the bytes that were announced");
  }

  /** @param {string} commandId @param {string} digest @param {"applied" | "committed"} stage */
  #acknowledge(commandId, digest, stage) {
    return this.#answer("ack", commandId, digest, {
      stage,
      running_version: this.version,
      disk_version: this.version,
      timings_ms: { total: 1 },
    });
  }

  /** @param {"ack" | "fail"} kind @param {string} commandId @param {string} digest @param {Record<string, unknown>} data */
  async #answer(kind, commandId, digest, data) {
    const said = { plugin_id: this.plugin.id, command_id: commandId, ...data };
    const body = JSON.stringify({ type: `plugin.command.${kind}`, timestamp: new Date().toISOString(), data: said });
    this.#answers.set(commandId, { digest, kind, body });
    await this.#post(`/api/plugins/commands/${commandId}/${kind}`, body);
  }

  /** @param {string} path @param {string} body */
  async #post(path, body) {
    const headers = {
      "content-type": "application/json",
      ...signRequest({ pluginId: this.plugin.id, secret: this.plugin.secret, body, now: Date.now() }),
    };
    const response = await fetch(`${this.url}${path}`, { method: "POST", headers, body });
    const text = await response.text();
    return { status: response.status, json: text === "" ? null : JSON.parse(text) };
  }
}
