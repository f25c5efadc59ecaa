import { expect, test, vi } from "vitest";
import { makeCommand, makeSigner, signEnvelope } from "../js/testing/sign-command.mjs";
import { describeAgents, inLab } from "./testing/agents";
import type { Lab } from "./testing/lab";

vi.setConfig({ testTimeout: 60_000 });

const PEOPLE = ["ada@example.com", "bob@example.com"];
const LONG_AGO = new Date(Date.now() - 60_000).toISOString();

/** An update that is sound in every way but what the case changes. */
function updateOf(lab: Lab, changes: object = {}, planChanges: object = {}) {
  const artifact = lab.center.offer(lab.artifact("1.1.0"));
  const command = { type: "update", plugin_id: lab.center.pluginId, from_version: "1.0.0", to_version: "1.1.0", artifact, ...changes };
  return makeCommand(command, { ...planChanges });
}

/** Each makes a command that is signed by Center itself and must not be obeyed all the same. */
const REFUSED: readonly [string, string, (lab: Lab) => ReturnType<typeof makeCommand>][] = [
  ["for another site", "wrong_plugin", (lab) => updateOf(lab, { plugin_id: "plg_other" })],
  ["that has expired", "expired", (lab) => updateOf(lab, { expires_at: LONG_AGO })],
  ["whose plan has expired", "plan_expired", (lab) => updateOf(lab, {}, { expires_at: LONG_AGO })],
  ["of a type nobody knows", "unknown_type", (lab) => updateOf(lab, { type: "format" })],
  ["without a plan", "no_plan", (lab) => updateOf(lab, { plan: null })],
  ["whose plan has another digest", "plan_digest", (lab) => updateOf(lab, { plan_digest: `sha256:${"0".repeat(64)}` })],
  ["whose plan is for other sites", "plan_target", (lab) => updateOf(lab, {}, { plugin_ids: ["plg_other"] })],
  ["whose plan names another artifact", "plan_artifact", (lab) => updateOf(lab, {}, { artifact_sha256: "0".repeat(64) })],
  ["from a version that is not here", "from_version", (lab) => updateOf(lab, { from_version: "0.9.0" })],
  ["that is an update downwards", "downgrade", (lab) => updateOf(lab, { to_version: "0.9.0" })],
  ["that is a rollback upwards", "not_a_rollback", (lab) => updateOf(lab, { type: "rollback", to_version: "1.2.0" })],
  ["back to what was never kept", "not_kept", (lab) => updateOf(lab, { type: "rollback", to_version: "0.9.0", artifact: null })],
  ["with a configuration that no plan covers", "config", (lab) => updateOf(lab, { config: { setting: 2 } })],
  ["with an artifact elsewhere", "artifact", (lab) => updateOf(lab, { artifact: { url: "/x", sha256: "0".repeat(64), length: 1 } })],
  ["of a major step without people", "quorum", (lab) => updateOf(lab, { to_version: "2.0.0" })],
];

describeAgents("the $name agent", (agent) => {
  test.concurrent.each(REFUSED)("refuses a command %s: %s", (_, reason, make) =>
    inLab(agent, { approvers: PEOPLE }, async (lab) => {
      const command = make(lab);
      lab.center.always.push(signEnvelope(lab.center.signer, command));
      lab.start();
      expect(await lab.outcomeOf(command.id)).toBe(`fail:refused:${reason}`);
      expect(lab.center.answers[0]?.data).toMatchObject({ rolled_back: false, running_version: "1.0.0" });
      expect(lab.filesInPlace()).toEqual(lab.filesOf("1.0.0"));
    }),
  );

  test.concurrent("ignores what Center did not sign, answers nothing and counts it", () =>
    inLab(agent, {}, async (lab) => {
      lab.center.always.push(signEnvelope(makeSigner(), updateOf(lab)), { payloadType: "nonsense" }, null);
      lab.start();
      await lab.center.until(() => lab.center.beats.length > 0, "a beat");
      lab.nudge();
      await lab.center.until(() => (lab.center.beats.at(-1)?.telemetry.refused_commands ?? 0) >= 3, "the count in a beat");
      expect(lab.center.answers).toEqual([]);
      expect(await lab.runningVersion()).toBe("1.0.0");
    }));

  test.concurrent("obeys a command that is replayed once, and answers the same bytes again", () =>
    inLab(agent, {}, async (lab) => {
      const command = updateOf(lab);
      lab.center.always.push(signEnvelope(lab.center.signer, command));
      lab.onApplied(command.id, () => lab.center.send({ type: "commit", ref: command.id }));
      lab.start();
      expect(await lab.outcomeOf(command.id)).toBe("committed");
      const said = lab.center.answers.length;
      lab.nudge();
      await lab.center.until(() => lab.center.answers.length > said, "the answer once more");
      const committed = lab.center.answers.filter(({ data }) => data.stage === "committed");
      expect(new Set(committed.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await lab.runningVersion()).toBe("1.1.0");
    }));

  test.concurrent.each([
    ["two people", PEOPLE, "committed"],
    ["one person", PEOPLE.slice(0, 1), "fail:refused:quorum"],
  ])("takes a major step signed by %s: %s", (_, approvedBy, outcome) =>
    inLab(agent, { approvers: PEOPLE }, async (lab) => {
      const artifact = lab.center.offer(lab.artifact("2.0.0"));
      const id = lab.sendUpdate({ to_version: "2.0.0", artifact, approvedBy, commits: true });
      lab.start();
      expect(await lab.outcomeOf(id)).toBe(outcome);
      expect(await lab.runningVersion()).toBe(outcome === "committed" ? "2.0.0" : "1.0.0");
    }),
  );
});

describeAgents("the $name agent, later", (agent) => {
  test.concurrent("carries nothing out that is fetched again after its expiry: what it answered before is said again", () =>
    inLab(agent, {}, async (lab) => {
      const expiresAt = Date.now() + 20_000;
      const command = updateOf(lab, { expires_at: new Date(expiresAt).toISOString() });
      lab.center.always.push(signEnvelope(lab.center.signer, command));
      lab.onApplied(command.id, () => lab.center.send({ type: "commit", ref: command.id }));
      lab.start();
      expect(await lab.outcomeOf(command.id)).toBe("committed");
      await vi.waitUntil(() => Date.now() >= expiresAt, { timeout: 30_000 });
      const said = lab.center.answers.length;
      lab.nudge();
      await lab.center.until(() => lab.center.answers.length > said, "the answer once more");
      const stages = new Set(lab.center.answers.slice(said).map(({ data }) => data.stage));
      expect([...stages]).toEqual(["committed"]);
      expect(await lab.runningVersion()).toBe("1.1.0");
    }));
});
