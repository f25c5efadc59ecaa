import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { TRUST_KILL_LABELS } from "./kill-point.mjs";
import { type AgentLab, inLab } from "./testing/agent-lab";
import { makeSigner, signTrust } from "./testing/sign-command.mjs";
import { tinyArtifact } from "./testing/tiny-plugin";

vi.setConfig({ testTimeout: 60_000 });

// Real agent processes: who may change whom an agent trusts, and what a crash leaves of it.

const cleo = { ...makeSigner(), approver: "cleo@example.com" };
const dan = { ...makeSigner(), approver: "dan@example.com" };
const OPTIONS = { approvers: ["ada@example.com", "bob@example.com"], threshold: 2, nextHeartbeatSeconds: 5 };

const plain = ({ keyid, public_key, approver }: typeof cleo) => ({ keyid, public_key, approver });
const documentOf = (version: number, people: readonly (typeof cleo)[], threshold = 2) => ({
  version,
  approver_keys: people.map(plain),
  threshold,
});

/** Gives a document out with every beat from now on. */
function offer(lab: AgentLab, signers: readonly (typeof cleo)[], document: ReturnType<typeof documentOf>): void {
  lab.center.trustDocuments.push(signTrust(signers, document));
}
const hasVersion = (lab: AgentLab, version: number) =>
  lab.nextBeat(({ telemetry }) => telemetry.trust_version === version, `trust version ${version}`);

/** A major update under somebody's signatures. */
function sendMajor(lab: AgentLab, approvedBy: readonly string[]): string {
  const artifact = lab.center.offer(tinyArtifact("2.0.0"));
  const id = lab.center.send({ type: "update", from_version: "1.0.0", to_version: "2.0.0", artifact, approvedBy: [...approvedBy] });
  lab.onApplied(id, () => lab.center.send({ type: "commit", ref: id }));
  return id;
}

test.concurrent("new approvers are taken under the old ones' signatures, count from then on, and over restarts", () =>
  inLab(OPTIONS, async (lab) => {
    const [ada, bob] = lab.center.approvers as [typeof cleo, typeof cleo];
    const agent = lab.startAgent();
    await hasVersion(lab, 0);
    offer(lab, [ada, bob], documentOf(1, [ada, cleo, dan]));
    await hasVersion(lab, 1);
    expect(await lab.stopAgent(agent)).toBe(0);

    // Center gives out older and forged ones from now on; the one on disk stays.
    lab.center.trustDocuments = [
      signTrust([ada, bob], documentOf(1, [ada, bob])),
      signTrust([lab.center.signer as never], documentOf(2, [dan, cleo], 1)),
    ];
    lab.startAgent();
    await hasVersion(lab, 1);
    expect(await lab.outcomeOf(sendMajor(lab, ["ada@example.com", "bob@example.com"]))).toBe("fail:refused:quorum");
    lab.center.approvers = [ada, cleo];
    expect(await lab.outcomeOf(sendMajor(lab, ["ada@example.com", "cleo@example.com"]))).toBe("committed");
    expect(lab.diskVersion()).toBe("2.0.0");
  }));

test.concurrent("several documents in one answer are taken one after the other", () =>
  inLab(OPTIONS, async (lab) => {
    const [ada, bob] = lab.center.approvers as [typeof cleo, typeof cleo];
    offer(lab, [ada, bob], documentOf(1, [bob, cleo]));
    offer(lab, [bob, cleo], documentOf(2, [cleo, dan]));
    lab.startAgent();
    await hasVersion(lab, 2);
  }));

test.concurrent("an agent whose merchant pinned nobody says no version, and believes no document", () =>
  inLab({ nextHeartbeatSeconds: 5 }, async (lab) => {
    lab.center.trustDocuments = [signTrust([cleo, dan], documentOf(1, [cleo, dan]))];
    lab.startAgent();
    const beat = await lab.nextBeat(({ telemetry }) => Number(telemetry.refused_commands) > 0, "a refused document");
    expect(beat.telemetry.trust_version).toBeUndefined();
  }));

test.concurrent("what the merchant writes by hand counts, whatever was learned before", () =>
  inLab(OPTIONS, async (lab) => {
    const [ada, bob] = lab.center.approvers as [typeof cleo, typeof cleo];
    offer(lab, [ada, bob], documentOf(1, [cleo, dan]));
    const agent = lab.startAgent();
    await hasVersion(lab, 1);
    await lab.stopAgent(agent);

    const file = join(lab.dir, "agent.json");
    const config = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, JSON.stringify({ ...config, trust: { ...config.trust, threshold: 1 } }));
    lab.center.trustDocuments = [];
    lab.startAgent();
    await hasVersion(lab, 0);
    expect(await lab.outcomeOf(sendMajor(lab, ["bob@example.com"]))).toBe("committed");
  }));

test.concurrent.each(TRUST_KILL_LABELS)("killed at %s, the next agent has the old trust or the new one, whole", (label) =>
  inLab(OPTIONS, async (lab) => {
    const [ada, bob] = lab.center.approvers as [typeof cleo, typeof cleo];
    offer(lab, [ada, bob], documentOf(1, [ada, cleo]));
    expect(await lab.startAgent(label).ended).toBe("SIGKILL");
    const documents = lab.center.trustDocuments;
    lab.center.trustDocuments = [];
    lab.startAgent();
    await hasVersion(lab, label === "trust.kept" ? 1 : 0);
    lab.center.trustDocuments = documents;
    if (label !== "trust.kept") await hasVersion(lab, 1);
    offer(lab, [ada, cleo], documentOf(2, [cleo, dan]));
    await hasVersion(lab, 2);
  }),
);
