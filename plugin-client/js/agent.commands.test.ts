import { describe, expect, test, vi } from "vitest";
import { inLab } from "./testing/agent-lab";
import { makeCommand, makeSigner, signEnvelope } from "./testing/sign-command.mjs";
import { tinyArtifact } from "./testing/tiny-plugin";

vi.setConfig({ testTimeout: 60_000 });

const PEOPLE = ["ada@example.com", "bob@example.com"];

describe("rollback", () => {
  test.concurrent("that names an update on probation pre-empts it: the update is not mentioned again", () =>
    inLab({}, async (lab) => {
      lab.writeConfig({ setting: 1 });
      const before = lab.readConfig();
      const update = lab.sendUpdate();
      let rollback = "";
      lab.onApplied(update, () => {
        rollback = lab.center.send({ type: "rollback", ref: update, from_version: "1.1.0", to_version: "1.0.0" });
      });
      const agent = lab.startAgent();
      await lab.center.until(() => rollback !== "", "applied ack");
      expect(await lab.outcomeOf(rollback)).toBe("committed");
      expect(lab.center.answers.at(-1)?.data).toMatchObject({ running_version: "1.0.0", disk_version: "1.0.0" });
      expect(await lab.runningVersion()).toBe("1.0.0");
      expect(lab.readConfig()).toBe(before);
      expect(await lab.stopAgent(agent)).toBe(0);
      expect(lab.center.answersTo(update)).toEqual(["applied"]);
      expect(lab.keptVersions()).toEqual(["1.0.0"]);
    }));

  test.concurrent("of a committed update goes back to the kept version and leaves the configuration alone", () =>
    inLab({}, async (lab) => {
      lab.writeConfig({ setting: 1 });
      const before = lab.readConfig();
      const agent = await lab.startHere();
      const update = lab.sendUpdate({ commits: true });
      agent.urgent();
      await lab.outcomeOf(update);
      const rollback = lab.center.send({ type: "rollback", ref: update, from_version: "1.1.0", to_version: "1.0.0" });
      agent.urgent();
      expect(await lab.outcomeOf(rollback)).toBe("committed");
      expect(lab.readConfig()).toBe(before);
      expect(lab.journal()).toMatchObject({ good: "1.0.0", kept: ["1.0.0", "1.1.0"] });
    }));

  test.concurrent("to where the agent already went by itself is acknowledged without a restart", () =>
    inLab({}, async (lab) => {
      const agent = await lab.startHere();
      const update = lab.sendUpdate({ behaviour: "crashes at boot" });
      agent.urgent();
      await lab.outcomeOf(update);
      const starts = lab.starts().length;
      const rollback = lab.center.send({ type: "rollback", ref: update, from_version: "1.1.0", to_version: "1.0.0" });
      agent.urgent();
      expect(await lab.outcomeOf(rollback)).toBe("committed");
      expect(lab.starts()).toHaveLength(starts);
    }));

  test.concurrent("cuts a staging short that it names", () =>
    inLab({}, async (lab) => {
      lab.center.disturb = ({ method }) => (method === "GET" ? 503 : null); // the download is tried again for a while
      const agent = await lab.startHere();
      const update = lab.sendUpdate();
      agent.urgent();
      await lab.center.until(() => lab.center.disturbed > 0, "a try to download");
      const rollback = lab.center.send({ type: "rollback", ref: update, from_version: "1.1.0", to_version: "1.0.0" });
      agent.urgent();
      expect(await lab.outcomeOf(rollback)).toBe("committed");
      expect(lab.center.answersTo(update)).toEqual([]);
      expect(lab.starts()).toEqual(["1.0.0"]);

      const seen = lab.center.beats.length;
      agent.urgent(); // the update is handed out once more, and stays dropped
      await lab.center.until(() => lab.center.beats.length > seen, "another beat");
      expect(lab.journal().attempt).toBeNull();
    }));

  test.concurrent("to a version that is not kept needs its artifact, and people's signatures under it", () =>
    inLab({ approvers: PEOPLE }, async (lab) => {
      const agent = await lab.startHere();
      const without = lab.center.send({ type: "rollback", from_version: "1.0.0", to_version: "0.9.0" });
      agent.urgent();
      expect(await lab.outcomeOf(without)).toBe("fail:refused:not_kept");
      const artifact = lab.center.offer(tinyArtifact("0.9.0"));
      const unsigned = lab.center.send({ type: "rollback", from_version: "1.0.0", to_version: "0.9.0", artifact });
      agent.urgent();
      expect(await lab.outcomeOf(unsigned)).toBe("fail:refused:quorum");
      const withIt = lab.center.send({ type: "rollback", from_version: "1.0.0", to_version: "0.9.0", artifact, approvedBy: PEOPLE });
      agent.urgent();
      expect(await lab.outcomeOf(withIt)).toBe("committed");
      expect(await lab.runningVersion()).toBe("0.9.0");
    }));

  test.concurrent("to a version that does not come up returns to the good one and says so", () =>
    inLab({ approvers: PEOPLE }, async (lab) => {
      const artifact = lab.center.offer(tinyArtifact("0.9.0", "crashes at boot"));
      const id = lab.center.send({ type: "rollback", from_version: "1.0.0", to_version: "0.9.0", artifact, approvedBy: PEOPLE });
      lab.startAgent();
      expect(await lab.outcomeOf(id)).toBe("fail:crash_at_boot: exit code 3");
      expect(lab.center.answers.at(-1)?.data).toMatchObject({ rolled_back: true, running_version: "1.0.0" });
    }));

  test.concurrent("that cannot fetch its version while an update is on probation ends on the last good copy", () =>
    inLab({ approvers: PEOPLE }, async (lab) => {
      const update = lab.sendUpdate();
      let rollback = "";
      lab.onApplied(update, () => {
        const artifact = lab.center.offer(tinyArtifact("0.9.0"), { length: 1 });
        rollback = lab.center.send({ type: "rollback", from_version: "1.1.0", to_version: "0.9.0", artifact, approvedBy: PEOPLE });
      });
      lab.startAgent();
      await lab.center.until(() => rollback !== "", "applied ack");
      expect(await lab.outcomeOf(rollback)).toMatch(/^fail:download/);
      expect(await lab.runningVersion()).toBe("1.0.0");
      expect(lab.center.answersTo(update)).toEqual(["applied"]);
    }));
});

describe("the small commands", () => {
  test.concurrent("ping is acknowledged and touches nothing", () =>
    inLab({}, async (lab) => {
      const id = lab.center.send({ type: "ping" });
      lab.startAgent();
      expect(await lab.outcomeOf(id)).toBe("committed");
      expect(lab.starts()).toEqual(["1.0.0"]);
    }));

  test.concurrent("restart starts the same version once more", () =>
    inLab({}, async (lab) => {
      const id = lab.center.send({ type: "restart" });
      lab.startAgent();
      expect(await lab.outcomeOf(id)).toBe("committed");
      const boots = lab.center.beats.map((beat) => beat.boot_id);
      await lab.center.until(() => !boots.includes(lab.center.beats.at(-1)?.boot_id ?? ""), "a beat with a new boot id");
      expect(lab.starts()).toEqual(["1.0.0", "1.0.0"]);
    }));

  test.concurrent("isolate keeps the plugin stopped, over a restart of the agent too, until a restart command", () =>
    inLab({}, async (lab) => {
      const isolate = lab.center.send({ type: "isolate" });
      const first = lab.startAgent();
      expect(await lab.outcomeOf(isolate)).toBe("committed");
      expect(lab.center.answers.at(-1)?.data).toMatchObject({ running_version: "", disk_version: "1.0.0" });
      expect(lab.pluginPids()).toEqual([]);
      expect(await lab.stopAgent(first)).toBe(0);

      const seen = lab.center.beats.length;
      const second = lab.startAgent();
      await lab.center.until(() => lab.center.beats.length > seen, "a beat of the second agent");
      expect(lab.center.beats.at(-1)).toMatchObject({ active: false, disk_version: "1.0.0" });
      expect(lab.pluginPids()).toEqual([]);
      expect(await lab.stopAgent(second)).toBe(0);

      const restart = lab.center.send({ type: "restart" });
      lab.startAgent();
      expect(await lab.outcomeOf(restart)).toBe("committed");
      expect(await lab.runningVersion()).toBe("1.0.0");
    }));

  test.concurrent("a second change during a probation is refused", () =>
    inLab({}, async (lab) => {
      const update = lab.sendUpdate();
      let second = "";
      lab.onApplied(update, () => {
        second = lab.center.send({ type: "restart" });
      });
      lab.startAgent();
      await lab.center.until(() => second !== "", "applied ack");
      expect(await lab.outcomeOf(second)).toBe("fail:refused:busy");
    }));

  test.concurrent("a commit of nothing is refused", () =>
    inLab({}, async (lab) => {
      const id = lab.center.send({ type: "commit", ref: "00000000-0000-4000-8000-000000000000" });
      lab.startAgent();
      expect(await lab.outcomeOf(id)).toBe("fail:refused:nothing_to_commit");
    }));
});

describe("a command that comes again", () => {
  test.concurrent("has one effect and the same answer, byte for byte", () =>
    inLab({}, async (lab) => {
      const artifact = lab.center.offer(tinyArtifact("1.1.0"));
      const command = makeCommand({ type: "update", plugin_id: lab.center.pluginId, from_version: "1.0.0", to_version: "1.1.0", artifact });
      lab.center.always.push(signEnvelope(lab.center.signer, command));
      const agent = await lab.startHere();
      await lab.center.until(() => lab.center.answersTo(command.id).length >= 2, "the applied ack, repeated");
      expect(new Set(lab.center.answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      lab.center.send({ type: "commit", ref: command.id });
      agent.urgent();
      await lab.outcomeOf(command.id);
      const said = lab.center.answers.length;
      agent.urgent();
      await lab.center.until(() => lab.center.answers.length > said, "the committed ack, repeated");
      expect(lab.center.answersTo(command.id).slice(said)).toEqual(["committed"]);
      expect(lab.starts()).toEqual(["1.0.0", "1.1.0"]);
    }));

  test.concurrent("an answer Center did not take is sent again, also by the next agent", () =>
    inLab({}, async (lab) => {
      const id = lab.center.send({ type: "ping" });
      lab.center.disturb = ({ url }) => (url?.endsWith("/ack") ? 500 : null);
      const first = lab.startAgent();
      await lab.center.until(() => lab.center.disturbed > 0, "a first try");
      first.child.kill("SIGKILL");
      await first.ended;
      expect(lab.center.answersTo(id)).toEqual([]);
      lab.center.disturb = () => null;
      lab.startAgent();
      expect(await lab.outcomeOf(id)).toBe("committed");
      await lab.center.until(() => lab.journal().outbox.length === 0, "an empty outbox");
    }));
});

describe("what Center did not sign", () => {
  test.concurrent("is ignored, counted in the next beat and answered by nothing", () =>
    inLab({}, async (lab) => {
      const forged = makeCommand({ type: "restart", plugin_id: lab.center.pluginId });
      lab.center.always.push(signEnvelope(makeSigner(), forged), { payloadType: "nonsense" }, null);
      const agent = await lab.startHere();
      await lab.center.until(() => lab.center.beats.length > 0, "a first beat");
      agent.urgent();
      await lab.center.until(() => (lab.center.beats.at(-1)?.telemetry.refused_commands ?? 0) >= 3, "the count in a beat");
      expect(lab.center.answers).toEqual([]);
      expect(lab.starts()).toEqual(["1.0.0"]);
    }));

  test.concurrent("a signed command for another plugin is refused", () =>
    inLab({}, async (lab) => {
      const command = makeCommand({ type: "restart", plugin_id: "plg_other" });
      lab.center.always.push(signEnvelope(lab.center.signer, command));
      lab.startAgent();
      expect(await lab.outcomeOf(command.id)).toBe("fail:refused:wrong_plugin");
    }));
});
