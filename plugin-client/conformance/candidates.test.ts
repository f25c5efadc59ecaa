import { expect, test, vi } from "vitest";
import { describeAgents, inLab } from "./testing/agents";
import type { Trait } from "./testing/lab";

vi.setConfig({ testTimeout: 60_000 });

describeAgents("the $name agent proves a candidate", (agent) => {
  test.concurrent("commits an update that proves itself, and keeps the way back", () =>
    inLab(agent, {}, async (lab) => {
      lab.writeConfig({ setting: 7 });
      const id = lab.sendUpdate({ commits: true });
      lab.start();
      expect(await lab.outcomeOf(id)).toBe("committed");
      expect(lab.center.answersTo(id)).toEqual(["applied", "committed"]);
      await lab.center.until(() => lab.center.beats.at(-1)?.running_version === "1.1.0", "a beat of the new version");
      expect(lab.center.beats.at(-1)).toMatchObject({ disk_version: "1.1.0", active: true, telemetry: { setting: 7 } });
      expect(await lab.runningVersion()).toBe("1.1.0");
      expect(lab.filesInPlace()).toEqual(lab.filesOf("1.1.0"));

      const back = lab.center.send({ type: "rollback", ref: id, from_version: "1.1.0", to_version: "1.0.0" });
      lab.nudge();
      expect(await lab.outcomeOf(back)).toBe("committed");
      expect(await lab.runningVersion()).toBe("1.0.0");
      expect(lab.filesInPlace()).toEqual(lab.filesOf("1.0.0"));
      expect(lab.center.rejected).toEqual([]);
    }));

  test.concurrent.each<[Trait, RegExp]>([
    ["crashes at boot", /^fail:crash_at_boot: /],
    ["answers as another version", /^fail:(?:wrong_version: 9\.9\.9|preflight: the candidate answers as 9\.9\.9)$/],
    ["never answers", /^fail:(?:not_answering|preflight: the candidate answers as nothing)$/],
  ])("takes back a candidate that %s", (trait, outcome) =>
    inLab(agent, {}, async (lab) => {
      lab.writeConfig({ setting: 1 });
      const before = lab.readConfig();
      const id = lab.sendUpdate({ trait });
      lab.start();
      expect(await lab.outcomeOf(id)).toMatch(outcome);
      expect(lab.center.answers.at(-1)?.data).toMatchObject({ running_version: "1.0.0" });
      expect(await lab.runningVersion()).toBe("1.0.0");
      expect(lab.filesInPlace()).toEqual(lab.filesOf("1.0.0"));
      expect(lab.readConfig()).toBe(before);
      expect(lab.journal()).toMatchObject({ attempt: null, good: "1.0.0" });
    }),
  );
});

describeAgents("the $name agent watches a late fault", (agent) => {
  test.concurrent("takes back a candidate that crashes again and again once it was proven", () =>
    inLab(agent, {}, async (lab) => {
      const id = lab.sendUpdate({ trait: "crashes later" });
      lab.onApplied(id, () => lab.misbehave());
      lab.start();
      expect(await lab.outcomeOf(id)).toBe("fail:crash_loop");
      expect(lab.center.answers.at(-1)?.data).toMatchObject({ rolled_back: true, running_version: "1.0.0" });
      expect(await lab.runningVersion()).toBe("1.0.0");
    }));

  test.concurrent("does not take a candidate back for once running out of memory", () =>
    inLab(agent, {}, async (lab) => {
      const id = lab.sendUpdate({ trait: "runs out of memory once" });
      lab.onApplied(id, () => lab.misbehave());
      lab.start();
      await lab.center.until(
        () => lab.center.beats.some((beat) => beat.disk_version === "1.1.0" && !beat.active),
        "a beat about the outage",
      );
      lab.recover();
      const seen = lab.center.beats.length;
      lab.nudge();
      await lab.center.until(() => lab.center.beats.slice(seen).some((beat) => beat.active), "a beat about the recovery");
      lab.center.send({ type: "commit", ref: id });
      lab.nudge();
      expect(await lab.outcomeOf(id)).toBe("committed");
      expect(await lab.runningVersion()).toBe("1.1.0");
    }));
});

describeAgents("the $name agent goes back", (agent) => {
  test.concurrent("goes back by itself when no commit comes in time", () =>
    inLab(agent, {}, async (lab) => {
      const id = lab.sendUpdate({ probation_s: 1 });
      lab.start();
      expect(await lab.outcomeOf(id)).toBe("fail:no_commit");
      expect(lab.center.answersTo(id)[0]).toBe("applied");
      expect(lab.center.answers.at(-1)?.data).toMatchObject({ rolled_back: true, running_version: "1.0.0" });
      expect(await lab.runningVersion()).toBe("1.0.0");
    }));
});

describeAgents("the $name agent obeys", (agent) => {
  test.concurrent("lets a rollback pre-empt the update it names, and does not mention that again", () =>
    inLab(agent, {}, async (lab) => {
      const update = lab.sendUpdate();
      let rollback = "";
      lab.onApplied(update, () => {
        rollback = lab.center.send({ type: "rollback", ref: update, from_version: "1.1.0", to_version: "1.0.0" });
      });
      lab.start();
      await lab.center.until(() => rollback !== "", "applied ack");
      expect(await lab.outcomeOf(rollback)).toBe("committed");
      expect(lab.center.answersTo(update)).toEqual(["applied"]);
      expect(await lab.runningVersion()).toBe("1.0.0");
    }));

  test.concurrent("applies a configuration, and takes it back byte for byte without a commit", () =>
    inLab(agent, {}, async (lab) => {
      lab.writeConfig({ setting: 1, note: "written by hand" });
      const before = lab.readConfig();
      const id = lab.center.send({
        type: "config_update",
        from_version: "1.0.0",
        to_version: "1.0.0",
        config: { setting: 5, empty: {} },
        probation_s: 1,
      });
      let meanwhile: unknown;
      lab.onApplied(id, () => {
        meanwhile = JSON.parse(lab.readConfig() ?? "null");
      });
      lab.start();
      expect(await lab.outcomeOf(id)).toBe("fail:no_commit");
      expect(meanwhile).toEqual({ setting: 5, empty: {} });
      expect(lab.readConfig()).toBe(before);
    }));

  test.concurrent("answers ping and restart, and isolates until it is told to start again", () =>
    inLab(agent, {}, async (lab) => {
      const first = [lab.center.send({ type: "ping" }), lab.center.send({ type: "restart" })];
      lab.start();
      for (const id of first) expect(await lab.outcomeOf(id)).toBe("committed");
      const isolate = lab.center.send({ type: "isolate" });
      lab.nudge();
      expect(await lab.outcomeOf(isolate)).toBe("committed");
      expect(lab.center.answers.at(-1)?.data).toMatchObject({ running_version: "", disk_version: "1.0.0" });
      expect(await lab.runningVersion()).toBeNull();
      const restart = lab.center.send({ type: "restart" });
      lab.nudge();
      expect(await lab.outcomeOf(restart)).toBe("committed");
      expect(await lab.runningVersion()).toBe("1.0.0");
    }));
});
