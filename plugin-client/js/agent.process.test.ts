import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { type AgentLab, inLab } from "./testing/agent-lab";

vi.setConfig({ testTimeout: 60_000 });

const stateFile = (lab: AgentLab, name: string) => join(lab.dir, "state", name);

describe("one agent, one plugin", () => {
  test.concurrent("a second agent on the directory says so and exits 1; the first goes on", () =>
    inLab({}, async (lab) => {
      const first = lab.startAgent();
      await lab.center.until(() => lab.center.beats.length > 0, "a beat");
      const second = lab.startAgent();
      expect(await second.ended).toBe(1);
      expect(second.output()).toContain(`another agent (pid ${first.child.pid}) already runs`);
      expect(await lab.runningVersion()).toBe("1.0.0");
      expect(await lab.stopAgent(first)).toBe(0);
    }));

  test.concurrent("after kill -9 of the agent the plugin goes on serving; the next agent takes the lock and leaves exactly one plugin", () =>
    inLab({}, async (lab) => {
      const first = lab.startAgent();
      await lab.center.until(() => lab.center.beats.length > 0, "a beat");
      first.child.kill("SIGKILL");
      await first.ended;
      expect(await lab.runningVersion()).toBe("1.0.0");
      const [left] = lab.pluginPids();

      const seen = lab.center.beats.length;
      const second = lab.startAgent();
      await lab.center.until(() => lab.center.beats.length > seen, "a beat of the second agent");
      expect(lab.pluginPids()).toHaveLength(1);
      expect(lab.pluginPids()).not.toContain(left);
      expect(lab.center.beats.at(-1)).toMatchObject({ active: true, running_version: "1.0.0" });
      expect(await lab.stopAgent(second)).toBe(0);
      expect(readdirSync(join(lab.dir, "state")).filter((name) => name.startsWith("lock"))).toEqual([]);
    }));

  test.concurrent.each([
    [
      "a lock whose pid belongs to another process by now",
      (own: string) => writeFileSync(own, JSON.stringify({ pid: process.pid, identity: "ticks:1" })),
    ],
    ["a lock that is no JSON", (own: string) => writeFileSync(own, "{")],
  ])("%s is taken over", (_, plant) =>
    inLab({}, async (lab) => {
      plant(stateFile(lab, "lock"));
      const agent = lab.startAgent();
      await lab.center.until(() => lab.center.beats.length > 0, "a beat");
      expect(await lab.stopAgent(agent)).toBe(0);
    }),
  );

  test.concurrent("of many agents started at once, one runs", () =>
    inLab({}, async (lab) => {
      writeFileSync(stateFile(lab, "lock"), JSON.stringify({ pid: 2 ** 22, identity: "ticks:1" }));
      const agents = Array.from({ length: 4 }, () => lab.startAgent());
      await lab.center.until(() => lab.center.beats.length > 0, "a beat");
      const losers = agents.filter(({ child }) => child.pid !== JSON.parse(readFileSync(stateFile(lab, "lock"), "utf8")).pid);
      expect(await Promise.all(losers.map(({ ended }) => ended))).toEqual([1, 1, 1]);
      expect(lab.pluginPids()).toHaveLength(1);
    }));
});

describe("the plugin is kept running", () => {
  test.concurrent("a plugin that dies is started again, and both are told at once", () =>
    inLab({}, async (lab) => {
      lab.startAgent();
      await lab.center.until(() => lab.center.beats.length > 0, "a beat");
      const bootId = lab.center.beats[0]?.boot_id;
      const told = lab.nextBeat(({ active }) => !active, "an urgent beat about the crash");
      process.kill(lab.pluginPids()[0] as number, "SIGKILL");
      expect(await told).toMatchObject({ running_version: "1.0.0", disk_version: "1.0.0", telemetry: { crashes_last_hour: 1 } });
      await lab.center.until(() => lab.center.beats.at(-1)?.active, "an urgent beat about the recovery");
      expect(lab.center.beats.at(-1)?.boot_id).not.toBe(bootId);
      expect(lab.starts()).toEqual(["1.0.0", "1.0.0"]);
    }));

  test.concurrent("a plugin that turns inactive makes an urgent beat", () =>
    inLab({}, async (lab) => {
      lab.startAgent();
      await lab.center.until(() => lab.center.beats.length > 0, "a beat");
      const told = lab.nextBeat(({ active }) => !active, "an urgent beat");
      lab.writeConfig({ active: false });
      expect(await told).toMatchObject({ running_version: "1.0.0", active: false });
    }));

  test.concurrent("a current that leads nowhere is set back to the last good copy", () =>
    inLab({}, async (lab) => {
      const first = lab.startAgent();
      await lab.center.until(() => lab.center.beats.length > 0, "a beat");
      await lab.stopAgent(first);
      rmSync(join(lab.dir, "current"));
      lab.startAgent();
      await lab.nextBeat(({ running_version }) => running_version === "1.0.0", "a beat of the restored version");
      expect(lab.diskVersion()).toBe("1.0.0");
    }));
});

describe("SIGTERM", () => {
  test.concurrent("while a candidate is being proven ends everything at once; the next agent takes it back", () =>
    inLab({ agent: { start_timeout_ms: 60_000 } }, async (lab) => {
      const id = lab.sendUpdate({ behaviour: "never answers" });
      const first = lab.startAgent();
      await vi.waitFor(() => expect(lab.starts()).toContain("1.1.0"), 30_000);
      expect(await lab.stopAgent(first)).toBe(0);
      expect(lab.pluginPids()).toEqual([]);
      expect(lab.center.answersTo(id)).toEqual([]);
      lab.startAgent();
      expect(await lab.outcomeOf(id)).toBe("fail:interrupted");
      expect(await lab.runningVersion()).toBe("1.0.0");
    }));

  test.concurrent("while a download is tried again leaves the command to the next agent; twice the signal is no harm", () =>
    inLab({}, async (lab) => {
      lab.center.disturb = ({ method }) => (method === "GET" ? 503 : null);
      const id = lab.sendUpdate({ commits: true });
      const first = lab.startAgent();
      await lab.center.until(() => lab.center.disturbed > 0, "a try to download");
      first.child.kill("SIGTERM");
      expect(await lab.stopAgent(first)).toBe(0);
      lab.center.disturb = () => null;
      lab.startAgent();
      expect(await lab.outcomeOf(id)).toBe("committed");
    }));
});

describe("beats", () => {
  test.concurrent("carry the contract's fields, and echo the checkpoint over a restart", () =>
    inLab({}, async (lab) => {
      const first = lab.startAgent();
      await lab.center.until(() => lab.center.beats.length > 0, "a beat");
      expect(lab.center.beats[0]).toEqual({
        plugin_id: lab.center.pluginId,
        boot_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        seq: 1,
        running_version: "1.0.0",
        disk_version: "1.0.0",
        active: true,
        platform: { name: "node", version: process.versions.node, runtime: `node ${process.versions.node}` },
        telemetry: {
          latency_p95_ms: 12,
          queue_depth: 0,
          memory_mb: 40,
          errors_last_24h: 0,
          setting: 0,
          webhooks_sent: 0,
          webhooks_failed: 0,
          errors_total: 0,
          crashes_last_hour: 0,
          refused_commands: 0,
        },
        errors: [{ code: "ERR_X", fingerprint: "f1", count: 1 }],
        capabilities: ["update", "rollback", "config_update", "restart", "isolate", "ping"],
      });
      await lab.stopAgent(first);
      lab.startAgent();
      expect(await lab.nextBeat(() => true, "a beat of the second agent")).toMatchObject({ last_checkpoint: "checkpoint-1" });
    }));

  test.concurrent("go out at once when the local fail rate crosses the threshold, and when it recovers", () =>
    inLab({}, async (lab) => {
      lab.startAgent();
      await lab.center.until(() => lab.center.beats.length > 0, "a beat");
      const sick = lab.nextBeat(({ telemetry }) => telemetry.webhook_fail_rate !== undefined, "an urgent beat");
      lab.writeConfig({ sent: 10, failed: 6 });
      expect((await sick).telemetry).toMatchObject({ webhook_fail_rate: 0.6, webhooks_sent: 10, webhooks_failed: 6 });
      const well = lab.nextBeat(({ telemetry }) => telemetry.webhook_fail_rate === 0, "another");
      lab.writeConfig({ sent: 30, failed: 6 });
      expect((await well).telemetry).toMatchObject({ webhooks_sent: 30, webhooks_failed: 6 });
    }));

  test.concurrent("are tried again soon when Center is away", () =>
    inLab({}, async (lab) => {
      lab.center.disturb = () => (lab.center.disturbed < 1 ? 500 : null);
      lab.startAgent();
      await lab.center.until(() => lab.center.beats.length > 0, "a beat after the failed one");
    }));
});

describe("an agent that cannot start says why and exits 1", () => {
  test.concurrent.each<[string, (dir: string) => void, RegExp]>([
    ["no plugin installed", (dir) => rmSync(join(dir, "current")), /install the plugin first/],
    ["no configuration", (dir) => rmSync(join(dir, "agent.json")), /agent\.json/],
    ["a secret of another form", (dir) => patch(dir, { secret: "hunter2" }), /secret must be whsec_/],
    ["no trust", (dir) => patch(dir, { trust: { keys: [] } }), /trust\.keys/],
    ["a port that is none", (dir) => patch(dir, { plugin: { port: 70_000 } }), /plugin\.port/],
  ])("%s", (_, spoil, message) =>
    inLab({}, async (lab) => {
      spoil(lab.dir);
      const agent = lab.startAgent();
      expect(await agent.ended).toBe(1);
      expect(agent.output()).toMatch(message);
      expect(agent.output()).not.toMatch(/hunter2|whsec_[A-Za-z0-9+/]{8}/);
    }),
  );

  test.concurrent("no variable of the environment can make it kill itself: that takes a flag", () =>
    inLab({}, async (lab) => {
      const agent = lab.startAgent("", { RELIABILITY_AGENT_KILL_AT: "apply.swapped" });
      expect(await lab.outcomeOf(lab.sendUpdate({ commits: true }))).toBe("committed");
      expect(await lab.stopAgent(agent)).toBe(0);
    }));

  test.concurrent("a kill label nobody knows", () =>
    inLab({}, async (lab) => {
      const agent = lab.startAgent("apply.swaped");
      expect(await agent.ended).toBe(1);
      expect(agent.output()).toContain("apply.swapped");
    }));
});

function patch(dir: string, changes: object): void {
  const path = join(dir, "agent.json");
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ...changes }));
}
