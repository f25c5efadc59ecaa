import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SWITCH_NAMES, SWITCH_SCOPES } from "@/lib/policy/effective-switches";
import { bindLoosening, driftOf, type LooseningWorld, type StoredLoosening } from "./loosening";
import type { Loosening } from "./types";

const NOW = new Date("2026-01-01T12:00:00.000Z");
const THROWN = { at: new Date("2026-01-01T11:00:00.000Z"), by: "person:ada@center.test" };
const OFF = {
  do: "switch_off",
  switch: "kill_switch",
  scope: "global",
  tenant_id: null,
  target_id: null,
  thrown_at: THROWN.at.toISOString(),
  thrown_by: THROWN.by,
  policy_version: 7,
  nonce: "n".repeat(24),
  expires_at: "2026-01-01T16:00:00.000Z",
} as const satisfies Loosening;
const THE_BLOCK = "5f0c7f6e-1d53-4d0a-8a3f-0d8a6a1f1b12";
const WORLD: LooseningWorld = { now: NOW, policyVersion: 7, thrown: THROWN, freeze: null };
const stored = (document: Loosening, changes: Partial<StoredLoosening> = {}): StoredLoosening => ({
  ...bindLoosening(document),
  status: "awaiting",
  ...changes,
});

describe("the digest is of everything that is done", () => {
  const documents = fc.record({
    do: fc.constant("switch_off" as const),
    switch: fc.constantFrom(...SWITCH_NAMES),
    scope: fc.constantFrom(...SWITCH_SCOPES),
    tenant_id: fc.option(fc.uuid(), { nil: null }),
    target_id: fc.option(fc.uuid(), { nil: null }),
    thrown_at: fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }).map((at) => at.toISOString()),
    thrown_by: fc.emailAddress(),
    policy_version: fc.integer({ min: 1, max: 1_000_000 }),
    nonce: fc.string({ minLength: 16, maxLength: 24, unit: "grapheme-ascii" }),
    expires_at: fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }).map((at) => at.toISOString()),
  });

  test("two requests that differ in one member have two digests", () => {
    const oneChanged = fc.tuple(documents, documents, fc.constantFrom(...(Object.keys(OFF) as (keyof typeof OFF)[])));
    fc.assert(
      fc.property(oneChanged, ([document, other, member]) => {
        const changed = { ...document, [member]: other[member] } as Loosening;
        const isSame = other[member] === document[member];
        expect(bindLoosening(changed).digest === bindLoosening(document).digest).toBe(isSame);
      }),
    );
  });

  test("the order of members does not matter, and a member too many is refused", () => {
    fc.assert(
      fc.property(documents, (document) => {
        const turned = Object.fromEntries(Object.entries(document).reverse()) as unknown as Loosening;
        expect(bindLoosening(turned).digest).toBe(bindLoosening(document).digest);
      }),
    );
    expect(() => bindLoosening({ ...OFF, approved_by: "me" } as unknown as Loosening)).toThrow();
  });

  test("whatever is changed in what is stored, it is not executed", () => {
    fc.assert(
      fc.property(documents, fc.constantFrom(...(Object.keys(OFF) as (keyof typeof OFF)[])), (other, member) => {
        fc.pre(other[member] !== OFF[member]);
        const request = { ...stored(OFF), document: { ...OFF, [member]: other[member] } as Loosening };
        expect(driftOf(request, WORLD)).not.toBeNull();
      }),
    );
  });
});

describe("what voids a request", () => {
  const change: Loosening = {
    do: "policy_change",
    changes: { autopatch_enabled: true },
    policy_version: 7,
    nonce: OFF.nonce,
    expires_at: OFF.expires_at,
  };
  const bake: Loosening = { ...change, changes: { bake_fifth_days: 1 } };
  const before = { starts_at: "2026-01-01T10:00:00.000Z", ends_at: "2026-01-03T10:00:00.000Z" };
  const bound = { policy_version: 7, nonce: OFF.nonce, expires_at: OFF.expires_at };
  const lift: Loosening = {
    do: "lift_block",
    block_id: THE_BLOCK,
    kind: "route",
    target: "GET /api/x",
    set_at: NOW.toISOString(),
    ...bound,
  };
  const freezeId = "5f0c7f6e-1d53-4d0a-8a3f-0d8a6a1f1b11";
  const end: Loosening = { do: "freeze_change", freeze_id: freezeId, tenant_id: null, before, after: null, ...bound };
  const shorter: Loosening = { ...end, after: { ...before, ends_at: "2026-01-01T13:00:00.000Z" } };
  const hours = { time_zone: "Europe/Paris", windows: [], quiet: [{ days: [1], from: 8, to: 20 }] };
  const open: Loosening = { do: "calendar_change", tenant_id: freezeId, before: hours, after: { ...hours, quiet: [] }, ...bound };
  const freeze = { startsAt: new Date(before.starts_at), endsAt: new Date(before.ends_at) };
  test.each<[string, StoredLoosening, Partial<LooseningWorld>, RegExp | null]>([
    ["a shorter bake needs no kill switch", stored(bake), { thrown: null }, null],
    ["a shorter bake under another policy", stored(bake), { thrown: null, policyVersion: 8 }, /policy changed/],
    ["a block in force", stored(lift), { block: { setAt: NOW } }, null],
    ["a block that was lifted", stored(lift), { block: null }, /open again already/],
    ["a block that was set again", stored(lift), { block: { setAt: new Date(NOW.getTime() + 1) } }, /open again already/],
    ["hours that stand as they were", stored(open), { hours: { ...hours, quiet: [{ to: 20, from: 8, days: [1] }] } }, null],
    ["hours that were closed further", stored(open), { hours: { ...hours, quiet: [{ days: [1, 2], from: 8, to: 20 }] } }, /changed since/],
    ["hours that are gone", stored(open), { hours: null }, /changed since/],
    ["a freeze that stands as it was", stored(end), { freeze }, null],
    ["a freeze that is lifted", stored(end), { freeze: null }, /over already/],
    ["a freeze that ran out", stored(end), { freeze: { ...freeze, endsAt: NOW } }, /over already/],
    [
      "a freeze that was made longer",
      stored(end),
      { freeze: { ...freeze, endsAt: new Date("2026-01-04T10:00:00.000Z") } },
      /changed since/,
    ],
    ["a freeze that is to end sooner", stored(shorter), { freeze }, null],
    ["its new end came before anybody agreed", stored(shorter), { freeze, now: new Date("2026-01-01T13:00:00.000Z") }, /has passed/],
    ["nothing has changed", stored(OFF), {}, null],
    ["a change of the policy, and nothing else has changed", stored(change), {}, null],
    ["the last moment", stored(OFF), { now: new Date("2026-01-01T15:59:59.999Z") }, null],
    ["it expired", stored(OFF), { now: new Date(OFF.expires_at) }, /expired/],
    ["the policy changed", stored(OFF), { policyVersion: 8 }, /policy changed/],
    ["the switch is off", stored(OFF), { thrown: null }, /off already/],
    ["thrown again later", stored(OFF), { thrown: { ...THROWN, at: NOW } }, /thrown again/],
    ["thrown again by somebody else", stored(OFF), { thrown: { ...THROWN, by: "person:eve@center.test" } }, /thrown again/],
    ["executed before", stored(OFF, { status: "executed" }), {}, /executed/],
    ["declined", stored(OFF, { status: "declined" }), {}, /declined/],
    ["void", stored(OFF, { status: "void" }), {}, /void/],
  ])("%s", (_why, request, changes, expected) => {
    const drift = driftOf(request, { ...WORLD, ...changes });
    if (expected === null) expect(drift).toBeNull();
    else expect(drift).toMatch(expected);
  });
});
