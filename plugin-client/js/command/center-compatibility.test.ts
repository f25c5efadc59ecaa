import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { type BuiltCommand, buildCommit, buildPing, buildPlannedCommand } from "@/lib/delivery/command-payload";
import { COMMAND_PAYLOAD_TYPE, signEnvelope } from "@/lib/delivery/dsse";
import { buildPlan } from "@/lib/delivery/plan";
import type { CommandType } from "@/lib/delivery/types";
import { makeSigner } from "../testing/sign-command.mjs";
import { verifyCommand } from "./verify-command.mjs";

// What Center really builds and signs is what the agent accepts: the two are written apart, on purpose.

const NOW = new Date("2026-11-21T10:00:00.000Z");
const OWN = "019a0000-0000-7000-8000-000000000001";
const OTHER = "019a0000-0000-7000-8000-000000000002";
const ID = "019a0000-0000-7000-8000-000000000003";
const SHA = createHash("sha256").update("bytes").digest("hex");
const center = makeSigner();

function verdictOn({ bytes }: BuiltCommand) {
  const envelope = signEnvelope(COMMAND_PAYLOAD_TYPE, bytes, center);
  return verifyCommand(JSON.parse(JSON.stringify(envelope)), {
    pluginId: OWN,
    trust: { keys: [{ keyid: center.keyid, public_key: center.public_key }], approver_keys: [], threshold: 2 },
    now: NOW.getTime(),
    diskVersion: "1.2.2",
    seenDigest: () => null,
  });
}

function planned(type: CommandType, to: string | null, sha: string | null = null): BuiltCommand {
  const plan = buildPlan({
    type,
    plugin_ids: [OTHER, OWN],
    plugin_key: "demo-pay",
    from_version: "1.2.2",
    to_version: to,
    artifact_sha256: sha,
    policy_version: 3,
    nonce: "0123456789abcdef",
    expires_at: "2026-11-21T14:00:00.000Z",
  });
  return buildPlannedCommand(plan, {
    id: ID,
    pluginId: OWN,
    issuedAt: NOW,
    artifact: sha === null ? undefined : { sha256: sha, length: 5 },
    config: type === "config_update" ? { setting: "é" } : undefined,
  });
}

test.each([
  ["update", planned("update", "1.2.3", SHA)],
  ["rollback", planned("rollback", "1.2.1")],
  ["config_update", planned("config_update", "1.2.2")],
  ["restart", planned("restart", null)],
  ["isolate", planned("isolate", null)],
  ["commit", buildCommit({ id: ID, pluginId: OWN, issuedAt: NOW, ref: OTHER })],
  ["ping", buildPing({ id: ID, pluginId: OWN, issuedAt: NOW })],
])("%s as Center signs it is accepted", (type, command) => {
  expect(verdictOn(command)).toMatchObject({ outcome: "accepted", command: { id: ID, type } });
});
