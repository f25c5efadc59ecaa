import { execFileSync } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isGenuineNotification } from "@/examples/shop/fleet/verify-notification.mjs";
import { couldBeSigned, verifySignature } from "@/lib/access/credentials/standard-webhooks";
import { COMMAND_PAYLOAD_TYPE, verifyEnvelope } from "@/lib/delivery/dsse";
import { readMetadata, requireSignedBy } from "@/lib/delivery/tuf/read-metadata";
import type { Envelope } from "@/lib/delivery/types";
import { hasPhp } from "../conformance/testing/agents";
import { messageSignature } from "../js/center/sign-request.mjs";
import { verifyCommand } from "../js/command/verify-command.mjs";
import type { QuorumFor, Trust } from "../js/types.d.mts";
import { makeVectors } from "./make-vectors.mjs";

const fileText = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");

interface Message {
  readonly name: string;
  readonly accepted: boolean;
  readonly secrets: readonly string[];
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: string;
}
interface CommandCase {
  readonly name: string;
  readonly expected: { readonly outcome: string; readonly reason?: string };
  readonly envelope: Envelope;
  readonly quorum_for?: QuorumFor;
}
const messages = JSON.parse(fileText("messages.json")) as { now: number; cases: Message[] };
const commands = JSON.parse(fileText("commands.json")) as {
  now: string;
  plugin_id: string;
  disk_version: string;
  trust: Trust;
  cases: CommandCase[];
};
const metadata = JSON.parse(fileText("metadata.json")) as {
  root: string;
  canonical_sha256: string;
  cases: { name: string; signed: boolean; text: string }[];
};

test("the files are what their generator makes, and each case has a name of its own", () => {
  for (const [name, text] of Object.entries(makeVectors())) expect(fileText(name), name).toBe(text);
  for (const { cases } of [messages, commands, metadata]) expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});

describe("a message", () => {
  const now = new Date(messages.now * 1_000);
  test.each(messages.cases)("$name: Center", ({ accepted, secrets, id, timestamp, signature, body }) => {
    const message = { secrets, id, timestamp, signatureHeader: signature, body: Buffer.from(body, "utf8"), now };
    expect(couldBeSigned(message) && verifySignature(message) === "ok").toBe(accepted);
  });

  test.each(messages.cases)("$name: a receiver in JavaScript", ({ accepted, secrets, id, timestamp, signature, body }) => {
    const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
    const isGenuine = secrets.some((secret) => isGenuineNotification(secret, headers, Buffer.from(body, "utf8"), now.getTime()));
    expect(isGenuine).toBe(accepted);
  });

  test.each(messages.cases.filter(({ accepted }) => accepted))("$name: the client in JavaScript makes the same signature", (given) => {
    const made = given.secrets.map((secret) => messageSignature(secret, given.id, given.timestamp, given.body));
    expect(made.some((signature) => given.signature.split(" ").includes(signature))).toBe(true);
  });
});

describe("a command", () => {
  const keys = commands.trust.keys.map(({ keyid, public_key }) => ({
    keyid,
    publicKey: createPublicKey({ key: Buffer.from(public_key, "base64"), format: "der", type: "spki" }),
  }));
  test.each(commands.cases)("$name: Center reads the envelope as agents do", ({ expected, envelope }) => {
    expect(verifyEnvelope(envelope, COMMAND_PAYLOAD_TYPE, keys) === null).toBe(expected.outcome === "ignored");
  });

  test.each(commands.cases)("$name: the agent in JavaScript", ({ expected, envelope, quorum_for: quorumFor = "major" }) => {
    const { plugin_id: pluginId, trust, disk_version: diskVersion } = commands;
    const verdict = verifyCommand(envelope, {
      pluginId,
      trust,
      diskVersion,
      quorumFor,
      now: Date.parse(commands.now),
      seenDigest: () => null,
    });
    expect(verdict).toMatchObject(expected);
  });
});

describe("signed metadata", () => {
  test.each(metadata.cases)("$name: Center", ({ signed, text }) => {
    const root = readMetadata("root", metadata.root);
    const read = () => requireSignedBy(root, "targets", readMetadata("targets", text));
    if (signed) expect(read).not.toThrow();
    else expect(read).toThrow();
  });
});

// The set-up says aloud where PHP is missing, and fails then under CI.
describe.runIf(hasPhp)("the agent in PHP", () => {
  const said = () => {
    const script = join(import.meta.dirname, "..", "php", "testing", "check-vectors.php");
    return JSON.parse(execFileSync("php", [script, import.meta.dirname], { encoding: "utf8" }));
  };
  test("says the same of every command and all metadata, and signs as every good message is signed", () => {
    const { messages: signed, commands: verdicts, metadata: thresholds, canonical_sha256 } = said();
    expect(verdicts).toEqual(Object.fromEntries(commands.cases.map(({ name, expected }) => [name, expected])));
    expect(thresholds).toEqual(Object.fromEntries(metadata.cases.map((one) => [one.name, one.signed])));
    expect(canonical_sha256).toBe(metadata.canonical_sha256);
    const good = messages.cases.filter(({ accepted }) => accepted).map(({ name }) => name);
    expect(good.map((name) => [name, signed[name]])).toEqual(good.map((name) => [name, true]));
    expect(signed["body changed"]).toBe(false);
  });
});
