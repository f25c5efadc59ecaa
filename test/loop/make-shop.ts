import { randomUUID } from "node:crypto";
import { registerPlugin } from "@/lib/access/commands/register-plugin";
import { revealPluginSecret } from "@/lib/access/plugins/plugin-secrets";
import { readTrust } from "@/lib/access/trust";
import { runCommand } from "@/lib/gateway/run-command";
import { systemClock } from "@/lib/platform/clock";
import { changePolicy } from "@/lib/policy/commands/change-policy";
import { throwSwitch } from "@/lib/policy/commands/throw-switch";
import type { Policy } from "@/lib/policy/types";
import { decide } from "@/lib/rollout/jobs/decide";
import { personActor } from "@/test/actors";
import { makeTenant } from "@/test/factories";
import { FakeAgent, type VersionBehaviour } from "@/test/fake-agent";
import { publishRelease, type ReleaseOptions } from "./publish-release";
import { type Records, readRecords } from "./records";
import { passSeconds } from "./virtual-time";
import { runWorker } from "./worker";

export const OPS = personActor(["pay_admin"], undefined, "ops@center.test");

/** A policy under which everything ordinary is automatic, also when many tests of a file left sick shops behind. */
export const OPEN: Partial<Policy> = {
  whitelist: ["*"],
  severity_threshold: "medium",
  confidence_threshold: 0.8,
  required_signatures: 2,
  staging_required: true,
  health_check_seconds: 60,
  attempts_per_incident: 3,
  attempts_per_plugin_per_day: 6,
  storm_share: 1,
  windows: [{ from: 0, to: 24 }],
  bake_whitelist_days: 7,
  bake_fifth_days: 14,
  bake_half_days: 14,
};

/** Puts the policy in force, with whatever a test wants different from OPEN. */
export async function setPolicy(changes: Partial<Policy> = {}): Promise<void> {
  await runCommand(changePolicy, { input: { changes: { ...OPEN, ...changes } }, actor: OPS, now: new Date() });
}

export interface ShopOptions {
  /** What runs when the test begins. */
  readonly version?: string;
  readonly pluginKey?: string;
  readonly behaviours?: Readonly<Record<string, VersionBehaviour>>;
  readonly releases?: Readonly<Record<string, ReleaseOptions>>;
  readonly channel?: string;
  readonly probeUrl?: string;
  readonly paymentVolume?: number;
  readonly capabilities?: readonly string[];
  /** A tenant that is there already; a new one unless said otherwise. */
  readonly tenantId?: string;
}

/** A shop whose plugin fails 60 % of its webhooks on 1.2.2, and a 1.2.3 that claims to mend that. */
const SICK = { "1.2.2": { failShare: 0.6 }, "1.2.3": { failShare: 0 } };

/** One tenant with one plugin, its agent, and everything that Center has written down about it. */
export class Shop {
  constructor(
    readonly agent: FakeAgent,
    readonly pluginKey: string,
  ) {}

  get tenantId(): string {
    return this.agent.tenantId;
  }

  records(): Promise<Records> {
    return readRecords(this.agent);
  }

  /** The incident that is open, or the newest. */
  async incident() {
    const { incidents } = await this.records();
    return incidents.at(-1) ?? Promise.reject(new Error("there is no incident"));
  }

  async attempt() {
    const { attempts } = await this.records();
    return attempts.at(-1) ?? Promise.reject(new Error("there is no attempt"));
  }

  /** One beat and the decision that follows from it, before any worker begins to carry it out. */
  async beatAndDecide(): Promise<void> {
    await this.agent.beat();
    const { id } = await this.incident();
    await decide(this.tenantId, id, "decider", systemClock, true);
  }

  /** Beats a period apart, with a round of the worker after each. */
  async live(beats: number, periodSeconds = 15): Promise<void> {
    for (let count = 0; count < beats; count += 1) {
      passSeconds(periodSeconds);
      await this.agent.beat();
      await runWorker();
    }
  }

  /** Beats until something is true of the records; gives up after too many. */
  async until(what: string, isMet: (records: Records) => boolean, mostBeats = 60): Promise<Records> {
    for (let count = 0; count < mostBeats; count += 1) {
      const records = await this.records();
      if (isMet(records)) return records;
      await this.live(1);
    }
    const { incidents, attempts } = await this.records();
    const seen = [...incidents, ...attempts].map((row) => `${"type" in row ? row.type : row.method} ${row.status}`);
    throw new Error(`${mostBeats} beats later still not: ${what}; there is ${seen.join(", ") || "nothing"}`);
  }

  /** Turns a switch of this plugin on. */
  async throwSwitch(name: "kill_switch" | "safe_mode", scope: "plugin" | "tenant" = "plugin"): Promise<void> {
    const place = scope === "plugin" ? { scope, targetId: this.agent.id } : { scope, tenantId: this.tenantId };
    await runCommand(throwSwitch, { input: { name, ...place, on: true, reason: "test" }, actor: OPS, now: new Date() });
  }
}

/** Several shops live on side by side: each beats once a period. */
export async function liveTogether(shops: readonly Shop[], beats: number, periodSeconds = 15): Promise<void> {
  for (let count = 0; count < beats; count += 1) {
    passSeconds(periodSeconds);
    for (const shop of shops) await shop.agent.beat();
    await runWorker();
  }
}

/** Registers a tenant with a plugin through the real commands, publishes its releases, and starts its agent. */
export async function makeShop(options: ShopOptions = {}): Promise<Shop> {
  const { version = "1.2.2", pluginKey = `pay-${randomUUID().slice(0, 8)}`, channel = "stable", paymentVolume = 0 } = options;
  const releases = options.releases ?? { "1.2.2": { fixes: [] }, "1.2.3": {} };
  for (const [each, given] of Object.entries(releases)) await publishRelease(pluginKey, each, given);
  const tenantId = options.tenantId ?? (await makeTenant()).id;
  const input = { tenantId, pluginKey, version, channel, paymentVolume, probeUrl: options.probeUrl ?? null };
  const made = await runCommand(registerPlugin, { input, actor: OPS, now: new Date() });
  const secret = await revealPluginSecret(OPS.tenants, made.id, made.secret_version);
  const agent = new FakeAgent({
    plugin: { id: made.id, tenantId, secret },
    trust: await readTrust(new Date()),
    version,
    behaviours: options.behaviours ?? SICK,
    ...(options.capabilities ? { capabilities: options.capabilities } : {}),
  });
  return new Shop(agent, pluginKey);
}
