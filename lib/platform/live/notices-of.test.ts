import { expect, test } from "vitest";
import { noticesOf, type Told } from "./notices-of";
import type { RecentChanges } from "./read-changes";

const ID_A = "019aa5d8-0000-7000-8000-000000000000";
const ID_B = "019aa5d8-0001-7000-8000-000000000000";
const event = (id: string, name: string, payload: Record<string, unknown> = {}) => ({ id, name, payload });
const changes = (some: Partial<RecentChanges> = {}): RecentChanges => ({ events: [], heardAtMs: 1_000, safety: "on", ...some });
const told = (some: Partial<Told> = {}): Told => ({ eventIds: new Set(), heardAtMs: 1_000, safety: "on", ...some });

test("the first look tells nothing, and remembers all", () => {
  const first = noticesOf(changes({ events: [event(ID_A, "incident.opened")] }), null, 2_000);
  expect(first.notices).toEqual([]);
  expect(first.told.eventIds).toEqual(new Set([ID_A]));
});

test("an event is told once: by its kind, its subject and its instant, never its content", () => {
  const look = changes({ events: [event(ID_A, "incident.opened", { incidentId: "i-1", secret: "s" })] });
  const first = noticesOf(look, told(), 2_000);
  expect(first.notices).toEqual([{ topic: "incident", id: "i-1", rev: 0x019aa5d80000 }]);
  expect(noticesOf(look, first.told, 2_000).notices).toEqual([]);
});

test("an event that commits late, with an older id, is still told", () => {
  const first = noticesOf(changes({ events: [event(ID_B, "attempt.moved")] }), told(), 2_000);
  const late = noticesOf(changes({ events: [event(ID_A, "incident.decided"), event(ID_B, "attempt.moved")] }), first.told, 2_000);
  expect(late.notices.map(({ topic }) => topic)).toEqual(["incident"]);
});

test.each([
  { heard: 1_000, topics: [], why: "no beat since" },
  { heard: 2_999, topics: [], why: "told of a moment ago" },
  { heard: 3_000, topics: ["beat"], why: "two seconds later" },
])("a newest beat at $heard ms after one told at 1000 ms: $topics ($why)", ({ heard, topics }) => {
  expect(noticesOf(changes({ heardAtMs: heard }), told(), 2_000).notices.map(({ topic }) => topic)).toEqual(topics);
});

test("a switch thrown by break-glass, without an event, is told", () => {
  expect(noticesOf(changes({ safety: "off" }), told(), 2_000).notices.map(({ topic }) => topic)).toEqual(["switch"]);
});
