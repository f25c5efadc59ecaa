import { expect, test } from "vitest";
import { parseNotice, readsTouchedBy } from "./topics";

test.each([
  { topic: "incident", reads: ["incidents", "incident", "fleet", "safety", "audit", "approvals"] },
  { topic: "attempt", reads: ["attempts", "rollout", "incident", "fleet", "safety", "autonomy", "audit", "decisions"] },
  { topic: "beat", reads: ["fleet", "plugins"] },
  { topic: "sira", reads: ["sira", "decisions", "audit"] },
  { topic: "switch", reads: ["switches", "safety", "calendars", "audit", "approvals"] },
  { topic: "person", reads: ["audit"] },
  { topic: "clock", reads: [] },
  {
    topic: "something-newer",
    reads: [
      "incidents",
      "incident",
      "attempts",
      "fleet",
      "plugins",
      "series",
      "switches",
      "safety",
      "audit",
      "sira",
      "decisions",
      "approvals",
      "releases",
      "repository",
      "deliveries",
      "oncall",
      "rollouts",
      "rollout",
      "runbooks",
      "postmortems",
      "calendars",
      "autonomy",
      "modules",
      "module",
      "slos",
      "slo",
      "snapshots",
      "repairs",
      "repair",
      "scanner",
      "tenants",
    ],
  },
] as const)("a change of topic $topic doubts $reads", ({ topic, reads }) => {
  expect(readsTouchedBy({ topic, id: "1", rev: 1 })).toEqual(reads);
});

test.each(["", "{", "null", "[]", '{"topic":1,"id":"a","rev":2}', '{"topic":"incident","id":"a"}'])("%s is no notice", (data) => {
  expect(parseNotice(data)).toBeNull();
});

test("a notice is read field by field", () => {
  expect(parseNotice('{"topic":"incident","id":"a","rev":7,"more":true}')).toEqual({ topic: "incident", id: "a", rev: 7 });
});
