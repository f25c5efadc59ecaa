import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { updatePerson } from "@/lib/access/commands/update-person";
import { makeSigningKey } from "@/lib/delivery/signing-key";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { personActor } from "@/test/actors";
import { makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { Approver, inForce, KEEPER, propose, vouch } from "@/test/quorum/approver";
import { readTrust } from "../../trust";
import { trustHistory } from "./approver-keys";
import { enrolKey } from "./commands/enrol-key";
import { proposeTrust } from "./commands/propose-trust";
import { refuseTrust } from "./commands/refuse-trust";
import { revokeKey } from "./commands/revoke-key";
import { signTrust } from "./commands/sign-trust";
import { vouchKey } from "./commands/vouch-key";
import { showApproverKeys } from "./queries-keys";

/** Ada, whose key is in force once the tests of trust documents ran. */
let signer: Approver;

const revoke = (id: string, actor = KEEPER) => runCommand(revokeKey, { input: { id, reason: "lost" }, actor, now: new Date() });
const history = () => read({ kind: "set", ids: [] }, (tx) => trustHistory(tx, 100));

describe("a key is brought by whoever holds it", () => {
  test.each<[string, (ada: Approver) => object, RegExp]>([
    ["signed by another key", (ada) => ada.statement({ public_key: makeSigningKey(randomBytes(32)).publicKey }), /did not sign/],
    ["about somebody else", (ada) => ada.statement({ approver: "eve@center.test" }), /names eve/],
    ["of yesterday", (ada) => ada.statement({ issued_at: new Date(Date.now() - 86_400_000).toISOString() }), /not of this moment/],
    ["of another type", (ada) => ({ ...ada.statement(), payloadType: "application/vnd.reliability.approval+json" }), /did not sign/],
    ["with a member too many", (ada) => ada.statement({ status: "active" }), /no statement/],
    ["about no key", (ada) => ada.statement({ public_key: Buffer.from("nothing").toString("base64") }), /no Ed25519/],
  ])("a statement %s is refused", async (_what, proofOf, why) => {
    const ada = await Approver.make("ada");
    const refusal = await refusalOf(runCommand(enrolKey, { input: { proof: proofOf(ada) }, actor: ada.actor, now: new Date() }));
    expect(refusal.details.code).toBe("ERR_SIGNATURE_WRONG");
    expect(refusal.message).toMatch(why);
  });

  test("the same key counts once, also under another name", async () => {
    const [ada, eve] = [await Approver.make("ada"), await Approver.make("eve")];
    await ada.enrol();
    const hers = { proof: eve.statement({}, ada.key) };
    expect((await refusalOf(runCommand(enrolKey, { input: hers, actor: eve.actor, now: new Date() }))).kind).toBe("conflict");
  });

  test("so many and no more; a revoked one makes room", async () => {
    const ada = await Approver.make("ada");
    const bring = (key = makeSigningKey(randomBytes(32))) =>
      runCommand(enrolKey, { input: { proof: ada.statement({ public_key: key.publicKey }, key) }, actor: ada.actor, now: new Date() });
    const first = await bring();
    for (let count = 1; count < LIMITS.approverKeysPerPerson; count += 1) await bring();
    expect((await refusalOf(bring())).kind).toBe("conflict");
    await revoke(first.id, ada.actor);
    await bring();
  });

  test("not by somebody of some tenants only, whose keys agents of all would hear of", async () => {
    const ada = await Approver.make("ada");
    const few = { ...ada.actor, tenants: { kind: "set" as const, ids: [(await makeTenant()).id] } };
    const refusal = await refusalOf(runCommand(enrolKey, { input: { proof: ada.statement() }, actor: few, now: new Date() }));
    expect(refusal.details.code).toBe("ERR_ALL_TENANTS_NEEDED");
  });
});

describe("a second person vouches", () => {
  test("nobody for their own, nobody without a second factor, nobody for another key than they looked at", async () => {
    const both = await Approver.make("sam", ["approver", "security_admin"]);
    const key = await both.enrol();
    expect((await refusalOf(vouch(key, both.actor))).details.code).toBe("ERR_SECOND_PERSON");
    const plain = personActor(["security_admin"], undefined, "plain@center.test");
    expect((await refusalOf(vouch(key, plain))).details.code).toBe("ERR_STEP_UP");
    expect((await refusalOf(vouch({ ...key, keyid: "0".repeat(64) }))).kind).toBe("conflict");
    expect(await vouch(key)).toMatchObject({ status: "vouched", vouched_by: KEEPER.id });
    await revoke(key.id);
  });

  test("not for a key that was revoked, nor for a person who is disabled", async () => {
    const [ada, gone] = [await Approver.make("ada"), await Approver.make("gone")];
    const key = await ada.enrol();
    await revoke(key.id);
    expect((await refusalOf(vouch(key))).kind).toBe("conflict");
    const late = await gone.enrol();
    const { items } = await showApproverKeys(new Date());
    expect(items.find(({ id }) => id === key.id)).toMatchObject({ status: "revoked", revoked_by: KEEPER.id });
    await runCommand(updatePerson, { input: { personId: gone.personId, disabled: true }, actor: KEEPER, now: new Date() });
    expect((await refusalOf(vouch(late))).kind).toBe("conflict");
  });
});

describe("trust documents", () => {
  test("the first is signed by its own keys, each later one by the threshold of the one before; versions go up by one", async () => {
    const [ada, bob] = [await Approver.make("ada"), await Approver.make("bob")];
    signer = ada;
    const first = await inForce([ada, bob]);
    expect(first).toMatchObject({ version: 1, status: "in_force", approvals: { required: 2, given: 2 } });
    expect((await readTrust(new Date())).version).toBe(1);

    // Cleo is to join: her own signature says nothing, Ada's alone is too few.
    const cleo = await Approver.make("cleo");
    await vouch(await cleo.enrol());
    const second = await propose();
    expect(second).toMatchObject({ version: 2, approvals: { required: 2, given: 0 } });
    expect((await refusalOf(cleo.signTrust(second))).details.code).toBe("ERR_SIGNATURE_WRONG");
    expect(await ada.signTrust(second)).toMatchObject({ status: "awaiting", approvals: { given: 1 } });
    expect((await refusalOf(ada.signTrust(second))).details.code).toBe("ERR_SECOND_PERSON");
    expect((await readTrust(new Date())).version).toBe(1);
    expect(await bob.signTrust(second)).toMatchObject({ status: "in_force" });
    expect((await history()).map(({ version, status }) => [version, status])).toEqual([
      [1, "superseded"],
      [2, "in_force"],
    ]);
    expect((await readTrust(new Date())).approver_keys.map(({ approver }) => approver).toSorted()).toEqual(
      [ada, bob, cleo].map(({ email }) => email).toSorted(),
    );

    // A signature of other bytes, or of a document under another type, is none.
    const third = await propose(1);
    const wrong = { id: third.id, digest: third.digest, envelope: ada.trustSignature(second.bytes) };
    expect((await refusalOf(runCommand(signTrust, { input: wrong, actor: ada.actor, now: new Date() }))).details.code).toBe(
      "ERR_SIGNATURE_WRONG",
    );
    const plain = personActor(["approver"], undefined, ada.email);
    const unproven = { id: third.id, digest: third.digest, envelope: ada.trustSignature(third.bytes) };
    expect((await refusalOf(runCommand(signTrust, { input: unproven, actor: plain, now: new Date() }))).details.code).toBe("ERR_STEP_UP");

    // A key that is revoked meanwhile is not brought into force, and signs nothing more.
    const { items } = await showApproverKeys(new Date());
    await revoke(items.find(({ approver }) => approver === cleo.email)?.id ?? "");
    expect((await refusalOf(ada.signTrust(third))).details.code).toBe("ERR_VOID");
    const fourth = await propose();
    expect(fourth.version).toBe(3);
    expect((await refusalOf(cleo.signTrust(fourth))).details.code).toBe("ERR_SIGNATURE_WRONG");
    await ada.signTrust(fourth);
    expect(await bob.signTrust(fourth)).toMatchObject({ status: "in_force", version: 3 });
    expect((await showApproverKeys(new Date())).trust?.document.approver_keys).toHaveLength(2);
  });

  test("one that nobody could satisfy is not made", async () => {
    expect((await refusalOf(propose(8))).message).toContain("can never be");
  });

  test("a new proposal replaces the one that waits; a refused one is over", async () => {
    const first = await propose(2);
    const second = await propose(1);
    const refused = (id: string) => runCommand(refuseTrust, { input: { id, reason: "not now" }, actor: KEEPER, now: new Date() });
    expect((await refusalOf(refused(first.id))).message).toContain("void");
    expect(await refused(second.id)).toEqual({ id: second.id, status: "void" });
    expect((await showApproverKeys(new Date())).proposed).toBeNull();
  });
});

const approver = personActor(["approver"], undefined, "nobody@center.test");
fiveCases({
  command: enrolKey,
  arrange: async () => {
    const ada = await Approver.make("ada");
    return { input: { proof: ada.statement() }, actor: ada.actor };
  },
  winners: 1,
  works: (result) => expect(result).toMatchObject({ status: "enrolled" }),
});
fiveCases({
  command: vouchKey,
  arrange: async () => {
    const { id, keyid } = await (await Approver.make("ada")).enrol();
    return { input: { id, keyid, reason: "compared" }, actor: KEEPER };
  },
  winners: 1,
  forbidden: approver,
});
fiveCases({
  command: revokeKey,
  arrange: async () => ({ input: { id: (await (await Approver.make("ada")).enrol()).id, reason: "lost" }, actor: KEEPER }),
  winners: 1,
});
fiveCases({
  command: proposeTrust,
  arrange: async () => {
    for (const name of ["ada", "bob"]) await vouch(await (await Approver.make(name)).enrol());
    return { input: { reason: "new approvers" }, actor: KEEPER };
  },
  winners: 2,
  forbidden: approver,
});
fiveCases({
  command: signTrust,
  arrange: async () => {
    const { id, digest, bytes } = await propose(2);
    return { input: { id, digest, envelope: signer.trustSignature(bytes) }, actor: signer.actor };
  },
  winners: 1,
  forbidden: personActor(["auditor"]),
});
fiveCases({
  command: refuseTrust,
  arrange: async () => ({ input: { id: (await propose(2)).id, reason: "not now" }, actor: KEEPER }),
  winners: 1,
});
