import { expect, test } from "vitest";
import { Refusal } from "@/lib/kernel/refusal";
import { whyRefused } from "./why-refused";

test.each([
  ["unauthenticated", { why: "stale" }, "heartbeat", "stale"],
  ["unauthenticated", { why: "other_plugin" }, "ack", "other_plugin"],
  ["unauthenticated", { why: "constructor" }, "heartbeat", "other"],
  ["unauthenticated", {}, "heartbeat", "other"],
  ["too-large", {}, "heartbeat", "too_large"],
  ["unsupported-media", {}, "heartbeat", "content_encoding"],
  ["unreadable", { why: "body" }, "heartbeat", "body"],
  ["unreadable", {}, "heartbeat", "json"],
  ["invalid", {}, "fail", "schema"],
  ["too-many", {}, "heartbeats", "rate"],
  ["not-found", {}, "ack", "unknown_command"],
  ["not-found", {}, "artifact", "not_ordered"],
  ["conflict", {}, "fail", "answered_otherwise"],
  ["unavailable", {}, "heartbeat", null],
] as const)("%s %j at %s -> %s", (kind, details, route, why) => {
  expect(whyRefused(new Refusal(kind, "no", details), route)).toBe(why);
});
