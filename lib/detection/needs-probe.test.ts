import { expect, test } from "vitest";
import { needsProbe } from "@/lib/detection/needs-probe";
import type { PluginWindow } from "@/lib/detection/types";

const NOW = new Date("2026-11-21T10:00:00.000Z");
const quietFor = (seconds: number, changes: Partial<PluginWindow> = {}): PluginWindow => ({
  now: NOW,
  registeredVersion: "1.2.2",
  expectedIntervalSeconds: 120,
  lastSeenAt: new Date(NOW.getTime() - seconds * 1_000),
  beats: [],
  probe: null,
  hasProbeUrl: true,
  ...changes,
});
const watched = { expectedIntervalSeconds: 15 };

test.each([
  ["within its period and grace", quietFor(165), {}, false],
  ["past them", quietFor(166), {}, true],
  ["watched closely, within 15 s and grace", quietFor(60, watched), {}, false],
  ["watched closely, past them", quietFor(61, watched), {}, true],
  ["without a URL", quietFor(600, { hasProbeUrl: false }), {}, false],
  ["that never reported", quietFor(600, { lastSeenAt: null }), {}, false],
  ["under a shorter grace", quietFor(131), { silence: { enabled: true, params: { grace_seconds: 10, severity: "high" } } }, true],
  ["with the rule switched off", quietFor(600), { silence: { enabled: false, params: null } }, false],
] as const)("a plugin %s", (_what, window, configured, expected) => {
  expect(needsProbe(window, configured)).toBe(expected);
});
