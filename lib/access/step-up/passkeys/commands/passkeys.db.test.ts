import { generateSync } from "otplib";
import { describe, expect, test } from "vitest";
import type { Actor } from "@/lib/access/types";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { personActor, steppedUp } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { asGateway } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { type Bent, SoftwareAuthenticator } from "@/test/identity/authenticator";
import { addPasskeyDigest, removePasskeyDigest, replacementDigest } from "../../access-digests";
import { beginFactor } from "../../commands/begin-factor";
import { confirmFactor } from "../../commands/confirm-factor";
import { forgetFactor } from "../../commands/forget-factor";
import { showFactor } from "../../queries-factor";
import { requireStepUp } from "../../require-step-up";
import { lastAudit, makeSomebody } from "../testing/somebody";
import { addPasskey } from "./add-passkey";
import { askPasskey } from "./ask-passkey";
import { beginPasskey } from "./begin-passkey";
import { provePasskey } from "./prove-passkey";
import { removePasskey } from "./remove-passkey";

const ORIGIN = "http://localhost:3000";
process.env.PUBLIC_URL = ORIGIN;

const DIGEST = `sha256:${"a".repeat(64)}`;
const OTHER = `sha256:${"b".repeat(64)}`;
const NOW = new Date();
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const begin = (actor: Actor, now = NOW) => runCommand(beginPasskey, { input: {}, actor, now });
const add = (actor: Actor, challengeId: string, credential: unknown, now = NOW) =>
  runCommand(addPasskey, { input: { challengeId, name: "My laptop", credential }, actor, now });
const ask = (actor: Actor, digest = DIGEST, now = NOW) => runCommand(askPasskey, { input: { digest }, actor, now });
const answer = (actor: Actor, challengeId: string, credential: unknown, digest = DIGEST, now = NOW) =>
  runCommand(provePasskey, { input: { challengeId, digest, credential }, actor, now });
const needs = (actor: Actor, digest = DIGEST, now = NOW) => asGateway((tx) => requireStepUp(tx, actor, digest, now));

/** Asks and answers in one go. */
async function prove(actor: Actor, key: SoftwareAuthenticator, digest = DIGEST, bent: Bent = {}) {
  const { challenge_id, options } = await ask(actor, digest);
  return answer(actor, challenge_id, key.get(options.challenge, bent), digest);
}

/** Somebody with a passkey. */
async function withPasskey(options?: { readonly counts?: boolean }) {
  const actor = await makeSomebody();
  const key = new SoftwareAuthenticator(ORIGIN, options);
  const { challenge_id, options: asked } = await begin(actor);
  const added = await add(actor, challenge_id, key.create(asked.challenge));
  if (!added.added) throw new Error("the passkey was not taken");
  return { actor, key, id: added.id };
}

fiveCases({
  command: beginPasskey,
  arrange: async () => ({ input: {}, actor: await makeSomebody() }),
  winners: 2,
  forbidden: personActor([]),
  works: ({ options }) =>
    expect(options).toMatchObject({
      rp: { id: "localhost" },
      attestation: "none",
      authenticatorSelection: { userVerification: "required" },
    }),
});
fiveCases({
  command: addPasskey,
  arrange: async () => {
    const actor = await makeSomebody();
    const { challenge_id, options } = await begin(actor, new Date());
    const credential = new SoftwareAuthenticator(ORIGIN).create(options.challenge);
    return { input: { challengeId: challenge_id, name: "My phone", credential }, actor };
  },
  winners: 2,
  forbidden: personActor([]),
  works: (result) => expect(result).toMatchObject({ added: true, name: "My phone" }),
});
fiveCases({
  command: askPasskey,
  arrange: async () => ({ input: { digest: DIGEST }, actor: (await withPasskey()).actor }),
  winners: 2,
  forbidden: personActor([]),
  works: ({ options }) => expect(options).toMatchObject({ rpId: "localhost", userVerification: "required" }),
});
fiveCases({
  command: provePasskey,
  arrange: async () => {
    const { actor, key } = await withPasskey();
    const { challenge_id, options } = await ask(actor, DIGEST, new Date());
    return { input: { challengeId: challenge_id, digest: DIGEST, credential: key.get(options.challenge) }, actor };
  },
  winners: 2,
  forbidden: personActor([]),
  works: (result) => expect(result).toMatchObject({ proven: true, digest: DIGEST }),
});
fiveCases({
  command: removePasskey,
  arrange: async () => {
    const { actor, id } = await withPasskey();
    return { input: { passkeyId: id }, actor: steppedUp(actor) };
  },
  winners: 1,
  forbidden: personActor([]),
  works: (result) => expect(result).toMatchObject({ removed: true }),
});

describe("a passkey shows its person for one digest, once", () => {
  test("it opens what it was asked for, and nothing else, one time", async () => {
    const { actor, key } = await withPasskey();
    expect(await prove(actor, key)).toMatchObject({ proven: true, digest: DIGEST });
    expect((await refusalOf(needs(actor, OTHER))).details.code).toBe("ERR_STEP_UP");
    expect(await needs(actor)).toBe("passkey");
    expect((await refusalOf(needs(actor))).details.code).toBe("ERR_STEP_UP");
    const [item] = (await showFactor(actor)).passkeys.items;
    expect(item).toMatchObject({ name: "My laptop", last_used_at: NOW.toISOString(), suspended_at: null });
  });

  test.each<[string, Bent, string]>([
    ["another origin", { origin: "http://localhost:3001" }, "origin"],
    ["another domain", { rpId: "evil.example" }, "domain"],
    ["nobody verified", { isVerified: false }, "unverified"],
    ["nobody present", { isPresent: false }, "absent"],
    ["a page within another's", { crossOrigin: true }, "embedded"],
    ["a registration's answer", { type: "webauthn.create" }, "type"],
    ["another challenge", { challenge: Buffer.alloc(32).toString("base64url") }, "challenge"],
  ])("%s is refused, and the audit says why", async (_why, bent, flaw) => {
    const { actor, key } = await withPasskey();
    expect(await prove(actor, key, DIGEST, bent)).toEqual({ proven: false });
    expect(await lastAudit(actor)).toMatchObject({ proven: false, refused: flaw });
    expect((await refusalOf(needs(actor))).details.code).toBe("ERR_STEP_UP");
    expect(await prove(actor, key), "the passkey itself still counts").toMatchObject({ proven: true });
  });

  test("an answer is for the digest that was asked, whatever is said with it", async () => {
    const { actor, key } = await withPasskey();
    const { challenge_id, options } = await ask(actor, DIGEST);
    expect(await answer(actor, challenge_id, key.get(options.challenge), OTHER)).toEqual({ proven: false });
    expect(await lastAudit(actor)).toMatchObject({ refused: "challenge", digest: OTHER });
    expect((await refusalOf(needs(actor, OTHER))).details.code).toBe("ERR_STEP_UP");
    expect((await refusalOf(needs(actor, DIGEST))).details.code).toBe("ERR_STEP_UP");
  });

  test("a question is answered once, also at once, and a wrong answer uses it up", async () => {
    const { actor, key } = await withPasskey();
    const { challenge_id, options } = await ask(actor);
    const response = key.get(options.challenge);
    const both = await Promise.all([answer(actor, challenge_id, response), answer(actor, challenge_id, response)]);
    expect(both.map(({ proven }) => proven).toSorted()).toEqual([false, true]);
    expect(await answer(actor, challenge_id, response)).toEqual({ proven: false });
    expect(await lastAudit(actor)).toMatchObject({ refused: "unknown_question" });

    const second = await ask(actor);
    const bent = key.get(second.options.challenge, { isVerified: false });
    expect(await answer(actor, second.challenge_id, bent)).toEqual({ proven: false });
    expect(await answer(actor, second.challenge_id, key.get(second.options.challenge))).toEqual({ proven: false });
  });

  test("after five minutes a question is answered no more", async () => {
    const { actor, key } = await withPasskey();
    const { challenge_id, options } = await ask(actor);
    const late = later(LIMITS.passkeyChallengeSeconds);
    expect(await answer(actor, challenge_id, key.get(options.challenge), DIGEST, late)).toEqual({ proven: false });
    const next = await ask(actor);
    const inTime = later(LIMITS.passkeyChallengeSeconds - 1);
    expect(await answer(actor, next.challenge_id, key.get(next.options.challenge), DIGEST, inTime)).toMatchObject({ proven: true });
  });

  test("nobody else's passkey, question or signature counts, and all of it is refused alike", async () => {
    const [mine, theirs] = [await withPasskey(), await withPasskey()];
    const asked = await ask(mine.actor);
    expect(await answer(mine.actor, asked.challenge_id, theirs.key.get(asked.options.challenge))).toEqual({ proven: false });
    expect(await lastAudit(mine.actor)).toMatchObject({ refused: "unknown_passkey" });
    const again = await ask(mine.actor);
    expect(await answer(theirs.actor, again.challenge_id, theirs.key.get(again.options.challenge))).toEqual({ proven: false });
    expect(await lastAudit(theirs.actor)).toMatchObject({ refused: "unknown_question" });
    const third = await ask(mine.actor);
    const forged = { ...theirs.key.get(third.options.challenge), id: mine.key.id, rawId: mine.key.id };
    expect(await answer(mine.actor, third.challenge_id, forged)).toEqual({ proven: false });
    expect(await lastAudit(mine.actor)).toMatchObject({ refused: "signature" });
    expect(
      asked.options.allowCredentials.map(({ id }) => id),
      "and nobody hears of others'",
    ).toEqual([mine.key.id]);
  });

  test("a count that went back suspends the passkey for good; one that never counts goes on", async () => {
    const { actor, key } = await withPasskey();
    expect(await prove(actor, key)).toMatchObject({ proven: true });
    expect(await prove(actor, key, DIGEST, { counter: 1 })).toEqual({ proven: false });
    expect(await lastAudit(actor)).toMatchObject({ proven: false, refused: "counter" });
    expect((await refusalOf(ask(actor))).details.code).toBe("ERR_NO_FACTOR");
    expect((await showFactor(actor)).passkeys.items).toMatchObject([{ suspended_at: expect.any(String) }]);
    expect((await refusalOf(begin(actor))).details.code, "it is no reason to add another one without a factor").toBe("ERR_STEP_UP");

    const synced = await withPasskey({ counts: false });
    expect(await prove(synced.actor, synced.key)).toMatchObject({ proven: true });
    expect(await prove(synced.actor, synced.key, OTHER)).toMatchObject({ proven: true });
  });

  test("somebody's open questions are few: the oldest goes", async () => {
    const { actor, key } = await withPasskey();
    const first = await ask(actor, DIGEST, later(-1));
    for (let asked = 0; asked < LIMITS.passkeyChallengesOpen; asked += 1) await ask(actor);
    expect(await answer(actor, first.challenge_id, key.get(first.options.challenge))).toEqual({ proven: false });
  });
});

describe("who adds and removes passkeys", () => {
  test.each<[string, Bent, string]>([
    ["another origin", { origin: "https://localhost:3000" }, "origin"],
    ["another domain", { rpId: "evil.example" }, "domain"],
    ["nobody verified", { isVerified: false }, "unverified"],
    ["another challenge", { challenge: Buffer.alloc(32).toString("base64url") }, "challenge"],
    ["an attestation nobody asked for", { format: "packed" }, "attestation"],
  ])("%s adds nothing", async (_why, bent, flaw) => {
    const actor = await makeSomebody();
    const { challenge_id, options } = await begin(actor);
    expect(await add(actor, challenge_id, new SoftwareAuthenticator(ORIGIN).create(options.challenge, bent))).toEqual({ added: false });
    expect(await lastAudit(actor)).toMatchObject({ refused: flaw });
    expect((await showFactor(actor)).passkeys.items).toEqual([]);
  });

  test("a question to make one is no question to show one, nor somebody else's", async () => {
    const { actor, key } = await withPasskey();
    const asked = await ask(actor, addPasskeyDigest(actor.email ?? ""));
    const made = new SoftwareAuthenticator(ORIGIN).create(asked.options.challenge);
    expect(await add(actor, asked.challenge_id, made)).toEqual({ added: false });
    const stranger = await makeSomebody();
    const theirs = await begin(stranger);
    expect(await add(await makeSomebody(), theirs.challenge_id, key.create(theirs.options.challenge))).toEqual({ added: false });
  });

  test("a passkey that somebody has is nobody else's, and nobody hears whose", async () => {
    const { key } = await withPasskey();
    const actor = await makeSomebody();
    const { challenge_id, options } = await begin(actor);
    expect(await add(actor, challenge_id, key.create(options.challenge))).toEqual({ added: false });
    expect(await lastAudit(actor)).toMatchObject({ refused: "taken" });
  });

  test("a second one, and taking one away, need a factor for exactly that", async () => {
    const { actor, key, id } = await withPasskey();
    const mine = addPasskeyDigest(actor.email ?? "");
    expect((await refusalOf(begin(actor))).details).toMatchObject({ code: "ERR_STEP_UP", digest: mine });
    await prove(actor, key, mine);
    const { challenge_id, options } = await begin(actor);
    expect(options.excludeCredentials.map((known) => known.id)).toEqual([key.id]);
    const spare = new SoftwareAuthenticator(ORIGIN);
    expect(await add(actor, challenge_id, spare.create(options.challenge))).toMatchObject({ added: true });

    const remove = (somebody: Actor) => runCommand(removePasskey, { input: { passkeyId: id }, actor: somebody, now: NOW });
    expect((await refusalOf(remove(steppedUp(await makeSomebody())))).kind, "others' are not there").toBe("not-found");
    expect((await refusalOf(remove(actor))).details.code).toBe("ERR_STEP_UP");
    await prove(actor, spare, removePasskeyDigest(id));
    await remove(actor);
    expect((await showFactor(actor)).passkeys.items).toHaveLength(1);
    expect(await prove(actor, key)).toEqual({ proven: false });
  });

  test("what was begun before there was a factor is not finished without it", async () => {
    const actor = await makeSomebody();
    const { secret } = await runCommand(beginFactor, { input: {}, actor, now: NOW });
    const [owners, thiefs] = [await begin(actor), await begin(actor)];
    const key = new SoftwareAuthenticator(ORIGIN);
    expect(await add(actor, owners.challenge_id, key.create(owners.options.challenge))).toMatchObject({ added: true });

    const planted = new SoftwareAuthenticator(ORIGIN).create(thiefs.options.challenge);
    expect((await refusalOf(add(actor, thiefs.challenge_id, planted))).details.code).toBe("ERR_VOID");
    const seconds = Math.floor(NOW.getTime() / 1_000);
    const codes = [seconds - 30, seconds].map((epoch) => generateSync({ secret, epoch }));
    expect(await runCommand(confirmFactor, { input: { codes }, actor, now: NOW })).toEqual({ confirmed: false });
    const app = () => runCommand(beginFactor, { input: {}, actor, now: NOW });
    expect((await refusalOf(app())).details.digest).toBe(replacementDigest(actor.email ?? ""));
    await prove(actor, key, replacementDigest(actor.email ?? ""));
    expect(await app()).toHaveProperty("secret");
  });

  test("a reset by a security admin takes passkeys, too", async () => {
    const { actor, key } = await withPasskey();
    const { challenge_id, options } = await ask(actor);
    const admin = steppedUp(personActor(["security_admin"], undefined, "root@center.test"));
    await runCommand(forgetFactor, { input: { personId: actor.personId, reason: "lost the laptop" }, actor: admin, now: NOW });
    expect(await answer(actor, challenge_id, key.get(options.challenge))).toEqual({ proven: false });
    expect((await showFactor(actor)).passkeys.items).toEqual([]);
    expect(await begin(actor)).toHaveProperty("challenge_id");
  });

  test("keys and questions are for the gateway alone", async () => {
    const reader = openAs("reader");
    await expect(reader`select public_key from passkeys`).rejects.toThrow(/permission denied/);
    await expect(reader`select * from passkey_challenges`).rejects.toThrow(/permission denied/);
    await reader.end();
  });
});
