import { gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { type AgentLab, inLab } from "./testing/agent-lab";
import { makeArchive } from "./testing/make-archive";
import { type Behaviour, tinyArtifact, tinyPlugin } from "./testing/tiny-plugin";

vi.setConfig({ testTimeout: 60_000 });

test.concurrent("an update is staged, swapped, acknowledged, committed, and the former version is kept", () =>
  inLab({}, async (lab) => {
    lab.writeConfig({ setting: 7 });
    const id = lab.sendUpdate({ commits: true });
    const agent = lab.startAgent();
    await lab.outcomeOf(id);
    await lab.center.until(() => lab.center.beats.at(-1)?.running_version === "1.1.0", "a beat of the new version");

    expect(lab.center.answersTo(id)).toEqual(["applied", "committed"]);
    expect(lab.center.answers[0]?.data).toMatchObject({ running_version: "1.1.0", disk_version: "1.1.0" });
    expect(Object.keys(lab.center.answers[0]?.data.timings_ms ?? {})).toEqual(["download", "unpack", "swap", "total"]);
    const telemetry = { setting: 7 };
    expect(lab.center.beats.at(-1)).toMatchObject({ running_version: "1.1.0", disk_version: "1.1.0", active: true, telemetry });
    expect(lab.starts()).toEqual(["1.0.0", "1.1.0"]);
    expect(lab.keptVersions()).toEqual(["1.0.0", "1.1.0"]);
    expect(lab.pluginPids()).toHaveLength(1);
    expect(lab.journal()).toMatchObject({ attempt: null, good: "1.1.0", kept: ["1.1.0", "1.0.0"] });
    expect(lab.center.rejected).toEqual([]);

    expect(await lab.stopAgent(agent)).toBe(0);
    expect(lab.pluginPids()).toEqual([]);
  }));

test.concurrent("the last two good versions stay on disk, older ones go", () =>
  inLab({}, async (lab) => {
    lab.startAgent();
    await lab.outcomeOf(lab.sendUpdate({ commits: true }));
    const artifact = lab.center.offer(tinyArtifact("1.2.0"));
    const id = lab.center.send({ type: "update", from_version: "1.1.0", to_version: "1.2.0", artifact });
    lab.onApplied(id, () => lab.center.send({ type: "commit", ref: id }));
    await lab.outcomeOf(id);
    expect(lab.keptVersions()).toEqual(["1.1.0", "1.2.0"]);
  }));

describe("a bad candidate is taken back", () => {
  test.concurrent.each<[Behaviour, RegExp]>([
    ["crashes at boot", /^fail:crash_at_boot: exit code 3$/],
    ["crashes after its first answer", /^fail:crash_loop$/],
    ["never answers", /^fail:not_answering$/],
    ["hangs after its first answer", /^fail:not_answering$/],
    ["answers as another version", /^fail:wrong_version: 9\.9\.9$/],
  ])("that %s", (behaviour, outcome) =>
    inLab({ agent: { start_timeout_ms: 1_500, unresponsive_s: 1 } }, async (lab) => {
      lab.writeConfig({ setting: 1 });
      const before = lab.readConfig();
      const id = lab.sendUpdate({ behaviour });
      lab.startAgent();

      expect(await lab.outcomeOf(id)).toMatch(outcome);
      expect(lab.center.answers.at(-1)?.data).toMatchObject({ rolled_back: true, running_version: "1.0.0" });
      expect(lab.diskVersion()).toBe("1.0.0");
      expect(await lab.runningVersion()).toBe("1.0.0");
      expect(lab.readConfig()).toBe(before);
      expect(lab.keptVersions()).toEqual(["1.0.0"]);
      expect(lab.pluginPids()).toHaveLength(1);
      await lab.center.until(() => lab.center.beats.at(-1)?.running_version === "1.0.0", "an urgent beat of the restored version");
    }),
  );

  test.concurrent("when no commit comes by the deadline", () =>
    inLab({}, async (lab) => {
      const id = lab.sendUpdate({ probation_s: 1 });
      lab.startAgent();
      expect(await lab.outcomeOf(id)).toBe("fail:no_commit");
      expect(lab.center.answersTo(id)[0]).toBe("applied");
      expect(await lab.runningVersion()).toBe("1.0.0");
    }));

  test.concurrent("also when it must be ended by force", () =>
    inLab({}, async (lab) => {
      const id = lab.sendUpdate({ behaviour: "hangs on stop", probation_s: 1 });
      lab.startAgent();
      expect(await lab.outcomeOf(id)).toBe("fail:no_commit");
      expect(lab.pluginPids()).toHaveLength(1);
    }));
});

describe("bytes that are not what was signed never run", () => {
  const good = tinyArtifact("1.1.0");
  const archiveOf = (files: Record<string, string>) => makeArchive(Object.entries(files).map(([path, content]) => ({ path, content })));

  test.concurrent.each<[string, Buffer, object, RegExp]>([
    ["longer than signed", good, { length: good.length - 1 }, /download: longer than signed/],
    ["shorter than signed", good, { length: good.length + 1 }, /download: shorter than signed/],
    ["no archive", Buffer.from("not gzip"), {}, /bad_artifact: the archive cannot be decompressed/],
    ["a bomb", gzipSync(Buffer.alloc(64 * 1024 * 1024)), {}, /bad_artifact: .*ERR_BUFFER_TOO_LARGE/],
    ["a link", makeArchive([{ path: "plugin.json", type: "2", linkTo: "/etc/passwd" }]), {}, /bad_artifact: entry type/],
    ["another version", tinyArtifact("1.1.1"), {}, /preflight: plugin.json has another version/],
    [
      "another plugin",
      archiveOf({ "plugin.json": '{"name":"other","version":"1.1.0","main":"m"}', m: "" }),
      {},
      /preflight: plugin.json has another name/,
    ],
    ["no manifest", archiveOf({ "server.mjs": "" }), {}, /preflight: plugin.json is missing/],
    ["no main file", archiveOf({ ...tinyPlugin("1.1.0"), "server.mjs/x": "" }), {}, /bad_artifact|preflight/],
    [
      "a main file elsewhere",
      archiveOf({ "plugin.json": '{"name":"tiny","version":"1.1.0","main":"../../1.0.0/server.mjs"}' }),
      {},
      /preflight: .* no main file/,
    ],
  ])("%s", (_, bytes, claim, outcome) =>
    inLab({}, async (lab) => {
      const id = lab.sendUpdate({ artifact: lab.center.offer(bytes, claim) });
      lab.startAgent();
      expect(await lab.outcomeOf(id)).toMatch(outcome);
      expect(lab.center.answers.at(-1)?.data).toMatchObject({ rolled_back: false, running_version: "1.0.0" });
      expect(lab.starts()).toEqual(["1.0.0"]);
      expect(lab.keptVersions()).toEqual(["1.0.0"]);
    }),
  );

  test.concurrent("other bytes under the signed digest", () =>
    inLab({}, async (lab) => {
      const id = lab.sendUpdate({ artifact: lab.center.offer(good) });
      lab.center.corrupt = (bytes) => Buffer.from(bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte)));
      lab.startAgent();
      expect(await lab.outcomeOf(id)).toBe("fail:download: digest differs");
      expect(lab.starts()).toEqual(["1.0.0"]);
    }));
});

describe("configuration alone", () => {
  const configUpdate = (lab: AgentLab, changes: object = {}) =>
    lab.center.send({ type: "config_update", from_version: "1.0.0", to_version: "1.0.0", config: { setting: 5 }, ...changes });

  test.concurrent("is applied, and kept after a commit", () =>
    inLab({}, async (lab) => {
      const id = configUpdate(lab);
      lab.onApplied(id, () => lab.center.send({ type: "commit", ref: id }));
      lab.startAgent();
      await lab.outcomeOf(id);
      await lab.center.until(() => lab.center.beats.at(-1)?.telemetry.setting === 5, "the new setting in a beat");
      expect(lab.starts()).toEqual(["1.0.0", "1.0.0"]);
    }));

  test.concurrent("is taken back, once it was committed, by a rollback that names it", () =>
    inLab({}, async (lab) => {
      lab.writeConfig({ setting: 1, note: "written by hand" });
      const before = lab.readConfig();
      const id = configUpdate(lab);
      lab.onApplied(id, () => lab.center.send({ type: "commit", ref: id }));
      const agent = await lab.startHere();
      expect(await lab.outcomeOf(id)).toBe("committed");
      const rollback = lab.center.send({ type: "rollback", ref: id, from_version: "1.0.0", to_version: "1.0.0" });
      agent.urgent();
      expect(await lab.outcomeOf(rollback)).toBe("committed");
      expect(lab.readConfig()).toBe(before);
    }));

  test.concurrent("does not travel with another command", () =>
    inLab({}, async (lab) => {
      const id = lab.sendUpdate({ config: { setting: 2 } });
      lab.startAgent();
      expect(await lab.outcomeOf(id)).toBe("fail:refused:config");
      expect(lab.starts()).toEqual(["1.0.0"]);
    }));

  test.concurrent("is taken back byte for byte without one", () =>
    inLab({}, async (lab) => {
      lab.writeConfig({ setting: 1, note: "written by hand" });
      const before = lab.readConfig();
      const id = configUpdate(lab, { probation_s: 1 });
      lab.startAgent();
      expect(await lab.outcomeOf(id)).toBe("fail:no_commit");
      expect(lab.readConfig()).toBe(before);
    }));
});

describe("a major update", () => {
  const major = (lab: AgentLab) => {
    const artifact = lab.center.offer(tinyArtifact("2.0.0"));
    return { from_version: "1.0.0", to_version: "2.0.0", artifact };
  };

  test.concurrent("without people's signatures is refused", () =>
    inLab({ approvers: ["ada@example.com", "bob@example.com"] }, async (lab) => {
      const id = lab.center.send({ type: "update", ...major(lab) });
      lab.startAgent();
      expect(await lab.outcomeOf(id)).toBe("fail:refused:quorum");
      expect(lab.starts()).toEqual(["1.0.0"]);
    }));

  test.concurrent("with a quorum is applied", () =>
    inLab({ approvers: ["ada@example.com", "bob@example.com"] }, async (lab) => {
      const id = lab.center.send({ type: "update", ...major(lab), approvedBy: ["ada@example.com", "bob@example.com"] });
      lab.startAgent();
      await lab.center.until(() => lab.center.answersTo(id).includes("applied"), "applied ack");
      expect(await lab.runningVersion()).toBe("2.0.0");
    }));
});
