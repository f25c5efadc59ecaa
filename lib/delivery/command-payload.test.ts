import { describe, expect, test } from "vitest";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { verifyCommand } from "@/plugin-client/js/command/verify-command.mjs";
import { type BuiltCommand, buildCommit, buildPing, buildPlannedCommand, type CommandOrder, commandPayloadSchema } from "./command-payload";
import { APPROVAL_PAYLOAD_TYPE, COMMAND_PAYLOAD_TYPE, signEnvelope } from "./dsse";
import { buildPlan, planDigest } from "./plan";
import { makeSigningKey, openSigningKey } from "./signing-key";
import type { PlanDocument } from "./types";

const NOW = new Date("2026-11-21T10:00:00.000Z");
const PLUGIN = "0190b6a0-1111-7000-8000-000000000001";
const NEIGHBOUR = "0190b6a0-1111-7000-8000-000000000002";
const COMMAND = "0190b6a0-2222-7000-8000-000000000001";
const ARTIFACT = { sha256: sha256Hex("artifact"), length: 8 };

const center = makeSigningKey(new Uint8Array(32).fill(1));
const approvers = [2, 3].map((value) => ({ approver: `approver-${value}@example.com`, ...makeSigningKey(new Uint8Array(32).fill(value)) }));
const TRUST = {
  keys: [{ keyid: center.keyid, public_key: center.publicKey }],
  approver_keys: approvers.map(({ approver, keyid, publicKey }) => ({ approver, keyid, public_key: publicKey })),
  threshold: 2,
};

function plan(changes: Partial<PlanDocument> = {}) {
  return buildPlan({
    type: "update",
    plugin_ids: [PLUGIN],
    plugin_key: "demo-pay",
    from_version: "1.2.2",
    to_version: "1.2.3",
    artifact_sha256: ARTIFACT.sha256,
    policy_version: 7,
    nonce: "0123456789abcdef",
    expires_at: new Date(NOW.getTime() + 3_600_000).toISOString(),
    ...changes,
  });
}

function order(changes: Partial<CommandOrder> = {}): CommandOrder {
  return { id: COMMAND, pluginId: PLUGIN, artifact: ARTIFACT, issuedAt: NOW, ...changes };
}

/** What the agent beside the plugin says to a command of ours. */
function agentSays(built: BuiltCommand, context: { pluginId?: string; diskVersion?: string; now?: Date } = {}) {
  return verifyCommand(signEnvelope(COMMAND_PAYLOAD_TYPE, built.bytes, openSigningKey(center)), {
    pluginId: context.pluginId ?? PLUGIN,
    trust: TRUST,
    now: (context.now ?? NOW).getTime(),
    diskVersion: context.diskVersion ?? "1.2.2",
    seenDigest: () => null,
  });
}

function approvalsFor(digest: string) {
  return approvers.map((approver) => {
    const document = { plan_digest: digest, approver: approver.approver, expires_at: new Date(NOW.getTime() + 60_000).toISOString() };
    return signEnvelope(APPROVAL_PAYLOAD_TYPE, Buffer.from(JSON.stringify(document)), openSigningKey(approver));
  });
}

describe("a plan", () => {
  test("has the same bytes and digest for the same targets in any order", () => {
    const [one, other] = [plan({ plugin_ids: [NEIGHBOUR, PLUGIN] }), plan({ plugin_ids: [PLUGIN, NEIGHBOUR, PLUGIN] })];
    expect(one.digest).toBe(other.digest);
    expect(one.digest).toBe(planDigest(one.bytes));
    expect(one.bytes.toString()).toMatch(/^\{"artifact_sha256":.*"type":"update"\}$/);
  });

  test.each<[string, Partial<PlanDocument>]>([
    ["type", { type: "rollback" }],
    ["targets", { plugin_ids: [NEIGHBOUR] }],
    ["plugin", { plugin_key: "other-pay" }],
    ["from", { from_version: "1.2.1" }],
    ["to", { to_version: "1.2.4" }],
    ["artifact", { artifact_sha256: sha256Hex("swapped") }],
    ["policy version", { policy_version: 8 }],
    ["nonce", { nonce: "0123456789abcdee" }],
    ["expiry", { expires_at: "2026-11-22T00:00:00.000Z" }],
  ])("safety case 3: another %s is another digest", (_name, change) => {
    expect(plan(change).digest).not.toBe(plan().digest);
  });

  test.each<[string, Partial<PlanDocument>]>([
    ["no target", { plugin_ids: [] }],
    ["a target that is no id", { plugin_ids: ["*"] }],
    ["a short nonce", { nonce: "1" }],
    ["a digest that is none", { artifact_sha256: "../x" }],
  ])("with %s is not built", (_name, change) => {
    expect(() => plan(change)).toThrow();
  });
});

describe("the agent accepts", () => {
  test("an update", () => {
    expect(agentSays(buildPlannedCommand(plan(), order()))).toMatchObject({
      outcome: "accepted",
      command: { id: COMMAND, type: "update", to_version: "1.2.3", probation_s: 180, plugin_key: "demo-pay" },
    });
  });

  test.each<[string, Partial<PlanDocument>, Partial<CommandOrder>]>([
    [
      "a rollback that pre-empts an update",
      { type: "rollback", to_version: "1.2.1", artifact_sha256: null },
      { artifact: undefined, ref: NEIGHBOUR },
    ],
    [
      "a change of configuration",
      { type: "config_update", to_version: null, artifact_sha256: null },
      { artifact: undefined, config: { retries: 3 } },
    ],
    ["a restart", { type: "restart", to_version: null, artifact_sha256: null }, { artifact: undefined }],
    ["an isolation", { type: "isolate", to_version: null, artifact_sha256: null }, { artifact: undefined }],
  ])("%s", (_name, planned, ordered) => {
    const says = agentSays(buildPlannedCommand(plan(planned), order(ordered)));
    expect(says).toMatchObject({ outcome: "accepted", command: { type: planned.type } });
  });

  test("a commit and a ping, which carry no plan", () => {
    const commit = buildCommit({ ...order({ artifact: undefined }), ref: NEIGHBOUR });
    expect(commit.payload).toMatchObject({ plan: null, plan_digest: null, ref: NEIGHBOUR });
    expect(agentSays(commit)).toMatchObject({ outcome: "accepted", command: { type: "commit", ref: NEIGHBOUR } });
    expect(agentSays(buildPing(order({ artifact: undefined })))).toMatchObject({ outcome: "accepted", command: { type: "ping" } });
  });

  test("a major update with the approvers' signatures over this very plan", () => {
    const major = plan({ to_version: "2.0.0" });
    expect(agentSays(buildPlannedCommand(major, order({ quorum: approvalsFor(major.digest) })))).toMatchObject({ outcome: "accepted" });
  });
});

describe("the agent refuses", () => {
  test.each([
    ["another plugin's command", () => agentSays(buildPlannedCommand(plan(), order()), { pluginId: NEIGHBOUR }), "wrong_plugin"],
    ["an expired command", () => agentSays(buildPlannedCommand(plan(), order()), { now: new Date(NOW.getTime() + 1_800_000) }), "expired"],
    ["an update from another version", () => agentSays(buildPlannedCommand(plan(), order()), { diskVersion: "1.2.1" }), "from_version"],
    ["a major update without a quorum", () => agentSays(buildPlannedCommand(plan({ to_version: "2.0.0" }), order())), "quorum"],
    [
      "a major update with signatures over another plan",
      () => agentSays(buildPlannedCommand(plan({ to_version: "2.0.0" }), order({ quorum: approvalsFor(plan().digest) }))),
      "quorum",
    ],
  ] as const)("%s", (_name, say, reason) => {
    expect(say()).toMatchObject({ outcome: "refused", reason });
  });
});

describe("a command that no agent would accept is not built", () => {
  test.each<[string, () => BuiltCommand]>([
    ["for a plugin that is not a target", () => buildPlannedCommand(plan(), order({ pluginId: NEIGHBOUR }))],
    ["with another artifact", () => buildPlannedCommand(plan(), order({ artifact: { sha256: sha256Hex("swapped"), length: 8 } }))],
    ["without its artifact", () => buildPlannedCommand(plan(), order({ artifact: undefined }))],
    ["larger than an artifact may be", () => buildPlannedCommand(plan(), order({ artifact: { ...ARTIFACT, length: 1e9 } }))],
    ["that ends before it begins", () => buildPlannedCommand(plan(), order({ expiresAt: NOW }))],
    [
      "of configuration without one",
      () => buildPlannedCommand(plan({ type: "config_update", artifact_sha256: null }), order({ artifact: undefined })),
    ],
    ["of anything else with a configuration, which no digest covers", () => buildPlannedCommand(plan(), order({ config: { retries: 3 } }))],
    [
      "of a restart with one",
      () =>
        buildPlannedCommand(plan({ type: "restart", to_version: null, artifact_sha256: null }), order({ artifact: undefined, config: {} })),
    ],
  ])("%s", (_name, build) => {
    expect(build).toThrow();
  });

  test("plan and digest go together", () => {
    const { payload } = buildPlannedCommand(plan(), order());
    for (const change of [{ plan: null }, { plan_digest: null }, { plan_digest: `sha256:${"0".repeat(64)}` }, { type: "commit" }]) {
      expect(commandPayloadSchema.safeParse({ ...payload, ...change }).success).toBe(false);
    }
  });
});
