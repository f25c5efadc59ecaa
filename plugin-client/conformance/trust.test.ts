import { expect, test, vi } from "vitest";
import { makeCommand, makeSigner, signApproval, signEnvelope, signTrust } from "../js/testing/sign-command.mjs";
import { describeAgents, inLab } from "./testing/agents";
import type { Lab } from "./testing/lab";

vi.setConfig({ testTimeout: 90_000 });

// Whom an agent trusts, and what somebody who holds Center with its keys can make of that: the same for every agent.

const OPTIONS = { approvers: ["ada@example.com", "bob@example.com"], threshold: 2, nextHeartbeatSeconds: 5 };
const named = (approver: string) => ({ ...makeSigner(), approver });
type Person = ReturnType<typeof named>;

const plain = ({ keyid, public_key, approver }: Person) => ({ keyid, public_key, approver });
const documentOf = (version: number, people: readonly Person[], threshold = 2) => ({
  version,
  approver_keys: people.map(plain),
  threshold,
});
const later = () => new Date(Date.now() + 3_600_000).toISOString();

/** Waits until the agent says that it has a version. */
async function has(lab: Lab, version: number): Promise<void> {
  lab.nudge();
  await lab.center.until(() => lab.center.beats.at(-1)?.telemetry.trust_version === version, `trust version ${version}`);
}

/** An order under Center's own key, a major unless said otherwise, with whatever quorum. @returns its id */
function orderMajor(lab: Lab, quorumOf: (digest: string) => readonly unknown[], to = "2.0.0"): string {
  const artifact = lab.center.offer(lab.artifact(to));
  const command = makeCommand({ type: "update", plugin_id: lab.center.pluginId, from_version: "1.0.0", to_version: to, artifact });
  lab.center.always.push(signEnvelope(lab.center.signer, { ...command, quorum: quorumOf(String(command.plan_digest)) }));
  return command.id;
}
const yes = (signer: Person, digest: string, changes: object = {}) =>
  signApproval(signer, { plan_digest: digest, approver: signer.approver, expires_at: later(), ...changes });

/** What somebody can put together who has Center's own keys, and perhaps one approver's. */
const FORGERIES: readonly [string, (lab: Lab, digest: string) => readonly unknown[]][] = [
  ["no signature", () => []],
  [
    "Center's key in both names",
    ({ center }, digest) => center.approvers.map(({ approver }) => yes({ ...center.signer, approver }, digest)),
  ],
  ["made-up keys in both names", ({ center }, digest) => center.approvers.map(({ approver }) => yes(named(approver), digest))],
  [
    "made-up signatures under both key ids",
    ({ center }, digest) => center.approvers.map(({ approver, keyid }) => yes({ ...named(approver), keyid }, digest)),
  ],
  ["one approver twice", ({ center }, digest) => [0, 1].map(() => yes(center.approvers[0] as Person, digest))],
  [
    "one approver's key in two names",
    ({ center }, digest) => center.approvers.map(({ approver }) => yes({ ...(center.approvers[0] as Person), approver }, digest)),
  ],
  ["real signatures of another plan", ({ center }) => center.approvers.map((one) => yes(one, `sha256:${"0".repeat(64)}`))],
  [
    "real signatures that ran out",
    ({ center }, digest) => center.approvers.map((one) => yes(one, digest, { expires_at: new Date(0).toISOString() })),
  ],
];

describeAgents("the $name agent", (agent) => {
  test.concurrent("takes new approvers under the old ones' signatures, and counts them from then on", () =>
    inLab(agent, OPTIONS, async (lab) => {
      const [ada, bob] = lab.center.approvers as [Person, Person];
      const cleo = named("cleo@example.com");
      lab.start();
      await has(lab, 0);
      lab.center.trustDocuments = [signTrust([ada, bob], documentOf(1, [ada, cleo]))];
      await has(lab, 1);
      const before = orderMajor(lab, (digest) => [ada, bob].map((one) => yes(one, digest)));
      lab.nudge();
      expect(await lab.outcomeOf(before)).toBe("fail:refused:quorum");
      const after = orderMajor(lab, (digest) => [ada, cleo].map((one) => yes(one, digest)));
      lab.onApplied(after, () => lab.center.send({ type: "commit", ref: after }));
      lab.nudge();
      expect(await lab.outcomeOf(after)).toBe("committed");
    }));

  test.concurrent("believes no document that Center could make, and goes back to none", () =>
    inLab(agent, OPTIONS, async (lab) => {
      const [ada, bob] = lab.center.approvers as [Person, Person];
      const thieves = [named("ada@example.com"), named("bob@example.com")];
      const wanted = documentOf(2, thieves, 1);
      const center = { ...lab.center.signer, approver: "center@example.com" };
      lab.start();
      lab.center.trustDocuments = [signTrust([ada, bob], documentOf(1, [ada, bob]))];
      await has(lab, 1);
      lab.center.trustDocuments = [
        signTrust([center], wanted),
        signTrust(thieves, wanted),
        signTrust([ada, center, ...thieves], wanted),
        signTrust([ada, ada], wanted),
        signTrust([ada, bob], documentOf(1, thieves, 1)),
        signTrust([ada, bob], documentOf(3, thieves, 1)),
        signTrust([ada, bob], documentOf(2, [ada, bob], 3)),
        signTrust([ada, bob], { ...documentOf(2, [ada, bob]), keys: [] }),
        { ...signTrust([ada, bob], documentOf(1, [ada, bob])), payload: Buffer.from(JSON.stringify(wanted)).toString("base64") },
      ];
      const count = lab.center.trustDocuments.length;
      lab.nudge();
      await lab.center.until(() => (lab.center.beats.at(-1)?.telemetry.refused_commands ?? 0) >= count, "all of them refused");
      expect(lab.center.beats.at(-1)?.telemetry.trust_version).toBe(1);
      const id = orderMajor(lab, (digest) => thieves.map((one) => yes(one, digest)));
      lab.nudge();
      expect(await lab.outcomeOf(id)).toBe("fail:refused:quorum");
      expect(lab.filesInPlace()).toEqual(lab.filesOf("1.0.0"));
    }));

  test.concurrent("trusts nobody whom its merchant did not pin", () =>
    inLab(agent, { nextHeartbeatSeconds: 5 }, async (lab) => {
      const people = [named("ada@example.com"), named("bob@example.com")];
      lab.center.trustDocuments = [signTrust(people, documentOf(1, people))];
      lab.start();
      await lab.center.until(() => lab.center.beats.length > 0, "a beat");
      lab.nudge();
      await lab.center.until(() => (lab.center.beats.at(-1)?.telemetry.refused_commands ?? 0) >= 1, "the refused document");
      expect(lab.center.beats.at(-1)?.telemetry.trust_version).toBeUndefined();
    }));
});

describeAgents("the $name agent, with Center's own keys in somebody else's hands", (agent) => {
  test.concurrent.each(FORGERIES)("installs nothing that needs people: %s", (_what, quorumOf) =>
    inLab(agent, OPTIONS, async (lab) => {
      const id = orderMajor(lab, (digest) => quorumOf(lab, digest));
      lab.start();
      expect(await lab.outcomeOf(id)).toBe("fail:refused:quorum");
      expect(lab.filesInPlace()).toEqual(lab.filesOf("1.0.0"));
      expect(await lab.runningVersion()).toBe("1.0.0");
    }),
  );

  test.concurrent("nor anything at all where its merchant wants people for all: a patch, and a configuration that no plan covers", () =>
    inLab(agent, { ...OPTIONS, quorumFor: "all" }, async (lab) => {
      const orders = [...FORGERIES.map(([, quorumOf]) => quorumOf), () => []].map((quorumOf) =>
        orderMajor(lab, (digest) => quorumOf(lab, digest), "1.0.1"),
      );
      const config = makeCommand({ type: "config_update", plugin_id: lab.center.pluginId, from_version: "1.0.0", config: { a: 1 } });
      const signed = lab.center.approvers.map((one) => yes(one, String(config.plan_digest)));
      lab.center.always.push(signEnvelope(lab.center.signer, { ...config, quorum: signed }));
      lab.start();
      for (const id of [...orders, config.id]) expect(await lab.outcomeOf(id)).toBe("fail:refused:quorum");
      expect(lab.filesInPlace()).toEqual(lab.filesOf("1.0.0"));
      expect(lab.readConfig()).toBeNull();
      lab.center.always.length = 0;
      const agreed = orderMajor(lab, (digest) => lab.center.approvers.map((one) => yes(one, digest)), "1.0.1");
      lab.onApplied(agreed, () => lab.center.send({ type: "commit", ref: agreed }));
      lab.nudge();
      expect(await lab.outcomeOf(agreed)).toBe("committed");
    }));
});
