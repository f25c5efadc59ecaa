import { generateKeyPairSync, randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { makeCommand, makeSigner, signApproval, signEnvelope } from "../testing/sign-command.mjs";
import type { QuorumFor, VerifyContext } from "../types.d.mts";
import { isHighImpact } from "./needs-people.mjs";
import { verifyCommand } from "./verify-command.mjs";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const OWN = "plg_own";
const SHA = "a".repeat(64);
const ARTIFACT = { url: `/api/artifacts/${SHA}`, sha256: SHA, length: 1_000 };
const ID = randomUUID();

const center = makeSigner();
const stranger = makeSigner();
const ada = { ...makeSigner(), approver: "ada@example.com" };
const bob = { ...makeSigner(), approver: "bob@example.com" };
const adaAgain = { ...makeSigner(), approver: "Ada@example.com " };
const approverKeys = [ada, bob, adaAgain].map(({ keyid, public_key, approver }) => ({ keyid, public_key, approver }));

const context: VerifyContext = {
  pluginId: OWN,
  trust: { keys: [{ keyid: center.keyid, public_key: center.public_key }], approver_keys: approverKeys, threshold: 2 },
  now: NOW,
  diskVersion: "1.2.2",
  seenDigest: () => null,
};

const at = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString();
const update = (changes: Record<string, unknown> = {}, planChanges: Record<string, unknown> = {}) =>
  makeCommand(
    { type: "update", plugin_id: OWN, from_version: "1.2.2", to_version: "1.2.3", artifact: ARTIFACT, ...changes },
    { plugin_key: "demo-pay", ...planChanges },
    NOW,
  );
const other = (type: string, changes: Record<string, unknown> = {}) => makeCommand({ type, plugin_id: OWN, ...changes }, {}, NOW);
const say = (payload: unknown, changes: Partial<VerifyContext> = {}) => {
  const verdict = verifyCommand(signEnvelope(center, payload), { ...context, ...changes });
  return "reason" in verdict ? `${verdict.outcome}:${verdict.reason}` : verdict.outcome;
};

describe("what is obeyed", () => {
  test.each([
    ["update by a patch", update()],
    ["rollback to a lower version", other("rollback", { from_version: "1.2.2", to_version: "1.2.1" })],
    ["rollback to where the disk already is", other("rollback", { from_version: "1.2.3", to_version: "1.2.2" })],
    ["config_update", other("config_update", { from_version: "1.2.2", to_version: "1.2.2", config: { a: 1 } })],
    ["restart", other("restart")],
    ["isolate", other("isolate", { from_version: "1.2.2" })],
    ["commit", other("commit", { ref: ID })],
    ["ping", other("ping")],
    ["a command from a clock five minutes ahead", update({ not_before: at(300) })],
    ["a command in its last second", update({ expires_at: at(1) })],
  ])("%s", (_, payload) => expect(say(payload)).toBe("accepted"));

  test("the verified command carries what the agent needs and no more", () => {
    const verdict = verifyCommand(signEnvelope(center, update({ id: ID })), context);
    expect(verdict).toMatchObject({
      outcome: "accepted",
      command: { id: ID, type: "update", to_version: "1.2.3", artifact: ARTIFACT, probation_s: 180, plugin_key: "demo-pay", ref: null },
    });
  });
});

describe("what is refused, and told so", () => {
  test.each([
    ["another plugin's command", update({ plugin_id: "plg_other" }, { plugin_ids: [OWN] }), "wrong_plugin"],
    ["expired", update({ expires_at: at(0) }), "expired"],
    ["not yet valid", update({ not_before: at(301) }), "not_yet_valid"],
    ["no expiry", update({ expires_at: undefined }), "bad_times"],
    ["a type nobody knows", other("format_disk"), "unknown_type"],
    ["no plan", update({ plan: null, plan_digest: null }), "no_plan"],
    ["a plan that is not the digest's", update({ plan_digest: `sha256:${SHA}` }), "plan_digest"],
    ["a plan for other plugins", update({}, { plugin_ids: ["plg_other"] }), "plan_target"],
    ["a plan of another type", update({}, { type: "rollback" }), "plan_type"],
    ["a plan from another version", update({}, { from_version: "1.2.1" }), "plan_from_version"],
    ["a plan to another version", update({}, { to_version: "1.2.4" }), "plan_to_version"],
    ["a plan with another artifact", update({}, { artifact_sha256: "b".repeat(64) }), "plan_artifact"],
    ["a plan that ran out", update({}, { expires_at: at(0) }), "plan_expired"],
    ["from a version that is not on disk", update({ from_version: "1.2.1" }), "from_version"],
    ["from no version", update({ from_version: null }), "from_version"],
    ["an update downwards", update({ to_version: "1.2.1" }), "downgrade"],
    ["an update to the same version", update({ to_version: "1.2.2" }), "downgrade"],
    ["an update to a pre-release of the same version", update({ to_version: "1.2.2-rc.1" }), "downgrade"],
    ["an update to no version", update({ to_version: "../../etc" }), "to_version"],
    ["a rollback upwards", other("rollback", { from_version: "1.2.2", to_version: "2.0.0" }), "not_a_rollback"],
    ["a rollback from elsewhere", other("rollback", { from_version: "1.2.0", to_version: "1.1.0" }), "from_version"],
    ["an update without bytes", update({ artifact: null }), "artifact"],
    ["bytes from elsewhere", update({ artifact: { ...ARTIFACT, url: "https://evil.example/x" } }), "artifact"],
    ["bytes under another digest's address", update({ artifact: { ...ARTIFACT, url: `/api/artifacts/${"b".repeat(64)}` } }), "artifact"],
    ["more bytes than allowed", update({ artifact: { ...ARTIFACT, length: 20 * 1024 * 1024 + 1 } }), "artifact"],
    ["a length that is no number", update({ artifact: { ...ARTIFACT, length: "1000" } }), "artifact"],
    ["a configuration update without one", other("config_update"), "config"],
    ["a configuration that is a list", other("config_update", { config: [1] }), "config"],
    ["a configuration of 65 KiB", other("config_update", { config: { a: "x".repeat(65 * 1024) } }), "config"],
    ["an update with a configuration, which no plan's digest covers", update({ config: { a: 1 } }), "config"],
    ["a rollback with one", other("rollback", { from_version: "1.2.2", to_version: "1.2.1", config: { a: 1 } }), "config"],
    ["a restart with one", other("restart", { config: {} }), "config"],
    ["a probation of no length", update({ probation_s: 0 }), "probation"],
    ["a commit of nothing", other("commit"), "bad_ref"],
    ["a ref that is no id", other("rollback", { to_version: "1.2.1", ref: "../journal" }), "bad_ref"],
  ])("%s", (_, payload, reason) => expect(say(payload)).toBe(`refused:${reason}`));

  test("a configuration nested too deep to be written again", () => {
    const deep = `${'{"a":'.repeat(20_000)}{}${"}".repeat(20_000)}`;
    const text = JSON.stringify(other("config_update", { config: "DEEP" })).replace('"DEEP"', deep);
    expect(verifyCommand(signEnvelope(center, Buffer.from(text)), context)).toMatchObject({ reason: "config" });
  });

  test("anything but commit and ping where nothing is installed", () => {
    expect(say(update(), { diskVersion: null })).toBe("refused:nothing_installed");
    expect(say(other("ping"), { diskVersion: null })).toBe("accepted");
  });
});

describe("what only people's signatures let in", () => {
  const people = (payload: ReturnType<typeof update>) => ({
    ...payload,
    quorum: [ada, bob].map((one) =>
      signApproval(one, { plan_digest: String(payload.plan_digest), approver: one.approver, expires_at: at(600) }),
    ),
  });
  const config = other("config_update", { config: { a: 1 } });
  const rows: readonly [QuorumFor, boolean, string, ReturnType<typeof update>, string][] = [
    ["major", true, "a patch", update(), "accepted"],
    ["all", true, "a patch", update(), "refused:quorum"],
    ["all", true, "a patch that people signed", people(update()), "accepted"],
    ["all", true, "a configuration", config, "refused:quorum"],
    ["all", true, "a configuration, signed though it is in no plan", people(config), "refused:quorum"],
    ["all", true, "a restart", other("restart"), "accepted"],
    ["all", true, "the way back to what is kept", other("rollback", { from_version: "1.2.2", to_version: "1.2.1" }), "accepted"],
    ["high_impact", true, "a patch: signed metadata will tell", update(), "accepted"],
    ["high_impact", false, "a patch where nobody but Center could tell", update(), "refused:quorum"],
    ["high_impact", true, "what Center itself calls high", update({}, { impact: "high" }), "refused:quorum"],
    ["high_impact", true, "what Center gives a word nobody knows", update({}, { impact: "none at all" }), "refused:quorum"],
    ["high_impact", true, "what Center calls high, and people signed", people(update({}, { impact: "high" })), "accepted"],
    ["high_impact", true, "a configuration", config, "refused:quorum"],
  ];
  test.each(rows)("pinned %s, a vendor's word %s: %s", (quorumFor, hasVendorsWord, _what, payload, expected) =>
    expect(say(payload, { quorumFor, hasVendorsWord })).toBe(expected),
  );

  test.each([
    ["major", update(), false],
    ["high_impact", update(), true],
    ["high_impact", people(update()), false],
  ] as const)("pinned %s: whether it stops at what the vendor signed as of high impact", (quorumFor, payload, expected) => {
    const verdict = verifyCommand(signEnvelope(center, payload), { ...context, quorumFor, hasVendorsWord: true });
    expect(verdict).toMatchObject({ outcome: "accepted", command: { refuses_high_impact: expected } });
  });

  test.each([
    [{ schema_effect: "none" }, false],
    [{ schema_effect: "none", impact: "normal" }, false],
    [{ schema_effect: "none", impact: "high" }, true],
    [{ schema_effect: "none", impact: "" }, true],
    [{ schema_effect: "reversible" }, true],
    [{}, true],
    [undefined, true],
  ])("%o weighs much: %s", (custom, expected) => expect(isHighImpact(custom)).toBe(expected));
});

describe("an id is used once", () => {
  const payload = update({ id: ID });
  const digest = verifyCommand(signEnvelope(center, payload), context);

  test("the same again is a repetition", () => {
    expect(say(payload, { seenDigest: (id) => (id === ID && "digest" in digest ? digest.digest : null) })).toBe("repeat");
  });
  test("other content under a known id is refused", () => {
    expect(say(payload, { seenDigest: () => "another digest" })).toBe("refused:id_reused");
  });
  test("time is checked before the memory of ids, as the protocol orders it", () => {
    expect(say(update({ id: ID, expires_at: at(0) }), { seenDigest: () => "another digest" })).toBe("refused:expired");
  });
});

describe("nothing is believed without Center's signature", () => {
  const envelope = signEnvelope(center, update());
  const resigned = signEnvelope(stranger, update());

  test.each([
    ["no envelope", null, "bad_envelope"],
    ["another payload type", { ...envelope, payloadType: "application/json" }, "bad_envelope"],
    ["an approval passed off as a command", signApproval(center, { plan_digest: "", approver: "", expires_at: "" }), "bad_envelope"],
    ["no signatures", { ...envelope, signatures: [] }, "bad_envelope"],
    ["a hundred signatures", { ...envelope, signatures: Array(100).fill(envelope.signatures[0]) }, "bad_envelope"],
    ["base64 that is not canonical", { ...envelope, payload: `${envelope.payload}\n` }, "bad_envelope"],
    ["an unknown key", resigned, "unknown_key"],
    [
      "a known keyid with a stranger's signature",
      { ...resigned, signatures: [{ ...resigned.signatures[0], keyid: center.keyid }] },
      "bad_signature",
    ],
    ["one changed byte", { ...envelope, payload: Buffer.from(JSON.stringify(update())).toString("base64") }, "bad_signature"],
    ["a signed payload that is no object", signEnvelope(center, [1]), "bad_payload"],
    ["a signed payload without an id", signEnvelope(center, { ...update(), id: "x" }), "bad_payload"],
  ])("%s", (_, candidate, reason) => expect(verifyCommand(candidate, context)).toEqual({ outcome: "ignored", reason }));

  test("a pinned key whose keyid is not its digest proves nothing", () => {
    const trust = { ...context.trust, keys: [{ keyid: center.keyid, public_key: stranger.public_key }] };
    expect(verifyCommand(envelope, { ...context, trust })).toEqual({ outcome: "ignored", reason: "unknown_key" });
  });

  test("a pinned key of another kind proves nothing", () => {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const trust = {
      ...context.trust,
      keys: [{ keyid: center.keyid, public_key: publicKey.export({ type: "spki", format: "der" }).toString("base64") }],
    };
    expect(verifyCommand(envelope, { ...context, trust }).outcome).toBe("ignored");
  });
});

describe("a major update needs people", () => {
  const major = update({ to_version: "2.0.0" });
  const approve = (who: typeof ada, changes: Record<string, unknown> = {}) =>
    signApproval(who, { plan_digest: String(major.plan_digest), approver: who.approver, expires_at: at(60), ...changes });
  const eve = { ...makeSigner(), approver: "eve@example.com" };

  test.each([
    ["two people", [approve(ada), approve(bob)], "accepted"],
    ["two people and a stranger", [approve(eve), approve(ada), approve(bob)], "accepted"],
    ["nobody", [], "refused:quorum"],
    ["one person", [approve(ada)], "refused:quorum"],
    ["one person twice", [approve(ada), approve(ada)], "refused:quorum"],
    ["one person with two keys", [approve(ada), approve(adaAgain)], "refused:quorum"],
    ["one person in two names", [approve(ada), approve(ada, { approver: "bob@example.com" })], "refused:quorum"],
    ["a stranger for the second", [approve(ada), approve(eve)], "refused:quorum"],
    ["another plan's approval", [approve(ada), approve(bob, { plan_digest: `sha256:${SHA}` })], "refused:quorum"],
    ["an approval that ran out", [approve(ada), approve(bob, { expires_at: at(0) })], "refused:quorum"],
    ["Center's own key as approver", [approve(ada), approve({ ...center, approver: "bob@example.com" })], "refused:quorum"],
    ["more envelopes than anyone needs", Array(17).fill(approve(ada)), "refused:quorum"],
    ["no list at all", "ada, bob", "refused:quorum"],
  ])("%s", (_, quorum, verdict) => expect(say({ ...major, quorum })).toBe(verdict));

  describe("and so does a rollback that brings bytes: it could install anything, whatever it is called", () => {
    const fetching = (to: string) => other("rollback", { from_version: "1.2.2", to_version: to, artifact: ARTIFACT });
    const signed = (payload: ReturnType<typeof fetching>, ...people: (typeof ada)[]) => ({
      ...payload,
      quorum: people.map((who) => approve(who, { plan_digest: String(payload.plan_digest) })),
    });

    test.each(["1.2.1", "0.9.0"])("to %s", (to) => {
      const payload = fetching(to);
      expect(say(payload)).toBe("refused:quorum");
      expect(say(signed(payload, ada))).toBe("refused:quorum");
      expect(say(signed(payload, ada, bob))).toBe("accepted");
    });
    test("where no approver is configured it cannot happen", () => {
      const trust = { ...context.trust, approver_keys: [] };
      expect(say(signed(fetching("1.2.1"), ada, bob), { trust })).toBe("refused:quorum");
    });
  });

  test("with no approver configured it cannot happen", () => {
    const trust = { ...context.trust, approver_keys: [], threshold: 0 };
    expect(say({ ...major, quorum: [approve(ada), approve(bob)] }, { trust })).toBe("refused:quorum");
  });
});
