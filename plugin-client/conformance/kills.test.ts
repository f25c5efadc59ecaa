import { describe, expect, test, vi } from "vitest";
import { describeAgents, inLab } from "./testing/agents";
import type { AgentKind, Lab, Trait } from "./testing/lab";

vi.setConfig({ testTimeout: 60_000 });

// Each case: the agent dies by SIGKILL at one labelled step, and is started again on what is left. However it died, what runs and what
// lies on disk is the whole old or the whole new version, and Center hears which.

const OF_UPDATE = [
  "journal.accepted.written",
  "journal.accepted",
  "stage.downloaded",
  "stage.mid_unpack",
  "stage.unpacked",
  "stage.installed",
  "journal.swapping.written",
  "journal.swapping",
  "apply.config",
  "apply.link_made",
  "apply.swapped",
  "apply.healthy",
  "journal.applied.written",
  "journal.applied",
  "answer.sent",
  "journal.committed.written",
  "journal.committed",
];
const OF_RESTORE = [
  "journal.restoring.written",
  "journal.restoring",
  "restore.config",
  "restore.link_made",
  "restore.swapped",
  "restore.healthy",
  "journal.finished.written",
  "journal.finished",
];

async function dieAt(lab: Lab, label: string): Promise<void> {
  expect(await lab.start(label).ended, `the agent reached ${label}`).toBe("SIGKILL");
}

/** Everything that must hold once it is over. */
async function expectWhole(lab: Lab, version: "1.0.0" | "1.1.0", trait: Trait = "good"): Promise<void> {
  lab.nudge();
  await lab.center.until(() => lab.center.beats.at(-1)?.running_version === version, `a beat of ${version}`);
  expect(await lab.runningVersion()).toBe(version);
  expect(lab.filesInPlace()).toEqual(lab.filesOf(version, version === "1.1.0" ? trait : "good"));
  await lab.center.until(() => lab.journal().attempt === null, "an end");
  expect(lab.journal()).toMatchObject({ good: version });
  expect(lab.center.rejected).toEqual([]);
}

function survives(agent: AgentKind, labels: readonly string[], run: (lab: Lab, label: string) => Promise<void>): void {
  test.concurrent.each(labels)("at %s", (label) => inLab(agent, {}, (lab) => run(lab, label)));
}

describeAgents("kill -9 of the $name agent", (agent) => {
  describe("during an update that would succeed", () => {
    survives(agent, OF_UPDATE, async (lab, label) => {
      const id = lab.sendUpdate({ commits: true });
      await dieAt(lab, label);
      lab.start();
      const outcome = await lab.outcomeOf(id);
      expect(outcome).toMatch(/^(?:committed|fail:interrupted)$/);
      await expectWhole(lab, outcome === "committed" ? "1.1.0" : "1.0.0");
      if (outcome !== "committed") expect(lab.center.answers.at(-1)?.data).toMatchObject({ rolled_back: true, running_version: "1.0.0" });
    });
  });

  describe("while a crashing candidate is taken back", () => {
    survives(agent, OF_RESTORE, async (lab, label) => {
      const id = lab.sendUpdate({ trait: "crashes at boot" });
      await dieAt(lab, label);
      lab.start();
      expect(await lab.outcomeOf(id)).toMatch(/^fail:(?:crash_at_boot: .*|interrupted)$/);
      expect(new Set(lab.center.answersTo(id)).size).toBe(1);
      await expectWhole(lab, "1.0.0", "crashes at boot");
    });
  });

  describe("during a rollback that pre-empts an update", () => {
    survives(agent, ["journal.accepted", "apply.config", "apply.link_made", "apply.swapped"], async (lab, label) => {
      const update = lab.sendUpdate();
      let rollback = "";
      lab.onApplied(update, () => {
        rollback = lab.center.send({ type: "rollback", ref: update, from_version: "1.1.0", to_version: "1.0.0" });
      });
      await dieAt(lab, "journal.applied");
      lab.center.onAnswer = null;
      rollback ||= lab.center.send({ type: "rollback", ref: update, from_version: "1.1.0", to_version: "1.0.0" });
      await dieAt(lab, label);
      lab.start();
      expect(await lab.outcomeOf(rollback)).toBe("committed");
      await expectWhole(lab, "1.0.0");
      expect(lab.center.answersTo(update).filter((said) => said !== "applied")).toEqual([]);
    });
  });
});
