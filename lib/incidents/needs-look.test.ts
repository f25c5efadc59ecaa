import { expect, test } from "vitest";
import type { BeatSample, ScanSubject } from "@/lib/telemetry/types";
import { at, beat } from "@/test/fixtures/beat";
import { needsLook } from "./needs-look";

const SINCE = { heardSince: at(1_000), silentSince: at(900) };

/** A healthy plugin that has proven its version and was heard of a moment ago. */
function subject(changes: Partial<ScanSubject> = {}, said: Partial<BeatSample> = {}): ScanSubject {
  const newest = beat(1_030, said);
  return { tenantId: "t", pluginId: "p", probeUrl: null, isWatched: false, isUnproven: false, bootedAt: at(0), newest, ...changes };
}

test.each([
  ["a healthy one", false, subject()],
  ["one with an open incident or a running attempt", true, subject({ isWatched: true })],
  ["one whose version is not proven yet", true, subject({ isUnproven: true })],
  ["a silent one", true, subject({}, { receivedAt: at(899) })],
  ["one that failed", true, subject({}, { telemetry: { webhook_fail_rate: 0.6 } })],
  ["one that is down", true, subject({}, { active: false })],
  ["one whose disk differs from what runs", true, subject({}, { diskVersion: "1.2.3" })],
  ["one that started since the last scan, whatever it counts", true, subject({ bootedAt: at(1_020) }, { seq: 500 })],
])("%s is looked at: %j", (_what, expected, given) => {
  expect(needsLook(given, {}, SINCE)).toBe(expected);
});

test("a rule that is switched off draws no look", () => {
  const failing = subject({}, { telemetry: { webhook_fail_rate: 0.6 } });
  expect(needsLook(failing, { webhook_fail_rate: { enabled: false, params: null } }, SINCE)).toBe(false);
});
