import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { EventEmitter } from "node:events";
import { createServer } from "node:http";
import { makeCommand, makeSigner, signApproval, signEnvelope } from "./sign-command.mjs";

/** How long a test waits for a condition before it says which one never came. */
const PATIENCE_MS = 30_000;
const WINDOW_S = 300;
/** More than two acks and their repetitions need. */
const LONGEST_BODY = 1024 * 1024;

/**
 * Center as an agent sees it: takes signed beats, hands out signed commands until they are answered, serves artifacts, records answers.
 * Listens on a free loopback port.
 *
 * @param {{ pluginId?: string, approvers?: string[], threshold?: number, nextHeartbeatSeconds?: number, tufRoot?: object,
 *   quorumFor?: import("../types.d.mts").QuorumFor }} [options]
 */
export async function startFakeCenter({
  pluginId = "plg_tiny",
  approvers = [],
  threshold = 2,
  nextHeartbeatSeconds = 15,
  tufRoot,
  quorumFor,
} = {}) {
  const center = new FakeCenter(pluginId, approvers, threshold, nextHeartbeatSeconds);
  if (tufRoot) center.trust.tuf_root = tufRoot;
  if (quorumFor) center.trust.quorum_for = quorumFor;
  await center.listen();
  return center;
}

class FakeCenter {
  #changed = new EventEmitter().setMaxListeners(0);
  /** @type {Map<string, { envelope: object, isDone: (answer: object) => boolean }>} */
  #waiting = new Map();
  #artifacts = new Map();
  #usedIds = new Set();
  #server = createServer((request, response) => this.#serve(request, response).catch((error) => this.#fail(response, error)));

  /**
   * @param {string} pluginId
   * @param {string[]} approvers
   * @param {number} threshold
   * @param {number} nextHeartbeatSeconds
   */
  constructor(pluginId, approvers, threshold, nextHeartbeatSeconds) {
    this.pluginId = pluginId;
    this.nextHeartbeatSeconds = nextHeartbeatSeconds;
    this.secret = `whsec_${randomBytes(24).toString("base64")}`;
    this.signer = makeSigner();
    this.approvers = approvers.map((approver) => ({ ...makeSigner(), approver }));
    /** @type {import("../types.d.mts").Trust} */
    this.trust = {
      keys: [{ keyid: this.signer.keyid, public_key: this.signer.public_key }],
      approver_keys: this.approvers.map(({ keyid, public_key, approver }) => ({ keyid, public_key, approver })),
      threshold,
    };
    /** @type {any[]} */ this.beats = [];
    /** @type {any[]} */ this.answers = [];
    /** @type {any[]} */ this.rejected = [];
    /** @type {any[]} envelopes given out with every beat, answered or not */ this.always = [];
    /** @type {any[]} trust documents given out with every beat */ this.trustDocuments = [];
    /** @type {((answer: any) => void) | null} */ this.onAnswer = null;
    /** Answers status, or null to go on normally. @type {(request: import("node:http").IncomingMessage) => number | null} */
    this.disturb = () => null;
    /** How often `disturb` had its way. */
    this.disturbed = 0;
    /** What is served in place of an artifact's bytes. @type {(bytes: Buffer) => Buffer} */
    this.corrupt = (bytes) => bytes;
    /** Sends an artifact's bytes in a way of its own. @type {((bytes: Buffer, response: import("node:http").ServerResponse) => void) | null} */
    this.transmit = null;
    /** Metadata by path below /api/tuf/: its text, or what answers in its place. @type {Map<string, string | ((response: import("node:http").ServerResponse) => void)>} */
    this.metadata = new Map();
    /** Paths of everything that was fetched. @type {string[]} */
    this.fetched = [];
    this.url = "";
  }

  listen() {
    return new Promise((resolve) => {
      this.#server.listen(0, "127.0.0.1", () => {
        const address = this.#server.address();
        this.url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
        resolve(undefined);
      });
    });
  }

  /** Puts an artifact on offer; `claim` overrides what the command will say about it. @param {Buffer} bytes @param {object} [claim] */
  offer(bytes, claim = {}) {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const artifact = { url: `/api/artifacts/${sha256}`, sha256, length: bytes.length, ...claim };
    this.#artifacts.set(artifact.url, bytes);
    return artifact;
  }

  /**
   * Signs a command and hands it out with every beat until it is answered.
   * @param {{ type: string, approvedBy?: string[], planned?: object } & Record<string, unknown>} changes approvedBy: whose signatures the
   *   plan gets; planned: what the plan alone says
   * @returns {string} its id
   */
  send({ approvedBy = [], planned = {}, ...changes }) {
    const command = makeCommand({ plugin_id: this.pluginId, ...changes }, { ...planned });
    command.quorum = this.approvers
      .filter(({ approver }) => approvedBy.includes(approver))
      .map((one) =>
        signApproval(one, { plan_digest: String(command.plan_digest), approver: one.approver, expires_at: command.expires_at }),
      );
    const answeredAs = command.type === "commit" ? command.ref : command.id;
    const isDone = (/** @type {any} */ { kind, data }) =>
      data.command_id === command.id || (kind === "ack" && data.command_id === answeredAs && data.stage === "committed");
    this.#waiting.set(command.id, { envelope: signEnvelope(this.signer, command), isDone });
    return command.id;
  }

  /** The answers to one command as short texts, e.g. "applied", "committed", "fail:no_commit". @param {string} id */
  answersTo(id) {
    const own = this.answers.filter((answer) => answer.data.command_id === id);
    return own.map(({ kind, data }) => (kind === "ack" ? data.stage : `fail:${data.reason}`));
  }

  /**
   * Waits until a condition holds, looking again whenever something arrived.
   * @param {() => unknown} condition
   * @param {string} what for the message when it never does
   */
  async until(condition, what) {
    const deadline = AbortSignal.timeout(PATIENCE_MS);
    while (!condition()) {
      await new Promise((resolve, reject) => {
        const give = () => reject(new Error(`never came: ${what}; beats ${this.beats.length}, answers ${JSON.stringify(this.answers)}`));
        deadline.addEventListener("abort", give, { once: true });
        this.#changed.once("changed", () => {
          deadline.removeEventListener("abort", give);
          resolve(undefined);
        });
      });
    }
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** @type {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => Promise<void>} */
  async #serve(request, response) {
    const body = await readBody(request);
    const disturbed = this.disturb(request);
    if (disturbed !== null) {
      this.disturbed += 1;
      reply(response, disturbed, { code: "ERR_DISTURBED" });
      this.#changed.emit("changed");
      return;
    }
    const problem = this.#checkSignature(request.headers, body);
    if (problem) {
      this.rejected.push({ url: request.url, problem });
      reply(response, 401, { problem });
    } else if (request.url?.startsWith("/api/tuf/")) this.#serveMetadata(request.url, response);
    else if (request.method === "GET") this.#serveArtifact(request, response);
    else if (request.url === "/api/plugins/heartbeat") this.#takeBeat(JSON.parse(body), response);
    else this.#takeAnswer(String(request.url), JSON.parse(body), response);
    this.#changed.emit("changed");
  }

  /** @type {(headers: import("node:http").IncomingHttpHeaders, body: string) => string | null} */
  #checkSignature(headers, body) {
    const id = String(headers["webhook-id"]);
    const timestamp = String(headers["webhook-timestamp"]);
    if (headers["plugin-id"] !== this.pluginId) return "unknown plugin";
    if (Math.abs(Date.now() / 1_000 - Number(timestamp)) > WINDOW_S) return "stale";
    if (this.#usedIds.has(id)) return "replayed";
    this.#usedIds.add(id);
    const key = Buffer.from(this.secret.slice("whsec_".length), "base64");
    const expected = Buffer.from(`v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`);
    const given = Buffer.from(String(headers["webhook-signature"]));
    return given.length === expected.length && timingSafeEqual(given, expected) ? null : "bad signature";
  }

  /** @param {any} beat @param {import("node:http").ServerResponse} response */
  #takeBeat(beat, response) {
    this.beats.push(beat.data);
    reply(response, 200, {
      server_time: new Date().toISOString(),
      next_heartbeat_in_s: this.nextHeartbeatSeconds,
      duplicate: false,
      commands: [...[...this.#waiting.values()].map(({ envelope }) => envelope), ...this.always],
      ...(this.trustDocuments.length > 0 ? { trust: this.trustDocuments } : {}),
      checkpoint: `checkpoint-${this.beats.length}`,
    });
  }

  /** @type {(url: string, body: any, response: import("node:http").ServerResponse) => void} */
  #takeAnswer(url, body, response) {
    const [, id, kind] = /^\/api\/plugins\/commands\/([^/]+)\/(ack|fail)$/.exec(url) ?? [];
    if (body.type !== `plugin.command.${kind}` || body.data.command_id !== id || body.data.plugin_id !== this.pluginId) {
      this.rejected.push({ url, problem: "not what its path says" });
      return reply(response, 422, {});
    }
    const answer = { kind, data: body.data };
    this.answers.push(answer);
    for (const [waitingId, { isDone }] of this.#waiting) if (isDone(answer)) this.#waiting.delete(waitingId);
    this.onAnswer?.(answer);
    reply(response, 200, { recorded: true });
  }

  /** @type {(url: string, response: import("node:http").ServerResponse) => void} */
  #serveMetadata(url, response) {
    this.fetched.push(url);
    const file = this.metadata.get(url.slice("/api/tuf/".length));
    if (file === undefined) return reply(response, 404, {});
    if (typeof file === "function") return file(response);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(file);
  }

  /** @type {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => void} */
  #serveArtifact(request, response) {
    this.fetched.push(String(request.url));
    const bytes = this.#artifacts.get(request.url);
    if (!bytes) return reply(response, 404, {});
    response.writeHead(200, { "content-type": "application/gzip" });
    if (this.transmit) this.transmit(bytes, response);
    else response.end(this.corrupt(bytes));
  }

  /** @type {(response: import("node:http").ServerResponse, error: unknown) => void} */
  #fail(response, error) {
    this.rejected.push({ url: "", problem: String(error) });
    reply(response, 500, {});
    this.#changed.emit("changed");
  }
}

/** @param {import("node:http").IncomingMessage} request */
async function readBody(request) {
  /** @type {Buffer[]} */
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > LONGEST_BODY) throw new RangeError("body too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** @type {(response: import("node:http").ServerResponse, status: number, body: object) => void} */
function reply(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
