import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { KILL_LABELS } from "./kill-point.mjs";
import { type AgentLab, inLab } from "./testing/agent-lab";
import { type Behaviour, tinyPlugin } from "./testing/tiny-plugin";

vi.setConfig({ testTimeout: 60_000 });

// Each case: the agent kills itself (SIGKILL) at one labelled step, a new one starts on what is left. However the first died, the disk
// ends whole on the old or the new version, exactly one plugin runs, and Center hears the truth.

const OLD_CONFIG = JSON.stringify({ setting: 1 });
const NEW_CONFIG = JSON.stringify({ setting: 2 }, null, 2);
const isOfRestore = (label: string) => label.startsWith("restore.") || /^journal\.(restoring|finished)/.test(label);
const applyLabels = KILL_LABELS.filter((label) => !isOfRestore(label));
const restoreLabels = KILL_LABELS.filter(isOfRestore);

function withLab(run: (lab: AgentLab) => Promise<void>): Promise<void> {
  return inLab({}, async (lab) => {
    lab.writeConfig({ setting: 1 });
    await run(lab);
  });
}

async function dieAt(lab: AgentLab, label: string): Promise<void> {
  expect(await lab.startAgent(label).ended, `the agent reached ${label}`).toBe("SIGKILL");
}

/** Everything that must hold once it is over. */
async function expectWhole(lab: AgentLab, version: "1.0.0" | "1.1.0", behaviour: Behaviour = "good", config = OLD_CONFIG): Promise<void> {
  await lab.center.until(() => lab.center.beats.at(-1)?.running_version === version, `a beat of ${version}`);
  expect(lab.diskVersion()).toBe(version);
  expect(await lab.runningVersion()).toBe(version);
  expect(lab.readConfig()).toBe(config);
  for (const kept of lab.keptVersions()) {
    const files = tinyPlugin(kept, kept === "1.1.0" ? behaviour : "good");
    const onDisk = Object.keys(files).map((name) => [name, readFileSync(join(lab.dir, "versions", kept, name), "utf8")]);
    expect(Object.fromEntries(onDisk)).toEqual(files);
  }
  expect(lab.pluginPids()).toHaveLength(1);
  expect(lab.journal()).toMatchObject({ attempt: null, good: version });
  expect(readdirSync(join(lab.dir, "staging"))).toEqual([]);
  expect(lab.center.rejected).toEqual([]);
}

describe("kill -9 during an update that would succeed", () => {
  test.concurrent.each(applyLabels)("at %s", (label) =>
    withLab(async (lab) => {
      const id = lab.sendUpdate({ commits: true });
      await dieAt(lab, label);
      lab.startAgent();
      const outcome = await lab.outcomeOf(id);
      expect(outcome).toMatch(/^(committed|fail:interrupted)$/);
      await expectWhole(lab, outcome === "committed" ? "1.1.0" : "1.0.0");
      if (outcome !== "committed") {
        expect(lab.center.answers.at(-1)?.data).toMatchObject({ rolled_back: true, running_version: "1.0.0" });
        expect(lab.center.answersTo(id)).toEqual([outcome]);
      }
    }),
  );
});

describe("kill -9 during a change of configuration", () => {
  test.concurrent.each([
    "journal.accepted.written",
    "journal.accepted",
    "apply.stopped",
    "apply.config",
    "apply.swapped",
    "apply.started",
    "journal.applied.written",
    "journal.applied",
    "journal.committed",
  ])("at %s", (label) =>
    withLab(async (lab) => {
      const id = lab.center.send({ type: "config_update", from_version: "1.0.0", to_version: "1.0.0", config: { setting: 2 } });
      lab.onApplied(id, () => lab.center.send({ type: "commit", ref: id }));
      await dieAt(lab, label);
      lab.startAgent();
      const outcome = await lab.outcomeOf(id);
      expect(outcome).toMatch(/^(committed|fail:interrupted)$/);
      await lab.center.until(() => lab.journal().attempt === null, "an end");
      await expectWhole(lab, "1.0.0", "good", outcome === "committed" ? NEW_CONFIG : OLD_CONFIG);
    }),
  );
});

describe("kill -9 while a crashing candidate is taken back", () => {
  test.concurrent.each(restoreLabels)("at %s", (label) =>
    withLab(async (lab) => {
      const id = lab.sendUpdate({ behaviour: "crashes at boot" });
      await dieAt(lab, label);
      lab.startAgent();
      expect(await lab.outcomeOf(id)).toMatch(/^fail:(crash_at_boot: exit code 3|interrupted)$/);
      await expectWhole(lab, "1.0.0", "crashes at boot");
      expect(new Set(lab.center.answersTo(id)).size).toBe(1);
    }),
  );
});

describe("kill -9 during a rollback that pre-empts an update", () => {
  test.concurrent.each([
    "journal.accepted.written",
    "journal.accepted",
    "apply.stopped",
    "apply.config",
    "apply.swapped",
    "apply.started",
    "journal.committed",
  ])("at %s", (label) =>
    withLab(async (lab) => {
      const update = lab.sendUpdate();
      const first = lab.startAgent();
      await lab.center.until(() => lab.center.answersTo(update).includes("applied"), "applied ack");
      await lab.stopAgent(first); // the probation goes on in the journal
      const rollback = lab.center.send({ type: "rollback", ref: update, from_version: "1.1.0", to_version: "1.0.0" });
      await dieAt(lab, label);
      lab.startAgent();
      expect(await lab.outcomeOf(rollback)).toBe("committed");
      await expectWhole(lab, "1.0.0");
      expect(lab.center.answersTo(update)).toEqual(["applied"]);
    }),
  );
});

describe("kill -9 again and again", () => {
  test.concurrent("also while the crash is being settled", () =>
    withLab(async (lab) => {
      const id = lab.sendUpdate({ commits: true });
      for (const label of ["apply.swapped", "restore.link_made", "restore.started", "journal.finished.written"]) await dieAt(lab, label);
      lab.startAgent();
      expect(await lab.outcomeOf(id)).toBe("fail:interrupted");
      await expectWhole(lab, "1.0.0");
    }));

  test.concurrent("a command whose staging always kills the agent is failed in the end", () =>
    withLab(async (lab) => {
      const id = lab.sendUpdate();
      for (let tries = 0; tries < 3; tries += 1) await dieAt(lab, "stage.mid_unpack");
      lab.startAgent();
      expect(await lab.outcomeOf(id)).toBe("fail:interrupted");
      await expectWhole(lab, "1.0.0");
    }));

  test.concurrent("a probation that survived the agent is taken back by the deadline", () =>
    withLab(async (lab) => {
      const id = lab.sendUpdate({ probation_s: 1 });
      await dieAt(lab, "journal.applied");
      lab.startAgent();
      expect(await lab.outcomeOf(id)).toBe("fail:no_commit");
      await expectWhole(lab, "1.0.0");
    }));
});
