import { randomBytes, randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { openSigningKeys } from "@/lib/access/sealing/signing-keys";
import { readTrust, type TrustDocument } from "@/lib/access/trust";
import { APPROVAL_PAYLOAD_TYPE, type SigningKey, signEnvelope } from "@/lib/delivery/dsse";
import { buildPlan, type Plan } from "@/lib/delivery/plan";
import { buildTrust, TRUST_PAYLOAD_TYPE } from "@/lib/delivery/quorum/trust-document";
import { makeSigningKey, openSigningKey, type StoredSigningKey } from "@/lib/delivery/signing-key";
import type { Envelope } from "@/lib/delivery/types";
import { read } from "@/lib/platform/scope";
import { AgentLab } from "@/plugin-client/js/testing/agent-lab";
import { tinyArtifact } from "@/plugin-client/js/testing/tiny-plugin";
import { setPolicy } from "@/test/loop/make-shop";
import { Approver, inForce } from "./approver";

vi.setConfig({ testTimeout: 120_000 });

// Somebody has Center: its command keys, opened by its master key, and its database as owner. The agents are real ones whose merchants pinned
// Ada's and Bob's keys. Whatever is forged, nothing that needs a quorum is installed, and nobody else is trusted.

const APPROVERS = () => [ada, bob];
let ada: Approver;
let bob: Approver;
/** What merchants pinned while Center was honest. */
let pinned: TrustDocument;
/** Center's own command key, as the thief holds it. */
let stolen: SigningKey;
/** Keys that the thief made. */
const forged: readonly StoredSigningKey[] = [makeSigningKey(randomBytes(32)), makeSigningKey(randomBytes(32))];

beforeAll(async () => {
  await setPolicy({ whitelist: [], staging_required: false, required_signatures: 2 });
  [ada, bob] = [await Approver.make("ada"), await Approver.make("bob")];
  await inForce([ada, bob]);
  pinned = await readTrust(new Date());
  const [key] = await read({ kind: "set", ids: [] }, (tx) => openSigningKeys(tx, "command"));
  stolen = key as SigningKey;
});

const later = () => new Date(Date.now() + 3_600_000).toISOString();
const planFor = (lab: AgentLab, sha256: string, version: string): Plan =>
  buildPlan({
    type: "update",
    plugin_ids: [lab.center.pluginId],
    plugin_key: "tiny",
    from_version: "1.0.0",
    to_version: version,
    artifact_sha256: sha256,
    policy_version: 1,
    nonce: randomUUID(),
    expires_at: later(),
  });
const approvalBy = (key: SigningKey, plan: Plan, approver: string): Envelope =>
  signEnvelope(APPROVAL_PAYLOAD_TYPE, Buffer.from(JSON.stringify({ plan_digest: plan.digest, approver, expires_at: later() })), key);

/** A merchant whose agent trusts Center's command key, and Ada and Bob. */
async function withAgent(run: (lab: AgentLab) => Promise<void>): Promise<void> {
  const lab = await AgentLab.create({ pluginId: randomUUID(), nextHeartbeatSeconds: 5, agent: { trust: pinned } });
  try {
    await run(lab);
  } finally {
    await lab.close();
  }
}

/** Gives out a command under Center's real key, whatever it says. @returns its id */
function order(lab: AgentLab, plan: Plan, quorum: readonly Envelope[], artifact: unknown): string {
  const payload = {
    id: randomUUID(),
    type: plan.document.type,
    plugin_id: lab.center.pluginId,
    from_version: plan.document.from_version,
    to_version: plan.document.to_version,
    artifact,
    config: null,
    ref: null,
    probation_s: 180,
    not_before: new Date().toISOString(),
    issued_at: new Date().toISOString(),
    expires_at: later(),
    plan: plan.bytes.toString("base64"),
    plan_digest: plan.digest,
    quorum,
  };
  lab.center.always.push(signEnvelope("application/vnd.reliability.command+json", Buffer.from(JSON.stringify(payload)), stolen));
  return payload.id;
}

type Forgery = readonly [what: string, quorum: (plan: Plan) => readonly Envelope[]];
const openForged = (index: 0 | 1) => openSigningKey(forged[index] as StoredSigningKey);
const FORGERIES: readonly Forgery[] = [
  ["no signature at all", () => []],
  ["Center's own key, in the approvers' names", (plan) => APPROVERS().map(({ email }) => approvalBy(stolen, plan, email))],
  [
    "made-up keys, in the approvers' names",
    (plan) => APPROVERS().map(({ email }, index) => approvalBy(openForged(index as 0 | 1), plan, email)),
  ],
  [
    "made-up signatures under the approvers' key ids",
    (plan) =>
      APPROVERS().map(({ email, key }, index) => {
        const { signatures, ...rest } = approvalBy(openForged(index as 0 | 1), plan, email);
        return { ...rest, signatures: signatures.map(({ sig }) => ({ keyid: key.keyid, sig })) };
      }),
  ],
  ["one real approval, twice", (plan) => [ada.approval(plan.digest, later()), ada.approval(plan.digest, later())]],
  [
    "one real approval, and one of it in the other's name",
    (plan) => [ada.approval(plan.digest, later()), ada.approval(plan.digest, later(), { approver: bob.email })],
  ],
  ["one real approval beside a made-up one", (plan) => [ada.approval(plan.digest, later()), approvalBy(openForged(0), plan, bob.email)]],
  ["both approvers' real approvals of another plan", () => APPROVERS().map((one) => one.approval(`sha256:${"1".repeat(64)}`, later()))],
  [
    "both approvers' real approvals that have run out",
    (plan) => APPROVERS().map((one) => one.approval(plan.digest, new Date(Date.now() - 1_000))),
  ],
  [
    "both approvers' signatures under a trust document",
    (plan) => APPROVERS().map((one) => ({ ...one.trustSignature(plan.bytes.toString("base64")) })),
  ],
];

describe("orders under Center's own command key", () => {
  test("none of them installs a major version, and the agent says why", () =>
    withAgent(async (lab) => {
      const artifact = lab.center.offer(tinyArtifact("2.0.0"));
      const sent = FORGERIES.map(([what, quorum]) => {
        const plan = planFor(lab, artifact.sha256, "2.0.0");
        return { what, id: order(lab, plan, quorum(plan), artifact) };
      });
      lab.startAgent();
      await lab.center.until(() => sent.every(({ id }) => lab.center.answersTo(id).length > 0), "an answer to each forgery");
      for (const { what, id } of sent) expect(lab.center.answersTo(id), what).toEqual(["fail:refused:quorum"]);
      expect(lab.diskVersion()).toBe("1.0.0");
      expect(lab.keptVersions()).toEqual(["1.0.0"]);
      expect(lab.starts()).toEqual(["1.0.0"]);

      // The very same order with both real signatures goes through, so it was they that were missing.
      lab.center.always = [];
      const plan = planFor(lab, artifact.sha256, "2.0.0");
      const id = order(
        lab,
        plan,
        APPROVERS().map((one) => one.approval(plan.digest, later())),
        artifact,
      );
      await lab.center.until(() => lab.center.answersTo(id).includes("applied"), "the honest order");
    }));

  test("nor another way to the same bytes: a plan that calls it minor, a rollback that brings them, a configuration", () =>
    withAgent(async (lab) => {
      const artifact = lab.center.offer(tinyArtifact("2.0.0"));
      const plan = planFor(lab, artifact.sha256, "2.0.0");
      const minor = buildPlan({ ...plan.document, to_version: "1.9.9" });
      const back = buildPlan({ ...plan.document, type: "rollback", to_version: "0.9.0" });
      const ids = [order(lab, minor, [], artifact), order(lab, back, [], artifact)];
      lab.startAgent();
      await lab.center.until(() => ids.every((id) => lab.center.answersTo(id).length > 0), "an answer to each");
      // The package itself says 2.0.0, and a package that is not what the plan calls it is not installed.
      expect(lab.center.answersTo(ids[0] as string)[0]).toMatch(/^fail:/);
      expect(lab.center.answersTo(ids[1] as string)).toEqual(["fail:refused:quorum"]);
      expect(lab.diskVersion()).toBe("1.0.0");
    }));

  test("no document that Center could make changes whom the agent trusts", () =>
    withAgent(async (lab) => {
      const thieves = [ada.email, bob.email].map((approver, index) => ({
        keyid: forged[index]?.keyid ?? "",
        public_key: forged[index]?.publicKey ?? "",
        approver,
      }));
      const { bytes } = buildTrust({ version: pinned.version + 1, approver_keys: thieves, threshold: 1 });
      const sign = (...keys: SigningKey[]) => signEnvelope(TRUST_PAYLOAD_TYPE, bytes, ...keys);
      const [mine] = ada.trustSignature(bytes.toString("base64")).signatures;
      const byAda = { ...sign(stolen), signatures: [mine, ...sign(stolen, openForged(0), openForged(1)).signatures] };
      const renamed = {
        ...sign(openForged(0), openForged(1)),
        signatures: sign(openForged(0), openForged(1)).signatures.map(({ sig }, index) => ({
          keyid: APPROVERS()[index]?.key.keyid ?? "",
          sig,
        })),
      };
      for (const document of [sign(stolen), sign(openForged(0), openForged(1)), byAda, renamed]) {
        lab.center.trustDocuments = [document];
        const agent = lab.startAgent();
        const beat = await lab.nextBeat(({ telemetry }) => Number(telemetry.refused_commands) > 0, "a refused document");
        expect(beat.telemetry.trust_version).toBe(pinned.version);
        await lab.stopAgent(agent);
      }
      const artifact = lab.center.offer(tinyArtifact("2.0.0"));
      const plan = planFor(lab, artifact.sha256, "2.0.0");
      const id = order(lab, plan, [approvalBy(openForged(0), plan, ada.email), approvalBy(openForged(1), plan, bob.email)], artifact);
      lab.startAgent();
      await lab.center.until(() => lab.center.answersTo(id).length > 0, "an answer");
      expect(lab.center.answersTo(id)).toEqual(["fail:refused:quorum"]);
    }));
});
