import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import {
  areaOf,
  type NextPage,
  nextPage,
  type OnCallPerson,
  orderFor,
  type PagedIncident,
  type PagingFacts,
  type SentPage,
} from "./next-page";
import { quietUntil, wallMinutes } from "./quiet-hours";

/** A winter night: 03:00 in Paris, 02:00 UTC. */
const NOW = new Date("2026-11-22T02:00:00.000Z");
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const secondsAgo = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);
const SETTLE = LIMITS.pageSettleSeconds;
const INCIDENT: PagedIncident = {
  type: "webhook_fail_rate",
  severity: "high",
  status: "open",
  isAcknowledged: false,
  isOfFleet: false,
  noticedAt: null,
};
const NIGHT = { timeZone: "Europe/Paris", from: 22 * 60, to: 7 * 60 };
const person = (id: string, given: Partial<OnCallPerson> = {}): OnCallPerson => ({
  id,
  isDisabled: false,
  mayAct: true,
  quiet: null,
  criticalWakes: false,
  ...given,
});
const ORDER = { people: ["ada", "bo", "cy"], ackMinutes: 10, repageMinutes: 30 };
const THREE = [person("ada"), person("bo"), person("cy")];
const sent = (...calls: [string, number][]): SentPage[] => calls.map(([personId, minutes]) => ({ personId, at: minutesAgo(minutes) }));

type Case = Partial<Omit<PagingFacts, "incident">> & { readonly incident?: Partial<PagedIncident> };
function decide({ incident, ...given }: Case): NextPage {
  return nextPage({ order: ORDER, people: THREE, sent: [], hasMail: true, now: NOW, ...given, incident: { ...INCIDENT, ...incident } });
}
/** A decision in a few letters: whom it calls, or why not. */
const said = (next: NextPage) =>
  next.do === "page" ? `${next.personId}${next.isAgain ? " again" : ""}` : "why" in next ? `${next.do}: ${next.why}` : next.do;

describe("who is woken", () => {
  test.each<[string, Case, string]>([
    ["the first of the order", {}, "ada"],
    ["nobody for what is over", { incident: { status: "resolved" } }, "end: over"],
    ["nobody for what is closed", { incident: { status: "closed" } }, "end: over"],
    ["nobody once somebody has it", { incident: { isAcknowledged: true }, sent: sent(["ada", 60]) }, "end: acknowledged"],
    ["nobody while an attempt heals", { incident: { status: "healing" } }, "wait: healing"],
    ["somebody for what is critical, though an attempt heals", { incident: { status: "healing", severity: "critical" } }, "ada"],
    ["somebody for a plan that waits for approval", { incident: { status: "awaiting_approval" } }, "ada"],
    ["somebody for what escalated", { incident: { status: "escalated" } }, "ada"],
    ["nobody for one plugin of a fleet that fails together", { incident: { isOfFleet: true } }, "wait: fleet"],
    ["somebody for the fleet itself", { incident: { type: "fleet", isOfFleet: true } }, "ada"],
    ["nobody yet for what may still turn out to be one of many", { incident: { noticedAt: secondsAgo(SETTLE - 1) } }, "wait: settling"],
    ["somebody once that has settled", { incident: { noticedAt: secondsAgo(SETTLE) } }, "ada"],
    ["the second, though it came back a moment ago", { incident: { noticedAt: secondsAgo(1) }, sent: sent(["ada", 10]) }, "bo"],
    ["nobody without an order", { order: null }, "nobody: no_order"],
    ["nobody where the order is empty", { order: { ...ORDER, people: [] } }, "nobody: no_order"],
    ["nobody without a mail server", { hasMail: false }, "nobody: no_mail"],
    ["nobody else while the first has time", { sent: sent(["ada", 9]) }, "wait: answer"],
    ["the second when the first did not answer", { sent: sent(["ada", 10]) }, "bo"],
    ["the third after that", { sent: sent(["ada", 20], ["bo", 10]) }, "cy"],
    ["nobody again before the pause is over", { sent: sent(["ada", 49], ["bo", 39], ["cy", 29]) }, "wait: again"],
    ["the first again after it", { sent: sent(["ada", 50], ["bo", 40], ["cy", 30]) }, "ada again"],
    ["the second again after that", { sent: sent(["ada", 70], ["bo", 60], ["cy", 50], ["ada", 10]) }, "bo again"],
    ["the second where the first is disabled", { people: [person("ada", { isDisabled: true }), person("bo")] }, "bo"],
    [
      "the second at once when the first is disabled after the call",
      { people: [person("ada", { isDisabled: true }), person("bo")], sent: sent(["ada", 1]) },
      "bo",
    ],
    ["the second where the first may not acknowledge", { people: [person("ada", { mayAct: false }), person("bo")] }, "bo"],
    ["the second where nobody knows the first any more", { people: [person("bo")] }, "bo"],
    ["nobody where all are disabled", { people: THREE.map((one) => ({ ...one, isDisabled: true })) }, "nobody: none_reachable"],
    ["the second where the first sleeps", { people: [person("ada", { quiet: NIGHT }), person("bo")] }, "bo"],
    ["the first, asleep, for what is not critical: no", { people: [person("ada", { quiet: NIGHT, criticalWakes: true })] }, "wait: quiet"],
    [
      "the first, asleep, for what is critical, if they said so",
      { incident: { severity: "critical" }, people: [person("ada", { quiet: NIGHT, criticalWakes: true })] },
      "ada",
    ],
    ["and not if they did not", { incident: { severity: "critical" }, people: [person("ada", { quiet: NIGHT })] }, "wait: quiet"],
    ["one alone again only after the pause", { people: [person("ada")], sent: sent(["ada", 29]) }, "wait: again"],
    ["and then", { people: [person("ada")], sent: sent(["ada", 30]) }, "ada again"],
    ["somebody who was put first meanwhile", { order: { ...ORDER, people: ["cy", "ada"] }, sent: sent(["ada", 10]) }, "cy"],
    [
      "nobody any more after so many calls",
      { sent: Array.from({ length: LIMITS.pagesPerIncident }, () => ({ personId: "ada", at: minutesAgo(90) })) },
      "exhausted",
    ],
  ])("%s", (_what, facts, expected) => {
    expect(said(decide(facts))).toBe(expected);
  });

  test("when all sleep, the first morning is waited for", () => {
    const people = [person("ada", { quiet: NIGHT }), person("bo", { quiet: { timeZone: "Africa/Dakar", from: 0, to: 5 * 60 } })];
    expect(decide({ people })).toEqual({ do: "wait", why: "quiet", until: new Date("2026-11-22T05:00:00.000Z") });
  });

  test.each([
    ["somebody who has a next", {}, 10],
    ["the last of a round", { sent: sent(["ada", 20], ["bo", 10]) }, null],
    ["one alone", { people: [person("ada")] }, null],
  ])("%s is told how long there is", (_who, facts, minutes) => {
    expect(decide(facts)).toMatchObject({ do: "page", minutes });
  });

  test("asked again with its own answer on record, it never calls at once again, and everybody is called once a round", () => {
    const gap = fc.integer({ min: 1, max: 45 });
    fc.assert(
      fc.property(fc.array(gap, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (gaps, count) => {
        const people = THREE.slice(0, count);
        const calls: SentPage[] = [];
        let now = NOW;
        for (const minutes of gaps) {
          const next = nextPage({ incident: INCIDENT, order: ORDER, people, sent: calls, hasMail: true, now });
          if (next.do === "page") {
            calls.push({ personId: next.personId, at: now });
            expect(nextPage({ incident: INCIDENT, order: ORDER, people, sent: calls, hasMail: true, now }).do).not.toBe("page");
          }
          now = new Date(now.getTime() + minutes * 60_000);
        }
        for (const [index, call] of calls.entries()) {
          expect(call.personId).toBe(people[index % count]?.id);
          const before = calls[index - 1];
          if (before) expect(call.at.getTime() - before.at.getTime()).toBeGreaterThanOrEqual((index % count === 0 ? 30 : 10) * 60_000);
        }
        expect(calls.length).toBeLessThanOrEqual(LIMITS.pagesPerIncident);
      }),
    );
  });
});

test.each([
  ["fleet", "fleet"],
  ["contract_violation", "integrity"],
  ["drift", "integrity"],
  ["silence", "plugins"],
] as const)("an incident of type %s is about the %s", (type, area) => {
  expect(areaOf(type)).toBe(area);
});

test("the order of the area comes before the one for anything, and another severity's is none", () => {
  const any = { area: "any", severity: "high" } as const;
  const own = { area: "plugins", severity: "high" } as const;
  expect(orderFor([any, own], INCIDENT)).toBe(own);
  expect(orderFor([any], INCIDENT)).toBe(any);
  expect(
    orderFor(
      [
        { area: "fleet", severity: "high" },
        { area: "any", severity: "critical" },
      ],
      INCIDENT,
    ),
  ).toBeNull();
});

describe("quiet hours", () => {
  const at = (text: string) => new Date(text);
  test.each([
    ["in the night, by the wall in Paris", NIGHT, "2026-11-22T02:00:30.000Z", "2026-11-22T06:00:00.000Z"],
    ["at their first minute", NIGHT, "2026-11-22T21:00:00.000Z", "2026-11-23T06:00:00.000Z"],
    ["not a minute before", NIGHT, "2026-11-22T20:59:59.000Z", null],
    ["not at their end", NIGHT, "2026-11-22T06:00:00.000Z", null],
    ["in summer an hour earlier", NIGHT, "2026-07-01T20:00:00.000Z", "2026-07-02T05:00:00.000Z"],
    ["over noon", { timeZone: "UTC", from: 720, to: 780 }, "2026-11-22T12:30:00.000Z", "2026-11-22T13:00:00.000Z"],
    ["never, where they end as they begin", { timeZone: "UTC", from: 600, to: 600 }, "2026-11-22T10:00:00.000Z", null],
    ["in a zone of half hours", { timeZone: "Asia/Kolkata", from: 0, to: 60 }, "2026-11-22T18:40:00.000Z", "2026-11-22T19:30:00.000Z"],
  ])("%s", (_what, quiet, now, until) => {
    expect(quietUntil(quiet, at(now))).toEqual(until === null ? null : at(until));
  });

  test("midnight is minute 0", () => {
    expect(wallMinutes(at("2026-11-21T23:00:00.000Z"), "Europe/Paris")).toBe(0);
  });
});
