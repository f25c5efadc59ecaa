import { expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import { type MemberEnd, type MemberFacts, memberGate, settleMember } from "./member-gate";

const NOW = new Date("2026-11-22T10:00:00Z");
const READY: MemberFacts = {
  isCutOff: false,
  runningVersion: "1.2.2",
  diskVersion: "1.2.2",
  lastSeen: NOW,
  capabilities: ["update", "rollback"],
  paymentShare: 0.01,
  attemptsToday: 0,
  isBusy: false,
  isRehearsalFailed: false,
  tried: null,
  heldBy: null,
};
const POLICY = { version: "1.2.3", impact: "normal" as const, attemptsPerDay: 6, now: NOW };

test.each<{ what: Partial<MemberFacts>; does: string; state?: string; why: string }>([
  { what: {}, does: "start", why: "nothing speaks against it" },
  { what: { isCutOff: true }, does: "settle", state: "left_out", why: "nobody would obey" },
  { what: { isBusy: true }, does: "wait", why: "one in flight per plugin" },
  { what: { runningVersion: "1.2.3", diskVersion: "1.2.3" }, does: "settle", state: "proven", why: "an incident brought it there" },
  { what: { diskVersion: "1.2.4" }, does: "settle", state: "left_out", why: "never downwards" },
  { what: { capabilities: ["update"] }, does: "settle", state: "left_out", why: "no way back, no way there" },
  { what: { diskVersion: "0.9.0" }, does: "settle", state: "left_out", why: "a major needs signatures" },
  { what: { paymentShare: 0.1 }, does: "settle", state: "left_out", why: "so does a tenth of the payments" },
  { what: { paymentShare: Number.NaN }, does: "settle", state: "left_out", why: "and a share that is none" },
  { what: { isRehearsalFailed: true }, does: "settle", state: "left_out", why: "undo is not proven from there" },
  { what: { lastSeen: new Date(NOW.getTime() - LIMITS.rolloutSilentSeconds * 1_000 - 1) }, does: "wait", why: "silent" },
  { what: { tried: { at: new Date(NOW.getTime() - 59_000), times: 1 } }, does: "wait", why: "it was tried a moment ago" },
  { what: { tried: { at: new Date(NOW.getTime() - 60_000), times: 1 } }, does: "start", why: "a minute ago" },
  { what: { tried: { at: new Date(NOW.getTime() - 119_000), times: 2 } }, does: "wait", why: "the second time it rests twice as long" },
  { what: { tried: { at: new Date(NOW.getTime() - 120_000), times: 2 } }, does: "start", why: "and is tried again then" },
  { what: { heldBy: "freeze" }, does: "wait", why: "its merchant's freeze" },
  { what: { attemptsToday: 6 }, does: "wait", why: "the day's cap holds (case 24)" },
  {
    what: { capabilities: ["update", "rollback", "quorum:all", "tuf"] },
    does: "settle",
    state: "left_out",
    why: "its merchant wants signatures",
  },
  { what: { capabilities: ["update", "rollback", "quorum:high_impact", "tuf"] }, does: "start", why: "this release weighs little" },
])("$what -> $does ($why)", ({ what, does, state }) =>
  expect(memberGate({ ...READY, ...what }, POLICY)).toMatchObject({ do: does, ...(state ? { state } : {}) }),
);

test("an agent that wants signatures for what weighs much is left out where the release does", () => {
  const wants = { ...READY, capabilities: ["update", "rollback", "quorum:high_impact", "tuf"] };
  expect(memberGate(wants, { ...POLICY, impact: "high" })).toMatchObject({ do: "settle", state: "left_out" });
  expect(memberGate(READY, { ...POLICY, impact: "high" })).toMatchObject({ do: "start" });
});

const END: MemberEnd = {
  status: "success",
  reason: "r",
  refusal: null,
  needsPerson: false,
  isCalledBack: false,
  isUnfetched: false,
  isUnproven: false,
  tries: 1,
};
test.each<{ end: Partial<MemberEnd>; state: string }>([
  { end: {}, state: "proven" },
  { end: { status: "rolled_back" }, state: "rolled_back" },
  { end: { status: "rolled_back", isCalledBack: true }, state: "planned" },
  { end: { status: "rolled_back", isCalledBack: true, tries: LIMITS.rolloutTries }, state: "failed" },
  { end: { status: "rolled_back", isUnproven: true }, state: "planned" },
  { end: { status: "rolled_back", isUnproven: true, tries: LIMITS.rolloutTries }, state: "failed" },
  { end: { status: "failed", isUnproven: true, needsPerson: true }, state: "rolled_back" },
  { end: { status: "cancelled" }, state: "planned" },
  { end: { status: "failed", isUnfetched: true }, state: "planned" },
  { end: { status: "failed" }, state: "failed" },
  { end: { status: "failed", needsPerson: true }, state: "rolled_back" },
  { end: { status: "failed", needsPerson: true, isUnfetched: true }, state: "failed" },
  { end: { status: "failed", refusal: "refused:wrong_site" }, state: "refused" },
  { end: { status: "failed", refusal: "refused:tuf_rollback", needsPerson: true }, state: "refused" },
  { end: { status: "rolled_back", refusal: "refused:expired" }, state: "refused" },
])("$end -> $state", ({ end, state }) => expect(settleMember({ ...END, ...end }).state).toBe(state));
