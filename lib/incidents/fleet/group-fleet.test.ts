import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { groupFleet } from "./group-fleet";
import type { FleetAction, FleetPlace, KinCount, LiveFleet, Suspect } from "./types";

const NOW = new Date("2026-11-22T12:00:00.000Z");
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);
const KIN = { pluginKey: "pay", version: "1.2.2", platform: "shop 1", runtime: "php 8.3" } as const;

let last = 0;
/** As many sick plugins, each of a merchant of its own unless said otherwise. */
function sick(count: number, changes: Partial<Suspect> = {}): Suspect[] {
  return Array.from({ length: count }, () => {
    last += 1;
    return {
      ...KIN,
      id: `i${last}`,
      tenantId: `t${last}`,
      signature: "webhook_fail_rate",
      severity: "high",
      noticedAt: ago(60),
      isProven: false,
      fleetId: null,
      ...changes,
    } satisfies Suspect;
  });
}
const kin = (plugins: number, changes: Partial<KinCount> = {}): KinCount => ({ ...KIN, plugins, ...changes });
const PLACE: FleetPlace = { signature: "webhook_fail_rate", build: { pluginKey: "pay", version: "1.2.2" }, cohort: "all" };
const live = (changes: Partial<LiveFleet> = {}): LiveFleet => ({
  ...PLACE,
  id: "f1",
  kind: "version",
  since: ago(300),
  joinedAt: ago(60),
  most: 10,
  left: 10,
  ...changes,
});
const group = (suspects: readonly Suspect[], counts: readonly KinCount[], fleets: readonly LiveFleet[] = [], barred: FleetPlace[] = []) =>
  groupFleet({ suspects, kin: counts, live: fleets, barred, now: NOW });
/** What a reader sees of an action. */
const brief = (action: FleetAction): string => {
  if (action.do === "end") return `end ${action.fleetId}`;
  if (action.do === "join") return `join ${action.fleetId} ${action.members.length}`;
  const { build, cohort } = action.place;
  return `open ${action.kind} ${build ? `${build.pluginKey}@${build.version}` : "*"} ${cohort} ${action.members.length}/${action.reach}`;
};

const OTHER = { version: "1.1.0" };
const OLD_PHP = { runtime: "php 7.4" };

describe("what many have at once is one", () => {
  test.each<[string, Suspect[], KinCount[], string[]]>([
    ["nobody is sick", [], [kin(100)], []],
    ["four merchants are not many", sick(4), [kin(4)], []],
    ["five plugins of one merchant are not many", sick(5, { tenantId: "one" }), [kin(5)], []],
    ["five of 26 are too few of them", sick(5), [kin(26)], []],
    ["five of 25 are many", sick(5), [kin(25)], ["open version pay@1.2.2 all 5/25"]],
    ["a thousand together are one", sick(1_000), [kin(1_000)], ["open version pay@1.2.2 all 1000/1000"]],
    ["a version that fails while the other runs", sick(10), [kin(20), kin(20, OTHER)], ["open version pay@1.2.2 all 10/20"]],
    [
      "two versions about equally: not the version",
      [...sick(10), ...sick(8, OTHER)],
      [kin(20), kin(20, OTHER)],
      ["open shared * all 18/40"],
    ],
    [
      "a single stray on another version changes nothing",
      [...sick(10), ...sick(1, OTHER)],
      [kin(20), kin(20, OTHER)],
      ["open version pay@1.2.2 all 10/20"],
    ],
    ["the version ran well at most of them before", sick(6, { isProven: true }), [kin(10)], ["open shared * all 6/10"]],
    [
      "nobody is heard any more: never a version's doing",
      sick(6, { signature: "silence" }),
      [kin(10), kin(10, OTHER)],
      ["open shared * all 6/20"],
    ],
    [
      "silent on one version, and too few of all: each its own, for a version silences nobody",
      sick(6, { signature: "silence" }),
      [kin(6), kin(60, OTHER)],
      [],
    ],
    [
      "only on one runtime, whatever the version",
      [...sick(4, OLD_PHP), ...sick(4, { ...OLD_PHP, ...OTHER })],
      [kin(40), kin(40, OTHER), kin(5, OLD_PHP), kin(5, { ...OLD_PHP, ...OTHER })],
      ["open shared * runtime php 7.4 8/10"],
    ],
    [
      "a version, and only on one runtime",
      sick(8, OLD_PHP),
      [kin(80), kin(10, OLD_PHP), kin(10, { ...OLD_PHP, ...OTHER })],
      ["open version pay@1.2.2 runtime php 7.4 8/10"],
    ],
    [
      "two faults of two plugins are two",
      [...sick(6), ...sick(6, { pluginKey: "ship", signature: "queue_depth" })],
      [kin(6), kin(6, { pluginKey: "ship" })],
      ["open version ship@1.2.2 all 6/6", "open version pay@1.2.2 all 6/6"],
    ],
    ["who was ill long before is no news", sick(6, { noticedAt: ago(601) }), [kin(6)], []],
  ])("%s", (_name, suspects, counts, expected) => {
    expect(group(suspects, counts).map(brief)).toEqual(expected);
  });

  test("what a person said is none stays none, and only that", () => {
    expect(group(sick(10), [kin(10)], [], [PLACE]).map(brief)).toEqual([]);
    expect(group(sick(10, OTHER), [kin(10, OTHER)], [], [PLACE]).map(brief)).toEqual(["open version pay@1.1.0 all 10/10"]);
  });
});

describe("while it lasts", () => {
  const shared = live({ kind: "shared", build: null });
  test.each<[string, Suspect[], LiveFleet, string[]]>([
    ["a newcomer joins, one alone too", sick(1), live(), ["join f1 1"]],
    ["who is ill on another version has something else", sick(1, OTHER), live(), []],
    ["where the cause is shared, the version does not matter", sick(1, OTHER), shared, ["join f1 1"]],
    ["another rule found it: a fault of its own", sick(1, { signature: "queue_depth" }), shared, []],
    ["ill long before it began: a fault of its own", sick(1, { noticedAt: ago(901) }), shared, []],
    ["members stay without a word", sick(10, { fleetId: "f1" }), live(), []],
    ["hardly anybody left: over", [], live({ left: 2 }), ["end f1"]],
    ["half left, and somebody joined lately: not yet", [], live({ left: 5 }), []],
    ["half left, and nobody joined for a while: over", [], live({ left: 5, joinedAt: ago(600) }), ["end f1"]],
    ["more than half left: it lasts, however long", [], live({ left: 6, joinedAt: ago(86_400) }), []],
    ["what is over takes nobody in", sick(1), live({ left: 0 }), ["end f1"]],
  ])("%s", (_name, suspects, fleet, expected) => {
    expect(group(suspects, [kin(20), kin(20, OTHER)], [fleet]).map(brief)).toEqual(expected);
  });

  test("a cause above the versions takes over from a version that was blamed for it", () => {
    const suspects = [...sick(10, { fleetId: "f1" }), ...sick(10, OTHER)];
    const actions = group(suspects, [kin(20), kin(20, OTHER)], [live()]);
    expect(actions.map(brief)).toEqual(["open shared * all 20/40", "end f1"]);
  });
});

describe("for any fleet", () => {
  const suspect = fc.record({
    tenantId: fc.integer({ min: 0, max: 30 }).map((number) => `t${number}`),
    version: fc.constantFrom("1.2.2", "1.1.0", "2.0.0"),
    runtime: fc.constantFrom("php 8.3", "php 7.4"),
    signature: fc.constantFrom("webhook_fail_rate", "silence"),
    noticedAt: fc.integer({ min: 0, max: 1_200 }).map(ago),
    isProven: fc.boolean(),
    fleetId: fc.constantFrom(null, null, "f1", "f2"),
  });
  const fleets = [live(), live({ id: "f2", kind: "shared", build: null })];
  const any = fc.record({
    suspects: fc.array(suspect, { maxLength: 40 }).map((rows) => rows.flatMap((row) => sick(1, row))),
    plugins: fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 6, maxLength: 6 }),
  });
  const kinOf = (plugins: readonly number[]) =>
    plugins.map((count, index) =>
      kin(count, { version: ["1.2.2", "1.1.0", "2.0.0"][index % 3] as string, runtime: index < 3 ? "php 8.3" : "php 7.4" }),
    );

  test("each is in one action at most, what is opened is many, and the order in which they come changes nothing", () => {
    fc.assert(
      fc.property(any, ({ suspects, plugins }) => {
        const actions = group(suspects, kinOf(plugins), fleets);
        const placed = actions.flatMap((action) => (action.do === "end" ? [] : action.members.map(({ id }) => id)));
        expect(new Set(placed).size).toBe(placed.length);
        for (const action of actions) {
          if (action.do !== "open") continue;
          expect(new Set(action.members.map(({ tenantId }) => tenantId)).size).toBeGreaterThanOrEqual(5);
          expect(new Set(action.members.map(({ signature }) => signature))).toEqual(new Set([action.place.signature]));
          if (action.place.signature === "silence") expect(action.kind).toBe("shared");
        }
        const names = actions.flatMap((action) => (action.do === "open" ? [JSON.stringify(action.place)] : []));
        expect(new Set(names).size).toBe(names.length);
        const turned = group(suspects.toReversed(), kinOf(plugins), fleets);
        expect(turned.map(brief)).toEqual(actions.map(brief));
      }),
    );
  });

  test("done once, it is done: grouped again with what it led to, nobody moves", () => {
    fc.assert(
      fc.property(any, ({ suspects, plugins }) => {
        const ungrouped = suspects.map((one) => ({ ...one, fleetId: null }));
        const opened = group(ungrouped, kinOf(plugins)).flatMap((action, index) =>
          action.do === "open" ? [{ ...action, id: `new${index}` }] : [],
        );
        const fleetOf = new Map(opened.flatMap(({ id, members }) => members.map((member) => [member.id, id] as const)));
        const next = ungrouped.map((one) => ({ ...one, fleetId: fleetOf.get(one.id) ?? null }));
        const now = opened.map(({ id, kind, place, members }) =>
          live({ ...place, id, kind, since: ago(1_200), joinedAt: NOW, most: members.length, left: members.length }),
        );
        expect(group(next, kinOf(plugins), now).filter((action) => action.do !== "join")).toEqual([]);
      }),
    );
  });
});
