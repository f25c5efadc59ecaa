import { randomUUID } from "node:crypto";
import * as artifactRoute from "@/app/api/artifacts/[sha256]/route";
import * as ackRoute from "@/app/api/plugins/commands/[id]/ack/route";
import * as failRoute from "@/app/api/plugins/commands/[id]/fail/route";
import * as heartbeatRoute from "@/app/api/plugins/heartbeat/route";
import { sign } from "@/lib/access/credentials/standard-webhooks";
import type { TrustDocument } from "@/lib/access/trust";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { buildBeat, CAPABILITIES } from "@/plugin-client/js/center/build-beat.mjs";
import { verifyCommand } from "@/plugin-client/js/command/verify-command.mjs";
import type { Command } from "@/plugin-client/js/types.d.mts";

/** How one version of the plugin behaves once the agent is told to run it. */
export interface VersionBehaviour {
  /** Share of its webhooks that fail, 0..1. */
  readonly failShare?: number;
  readonly latencyMs?: number;
  /** Webhooks between two beats; 20 unless said otherwise. */
  readonly webhooks?: number;
  /** What becomes of an update to it. `crashes`: the agent restores by itself; `hangs`: the agent never says a word about it. */
  readonly onUpdate?: "applies" | "refuses" | "crashes" | "hangs";
  /** What becomes of the order to leave it again. */
  readonly onRollback?: "restores" | "fails" | "hangs";
  /** What becomes of the order to start it again. */
  readonly onRestart?: "restarts" | "hangs";
}

export interface FakeAgentOptions {
  readonly plugin: { readonly id: string; readonly tenantId: string; readonly secret: string };
  readonly trust: TrustDocument;
  readonly version: string;
  readonly behaviours: Readonly<Record<string, VersionBehaviour>>;
  readonly capabilities?: readonly string[];
}

interface Answer {
  readonly digest: string;
  readonly kind: "ack" | "fail";
  readonly body: string;
}
interface OnTrial {
  readonly command: Command;
  readonly digest: string;
  readonly restore: string;
  readonly deadlineMs: number;
}

export interface BeatAnswer {
  readonly status: number;
  readonly next_heartbeat_in_s: number;
  readonly duplicate: boolean;
  readonly commands: readonly unknown[];
}

/**
 * The agent beside a plugin as the protocol has it, without disk and processes: it signs its beats, verifies every command by
 * the real client's own check, and answers through the real routes, all at this file's virtual time.
 */
export class FakeAgent {
  readonly id: string;
  readonly tenantId: string;
  version: string;
  /** Every command it accepted, as the check gave it back, in order. */
  readonly obeyed: Command[] = [];
  /** Every envelope that came, repeats included. */
  readonly received: unknown[] = [];
  /** What it refused or ignored, and why. */
  readonly refused: string[] = [];
  /** What lies on disk when that is not what runs, as after a deployment by hand. */
  disk: string | null = null;
  /** How each version behaves; a test may change its mind. */
  behaviours: Readonly<Record<string, VersionBehaviour>>;
  private bootId = randomUUID();
  private seq = 0;
  private readonly counters = { webhooks_sent: 0, webhooks_failed: 0, errors_total: 0 };
  private trial: OnTrial | null = null;
  private readonly answers = new Map<string, Answer>();

  constructor(private readonly options: FakeAgentOptions) {
    this.id = options.plugin.id;
    this.tenantId = options.plugin.tenantId;
    this.version = options.version;
    this.behaviours = options.behaviours;
  }

  /** Traffic since the last beat, the agent's own deadline, one signed beat, and whatever its answer orders. */
  async beat(): Promise<BeatAnswer> {
    await this.keepDeadline();
    const response = await heartbeatRoute.POST(this.request("/api/plugins/heartbeat", JSON.stringify(this.nextBeat())));
    const answer = (await response.json()) as BeatAnswer;
    if (response.status !== 200) throw new Error(`the beat was answered ${response.status}: ${JSON.stringify(answer)}`);
    for (const envelope of answer.commands) await this.handle(envelope);
    return answer;
  }

  /** A start of the plugin: counters begin anew. */
  restart(version = this.disk ?? this.version): void {
    this.version = version;
    this.disk = null;
    this.bootId = randomUUID();
    Object.assign(this.counters, { webhooks_sent: 0, webhooks_failed: 0, errors_total: 0 });
  }

  /** Says something about a command, whether or not it is true. @returns status and body of the route's answer */
  async say(kind: "ack" | "fail", commandId: string, data: Record<string, unknown>): Promise<{ status: number; text: string }> {
    return this.send(kind, commandId, this.bodyOf(kind, commandId, data));
  }

  /** The very bytes it answered a command with last, once more. */
  async repeat(commandId: string): Promise<{ status: number; text: string }> {
    const answer = this.answers.get(commandId);
    if (!answer) throw new Error(`nothing was said of ${commandId}`);
    return this.send(answer.kind, commandId, answer.body);
  }

  private get behaviour(): VersionBehaviour {
    return this.behaviours[this.version] ?? {};
  }

  private nextBeat() {
    const { failShare = 0, webhooks = 20 } = this.behaviour;
    const failed = Math.round(webhooks * failShare);
    this.seq += 1;
    this.counters.webhooks_sent += webhooks;
    this.counters.webhooks_failed += failed;
    this.counters.errors_total += failed;
    const { latencyMs = 180 } = this.behaviour;
    const telemetry = { latency_p95_ms: latencyMs, queue_depth: 1, memory_mb: 60, errors_last_24h: 0 };
    const health = { version: this.version, active: true, telemetry, counters: { ...this.counters }, errors: [] };
    const beat = buildBeat({
      pluginId: this.id,
      bootId: this.bootId,
      seq: this.seq,
      now: Date.now(),
      diskVersion: this.disk ?? this.version,
      health,
      platform: { name: "shop", version: "1.0.0", runtime: "node 20" },
      failRate: webhooks > 0 ? failed / webhooks : null,
      own: {},
      checkpoint: null,
    });
    return { ...beat, data: { ...beat.data, capabilities: this.options.capabilities ?? CAPABILITIES } };
  }

  /** A request signed as the plugin signs, over these bytes and this moment. */
  request(path: string, body: string | null): Request {
    const id = `msg_${randomUUID()}`;
    const timestamp = Math.floor(Date.now() / 1_000);
    const headers = {
      "content-type": "application/json",
      "plugin-id": this.id,
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": sign(this.options.plugin.secret, id, timestamp, body ?? ""),
    };
    return new Request(`http://center.test${path}`, {
      method: body === null ? "GET" : "POST",
      headers,
      ...(body === null ? {} : { body }),
    });
  }

  private async handle(envelope: unknown): Promise<void> {
    this.received.push(envelope);
    const verdict = verifyCommand(envelope, {
      pluginId: this.id,
      trust: this.options.trust as never,
      now: Date.now(),
      diskVersion: this.disk ?? this.version,
      seenDigest: (id) => this.answers.get(id)?.digest ?? null,
    });
    if (verdict.outcome === "ignored") {
      this.refused.push(verdict.reason);
      return;
    }
    const id = verdict.outcome === "refused" ? verdict.id : verdict.command.id;
    if (this.answers.has(id)) {
      await this.repeat(id);
    } else if (verdict.outcome === "refused") {
      this.refused.push(verdict.reason);
      await this.fail(id, verdict.digest, `refused:${verdict.reason}`, false);
    } else if (verdict.outcome === "accepted") {
      this.obeyed.push(verdict.command);
      await this.obey(verdict.command, verdict.digest);
    }
  }

  private async obey(command: Command, digest: string): Promise<void> {
    if (command.type === "update") return this.update(command, digest);
    if (command.type === "rollback") return this.rollBack(command, digest);
    if (command.type === "commit") return this.commit(command);
    if (command.type === "restart" && this.behaviour.onRestart === "hangs") return;
    if (command.type === "restart") this.restart();
    await this.acknowledge(command.id, digest, "committed");
  }

  private async update(command: Command, digest: string): Promise<void> {
    const to = command.to_version ?? "";
    const { onUpdate = "applies" } = this.behaviours[to] ?? {};
    if (onUpdate === "hangs") return;
    if (onUpdate === "refuses") return this.fail(command.id, digest, "refused:busy", false);
    await this.fetchArtifact(command);
    if (onUpdate === "crashes") return this.fail(command.id, digest, "crash_loop", true);
    this.trial = { command, digest, restore: this.version, deadlineMs: Date.now() + command.probation_s * 1_000 };
    this.restart(to);
    await this.acknowledge(command.id, digest, "applied");
  }

  private async rollBack(command: Command, digest: string): Promise<void> {
    const { onRollback = "restores" } = this.behaviour;
    if (onRollback === "hangs") return;
    if (onRollback === "fails") return this.fail(command.id, digest, "disk_full", false);
    if (command.to_version !== this.version) this.restart(command.to_version ?? this.version);
    this.trial = null;
    await this.acknowledge(command.id, digest, "committed");
  }

  private async commit(command: Command): Promise<void> {
    const trial = this.trial;
    if (trial?.command.id !== command.ref) return;
    this.trial = null;
    await this.acknowledge(trial.command.id, trial.digest, "committed");
  }

  /** Commit-confirmed: without a commit in time the last good copy comes back, whatever Center thinks. */
  private async keepDeadline(): Promise<void> {
    if (!this.trial || Date.now() < this.trial.deadlineMs) return;
    const { command, digest, restore } = this.trial;
    this.trial = null;
    this.restart(restore);
    await this.fail(command.id, digest, "no_commit", true);
  }

  private async fetchArtifact({ artifact }: Command): Promise<void> {
    const params = Promise.resolve({ sha256: artifact?.sha256 ?? "" });
    const response = await artifactRoute.GET(this.request(artifact?.url ?? "", null), { params });
    const bytes = Buffer.from(await response.arrayBuffer());
    if (response.status !== 200 || sha256Hex(bytes) !== artifact?.sha256) throw new Error(`the artifact was answered ${response.status}`);
  }

  private acknowledge(commandId: string, digest: string, stage: "applied" | "committed"): Promise<void> {
    return this.answer("ack", commandId, digest, {
      stage,
      running_version: this.version,
      disk_version: this.version,
      timings_ms: { total: 5 },
    });
  }

  private fail(commandId: string, digest: string, reason: string, isRolledBack: boolean): Promise<void> {
    return this.answer("fail", commandId, digest, { reason, rolled_back: isRolledBack, running_version: this.version });
  }

  private async answer(kind: "ack" | "fail", commandId: string, digest: string, data: Record<string, unknown>): Promise<void> {
    const body = this.bodyOf(kind, commandId, data);
    this.answers.set(commandId, { digest, kind, body });
    await this.send(kind, commandId, body);
  }

  private bodyOf(kind: "ack" | "fail", commandId: string, data: Record<string, unknown>): string {
    const said = { plugin_id: this.id, command_id: commandId, ...data };
    return JSON.stringify({ type: `plugin.command.${kind}`, timestamp: new Date().toISOString(), data: said });
  }

  private async send(kind: "ack" | "fail", commandId: string, body: string): Promise<{ status: number; text: string }> {
    const handler = kind === "ack" ? ackRoute.POST : failRoute.POST;
    const request = this.request(`/api/plugins/commands/${commandId}/${kind}`, body);
    const response = await handler(request, { params: Promise.resolve({ id: commandId }) });
    return { status: response.status, text: await response.text() };
  }
}
