import { randomUUID } from "node:crypto";
import { generateSync } from "otplib";
import { describe, expect, test } from "vitest";
import { createPerson } from "@/lib/access/commands/create-person";
import { updatePerson } from "@/lib/access/commands/update-person";
import { systemActor } from "@/lib/access/system-actor";
import type { Actor, Role } from "@/lib/access/types";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { personActor, steppedUp } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { asGateway, makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { replacementDigest, resetDigest } from "../access-digests";
import { showFactor } from "../queries-factor";
import { requireStepUp } from "../require-step-up";
import { beginFactor } from "./begin-factor";
import { confirmFactor } from "./confirm-factor";
import { forgetFactor } from "./forget-factor";
import { proveCode } from "./prove-code";

const root = steppedUp(personActor(["security_admin"], undefined, "root@center.test"));
const DIGEST = `sha256:${"a".repeat(64)}`;
const OTHER = `sha256:${"b".repeat(64)}`;
/** The middle of a step, so that no case runs over its edge. */
const START = new Date((Math.floor(Date.now() / 30_000) * 30 + 15) * 1_000);
const at = (seconds: number) => new Date(START.getTime() + seconds * 1_000);
const codeAt = (secret: string, seconds: number) => generateSync({ secret, epoch: Math.floor(at(seconds).getTime() / 1_000) });

async function makeSomebody(roles: readonly Role[] = ["approver"], tenants?: readonly string[]): Promise<Actor & { personId: string }> {
  const email = `${randomUUID()}@center.test`;
  const input = { email, name: "Somebody", roles: [...roles], tenants: tenants ? [...tenants] : ["*"] };
  const { id } = await runCommand(createPerson, { input, actor: systemActor("fixtures", "operate"), now: at(-3_600) });
  return { ...personActor(roles, tenants, email), personId: id };
}
const begin = (actor: Actor, now = START) => runCommand(beginFactor, { input: {}, actor, now });
const confirm = (actor: Actor, codes: readonly string[], now = START) => runCommand(confirmFactor, { input: { codes }, actor, now });
const prove = (actor: Actor, code: string, digest = DIGEST, now = START) => runCommand(proveCode, { input: { code, digest }, actor, now });
const needs = (actor: Actor, digest = DIGEST, now = START) => asGateway((tx) => requireStepUp(tx, actor, digest, now));

/** Somebody with a factor that counts; the codes of this moment and before are spent. */
async function enrolled(roles?: readonly Role[], tenants?: readonly string[]) {
  const actor = await makeSomebody(roles, tenants);
  const { secret } = await begin(actor);
  expect(await confirm(actor, [codeAt(secret, -30), codeAt(secret, 0)])).toEqual({ confirmed: true });
  return { actor, secret };
}

fiveCases({
  command: beginFactor,
  arrange: async () => ({ input: {}, actor: await makeSomebody() }),
  winners: 2,
  forbidden: personActor([]),
  works: (result) =>
    expect(result).toMatchObject({ secret: expect.stringMatching(/^[A-Z2-7]{32}$/), uri: expect.stringContaining("otpauth://totp/") }),
});
fiveCases({
  command: confirmFactor,
  arrange: async () => {
    const actor = await makeSomebody();
    const { secret } = await begin(actor);
    const seconds = Math.floor(Date.now() / 1_000);
    return { input: { codes: [seconds - 30, seconds].map((epoch) => generateSync({ secret, epoch })) }, actor };
  },
  // Whoever comes second brings the very codes that confirmed it.
  winners: 2,
  forbidden: personActor([]),
  works: (result) => expect(result).toEqual({ confirmed: true }),
});
fiveCases({
  command: proveCode,
  arrange: async () => {
    const { actor } = await enrolled();
    return { input: { code: "000 000", digest: DIGEST }, actor };
  },
  winners: 2,
  forbidden: personActor([]),
  works: (result) => expect(result).toEqual({ proven: false }),
});
fiveCases({
  command: forgetFactor,
  arrange: async () => ({ input: { personId: (await enrolled()).actor.personId, reason: "lost the phone" }, actor: steppedUp(root) }),
  winners: 1,
  works: (result) => expect(result).toMatchObject({ second_factor: null }),
});

describe("a factor counts once two consecutive codes confirmed it", () => {
  test.each<[string, readonly [number, number], boolean]>([
    ["the one before and this one", [-30, 0], true],
    ["this one and the next", [0, 30], true],
    ["typed slowly", [-90, -60], true],
    ["the same twice", [0, 0], false],
    ["in the wrong order", [0, -30], false],
    ["with one between", [-60, 0], false],
    ["too old", [-150, -120], false],
  ])("%s", async (_why, [first, second], isConfirmed) => {
    const actor = await makeSomebody();
    const { secret } = await begin(actor);
    expect(await refusalOf(prove(actor, codeAt(secret, 0)))).toMatchObject({ details: { code: "ERR_NO_FACTOR" } });
    expect(await confirm(actor, [codeAt(secret, first), codeAt(secret, second)])).toEqual({ confirmed: isConfirmed });
    expect((await showFactor(actor)).enrolled).toBe(isConfirmed);
  });

  test("the codes that confirmed it answer the same again, others find none that waits", async () => {
    const actor = await makeSomebody();
    const { secret } = await begin(actor);
    const codes = [codeAt(secret, -30), codeAt(secret, 0)];
    expect(await confirm(actor, codes)).toEqual({ confirmed: true });
    expect(await confirm(actor, codes, at(5))).toEqual({ confirmed: true });
    for (const others of [
      [codeAt(secret, -60), codeAt(secret, -30)],
      [codeAt(secret, 0), codeAt(secret, 30)],
    ]) {
      expect((await refusalOf(confirm(actor, others))).kind).toBe("conflict");
    }
  });

  test("somebody of few tenants has one too; a person without a record has none", async () => {
    await enrolled(["viewer"], [(await makeTenant()).id]);
    expect((await refusalOf(begin(personActor(["viewer"], undefined, "nobody@center.test")))).kind).toBe("conflict");
  });

  test("the secret lies sealed, and neither audit nor reader can see it", async () => {
    const { actor, secret } = await enrolled();
    const owner = openAs("owner");
    const [row] = await owner<{ found: number; sealed: Buffer }[]>`
      select (select count(*)::int from audit_entries e where e::text like ${`%${secret}%`}) as found, sealed_secret as sealed
      from totp_factors where person_id = ${actor.personId}`;
    expect(row?.found).toBe(0);
    expect(row?.sealed.includes(secret)).toBe(false);
    await owner.end();
    const reader = openAs("reader");
    await expect(reader`select sealed_secret from totp_factors`).rejects.toThrow(/permission denied/);
    await reader.end();
  });
});

describe("a code is for one digest, once, and for minutes", () => {
  test("it opens what it was entered for, and nothing else, one time", async () => {
    const { actor, secret } = await enrolled();
    expect(await prove(actor, codeAt(secret, 30))).toMatchObject({ proven: true, digest: DIGEST });
    expect((await refusalOf(needs(actor, OTHER))).details.code).toBe("ERR_STEP_UP");
    expect(await needs(actor)).toBe("totp");
    expect((await refusalOf(needs(actor))).details.code).toBe("ERR_STEP_UP");
  });

  test("of two at once that need it, one gets it", async () => {
    const { actor, secret } = await enrolled();
    await prove(actor, codeAt(secret, 30));
    const outcomes = await Promise.allSettled([needs(actor), needs(actor)]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("a code that was used, and any before it, counts no more, also for another digest and at once", async () => {
    const { actor, secret } = await enrolled();
    expect(await prove(actor, codeAt(secret, 0))).toEqual({ proven: false });
    const code = codeAt(secret, 30);
    const [first, second] = await Promise.all([prove(actor, code), prove(actor, code, OTHER)]);
    expect([first.proven, second.proven].toSorted()).toEqual([false, true]);
    expect(await prove(actor, code, OTHER, at(29))).toEqual({ proven: false });
  });

  test("after five minutes it is stale, and somebody else's proves nothing", async () => {
    const { actor, secret } = await enrolled();
    await prove(actor, codeAt(secret, 30));
    expect((await refusalOf(needs(actor, DIGEST, at(LIMITS.stepUpSeconds)))).details.code).toBe("ERR_STEP_UP");
    expect((await refusalOf(needs((await enrolled()).actor))).details.code).toBe("ERR_STEP_UP");
    expect(await needs(actor, DIGEST, at(LIMITS.stepUpSeconds - 1))).toBe("totp");
  });

  test("too many wrong ones lock it for a while, right ones included", async () => {
    const { actor, secret } = await enrolled();
    for (let tries = 0; tries < LIMITS.stepUpFailuresBeforeLock; tries += 1) await prove(actor, "000000");
    expect(await prove(actor, codeAt(secret, 30))).toEqual({ proven: false });
    const later = LIMITS.stepUpLockSeconds + 1;
    expect(await prove(actor, codeAt(secret, later), DIGEST, at(later))).toMatchObject({ proven: true });
  });

  test("what is no person has no second factor, whatever it claims", async () => {
    const machine: Actor = { ...steppedUp(root), kind: "system", id: "system:rollout", email: null };
    expect((await refusalOf(needs(machine))).details.code).toBe("ERR_STEP_UP");
  });
});

describe("who replaces or resets a factor", () => {
  test("replacing it needs a code of the old one", async () => {
    const { actor, secret } = await enrolled();
    expect((await refusalOf(begin(actor))).details.code).toBe("ERR_STEP_UP");
    await prove(actor, codeAt(secret, 30), replacementDigest(actor.email ?? ""));
    const fresh = await begin(actor);
    expect(fresh.secret).not.toBe(secret);
    expect(await refusalOf(prove(actor, codeAt(secret, 60), DIGEST, at(60)))).toMatchObject({ details: { code: "ERR_NO_FACTOR" } });
  });

  test("a reset needs the admin's own factor, is nobody's own, and leaves the lost phone useless", async () => {
    const [admin, lost] = [await enrolled(["security_admin"]), await enrolled()];
    const reset = (personId: string, now = START) =>
      runCommand(forgetFactor, { input: { personId, reason: "lost the phone" }, actor: admin.actor, now });
    expect((await refusalOf(reset(lost.actor.personId))).details.code).toBe("ERR_STEP_UP");
    expect((await refusalOf(reset(admin.actor.personId))).details.code).toBe("ERR_SECOND_PERSON");
    await prove(admin.actor, codeAt(admin.secret, 30), resetDigest(lost.actor.personId));
    // Whoever found the phone was quick, and showed a code for something that comes later.
    expect(await prove(lost.actor, codeAt(lost.secret, 30))).toMatchObject({ proven: true });
    await reset(lost.actor.personId);
    expect((await refusalOf(needs(lost.actor))).details.code).toBe("ERR_STEP_UP");
    expect(await confirm(lost.actor, [codeAt(lost.secret, 30), codeAt(lost.secret, 60)], at(60))).toEqual({ confirmed: false });
    await expect(begin(lost.actor)).resolves.toHaveProperty("secret");
  });

  test("a disabled person's factor proves nothing new", async () => {
    const { actor, secret } = await enrolled();
    await runCommand(updatePerson, { input: { personId: actor.personId, disabled: true }, actor: root, now: START });
    expect((await refusalOf(prove(actor, codeAt(secret, 30)))).kind).toBe("conflict");
  });
});
