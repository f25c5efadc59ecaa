import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { makeKeyFile, openKey } from "@/components/approvals/keys/key-file";
import { signApproval } from "@/components/approvals/keys/sign-envelope";
import { verifyEnvelope } from "@/lib/delivery/dsse";
import { buildPlan } from "@/lib/delivery/plan";
import { readApproval } from "@/lib/delivery/quorum/approval";
import { readEnrolment } from "@/lib/delivery/quorum/enrolment";
import { buildTrust, TRUST_PAYLOAD_TYPE } from "@/lib/delivery/quorum/trust-document";
import { readPublicKey } from "@/lib/delivery/signing-key";

const folder = mkdtempSync(join(tmpdir(), "approver-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const put = (name: string, value: unknown) => writeFileSync(at(name), typeof value === "string" ? value : JSON.stringify(value));
const run = (...given: string[]) =>
  execFileSync(process.execPath, ["scripts/operate/approver.mjs", ...given, "--passphrase-file", at("passphrase")], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
const json = (name: string) => JSON.parse(readFileSync(at(name), "utf8"));

put("passphrase", "correct horse battery\n");
const plan = buildPlan({
  type: "update",
  plugin_ids: ["0192f000-0000-7000-8000-000000000001"],
  plugin_key: "demo-pay",
  from_version: "1.2.2",
  to_version: "2.0.0",
  artifact_sha256: "a".repeat(64),
  policy_version: 7,
  nonce: "n".repeat(24),
  expires_at: new Date(Date.now() + 3_600_000).toISOString(),
});
put("plan.json", { kind: "plan", bytes: plan.bytes.toString("base64"), digest: plan.digest });

test("a key made off line is brought, signs a plan after showing it in words, and never leaves its file", () => {
  run("keygen", "--email", "Ada@Center.test", "--key", at("key.json"));
  const key = json("key.json");
  expect(statSync(at("key.json")).mode & 0o777).toBe(0o600);
  run("enrol", "--key", at("key.json"), "--out", at("enrolment.json"));
  expect(readEnrolment(json("enrolment.json"), "ada@center.test", new Date())).toEqual({
    keyid: key.keyid,
    publicKey: key.public_key,
    madeIn: "command_line",
  });

  const words = run("show", "--plan", at("plan.json"));
  for (const word of ["update demo-pay", "1.2.2 -> 2.0.0", "a".repeat(64), plan.digest, plan.document.plugin_ids[0]])
    expect(words).toContain(word);
  run("sign", "--key", at("key.json"), "--plan", at("plan.json"), "--out", at("approval.json"), "--yes");
  const subject = {
    planDigest: plan.digest,
    approver: "ada@center.test",
    planExpiresAt: new Date(plan.document.expires_at),
    now: new Date(),
  };
  expect(readApproval(json("approval.json"), [readPublicKey(key.public_key)], subject)).toEqual({ keyid: key.keyid });
  expect(() => run("keygen", "--email", "ada@center.test", "--key", at("key.json")), "a key is never written over").toThrow(/EEXIST/);
});

test("a trust document is signed as it is", () => {
  const key = json("key.json");
  const approver_keys = [{ keyid: key.keyid, public_key: key.public_key, approver: key.approver }];
  const { bytes, digest } = buildTrust({ version: 1, approver_keys, threshold: 1 });
  put("trust.json", { kind: "trust", bytes: bytes.toString("base64"), digest });
  run("sign", "--key", at("key.json"), "--plan", at("trust.json"), "--out", at("trusted.json"), "--yes");
  expect(verifyEnvelope(json("trusted.json"), TRUST_PAYLOAD_TYPE, [readPublicKey(key.public_key)])?.payload).toEqual(bytes);
});

test("what is not what its digest says is not signed", () => {
  put("swapped.json", {
    kind: "plan",
    bytes: Buffer.from(plan.bytes.toString().replace("2.0.0", "2.0.1")).toString("base64"),
    digest: plan.digest,
  });
  expect(() => run("sign", "--key", at("key.json"), "--plan", at("swapped.json"), "--out", at("no.json"), "--yes")).toThrow(
    /not that of the bytes/,
  );
});

test("browser and command line open each other's key files", async () => {
  await expect(openKey(json("key.json"), "correct horse battery")).resolves.toMatchObject({ type: "private" });
  const made = await makeKeyFile("bob@center.test", "correct horse battery", new Date());
  put("from-browser.json", made);
  run("sign", "--key", at("from-browser.json"), "--plan", at("plan.json"), "--out", at("bobs.json"), "--yes");
  expect(json("bobs.json")).toEqual(await signApproval(plan.digest, plan.document.expires_at, made, "correct horse battery"));
  put("passphrase", "another one entirely");
  expect(() => run("sign", "--key", at("key.json"), "--plan", at("plan.json"), "--out", at("x.json"), "--yes")).toThrow(
    /passphrase is wrong/,
  );
});
