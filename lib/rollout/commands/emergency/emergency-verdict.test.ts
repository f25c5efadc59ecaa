import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COMMAND_TYPES } from "@/lib/delivery/types";
import { ATTEMPT_PHASES } from "../../types";
import { emergencyVerdict, type ReachedPlugin } from "./emergency-verdict";

const SINCE = new Date("2026-01-01T00:00:00.000Z");
const LATELY = new Date("2026-01-01T06:00:00.000Z");
const LONG_AGO = new Date("2025-12-01T00:00:00.000Z");
const KEPT = { method: "update", fromVersion: "1.2.2", toVersion: "1.2.3", finishedAt: LATELY } as const;
const PLUGIN: ReachedPlugin = { isActive: true, runningVersion: "1.2.3", capabilities: ["update", "rollback"], live: null, kept: null };

describe("a change under way", () => {
  test.each([
    ["update", "queued", false, "stopped"],
    ["update", "staging", false, "stopped"],
    ["update", "dispatch", false, "stopped"],
    ["update", "dispatch", true, "called_back"],
    ["update", "probation", true, "called_back"],
    ["update", "committing", true, "called_back"],
    ["update", "reverting", true, "called_back"],
    ["config_update", "probation", true, "called_back"],
    ["rollback", "queued", false, "called_back"],
    ["rollback", "dispatch", true, "called_back"],
    ["restart", "dispatch", true, "cannot_undo"],
    ["isolate", "dispatch", false, "stopped"],
  ] as const)("%s in %s, fetched %s -> %s", (method, phase, isReached, kind) => {
    expect(emergencyVerdict({ ...PLUGIN, kept: KEPT, live: { method, phase, isReached } }, SINCE, null)?.kind).toBe(kind);
  });
});

describe("what was kept", () => {
  test.each<[string, Partial<ReachedPlugin>, string | null]>([
    ["lately", { kept: KEPT }, "undo"],
    ["long ago", { kept: { ...KEPT, finishedAt: LONG_AGO } }, "can_undo"],
    ["and is undone already", { kept: KEPT, runningVersion: "1.2.2" }, null],
    ["and another version runs by now", { kept: KEPT, runningVersion: "1.2.9" }, "cannot_undo"],
    ["by a plugin that never reported", { kept: KEPT, runningVersion: null }, "cannot_undo"],
    ["by an agent that cannot roll back", { kept: KEPT, capabilities: ["update"] }, "cannot_undo"],
    ["by a plugin that was revoked", { kept: KEPT, isActive: false }, "cannot_undo"],
    ["from an unknown version", { kept: { ...KEPT, fromVersion: "1.2.3" }, runningVersion: "1.2.3" }, null],
    ["from a newer version", { kept: { ...KEPT, fromVersion: "1.3.0" } }, "cannot_undo"],
    ["a configuration", { kept: { ...KEPT, method: "config_update" } }, "cannot_undo"],
    ["a rollback", { kept: { ...KEPT, method: "rollback" } }, null],
    ["nothing", {}, null],
  ])("%s", (_why, changes, kind) => {
    expect(emergencyVerdict({ ...PLUGIN, ...changes }, SINCE, null)?.kind ?? null).toBe(kind);
  });

  test("a version that Center did not install is named, for that version alone", () => {
    expect(emergencyVerdict(PLUGIN, SINCE, "1.2.3")?.kind).toBe("cannot_undo");
    expect(emergencyVerdict(PLUGIN, SINCE, "1.2.4")).toBeNull();
  });
});

test("nothing is undone twice, upwards, or while a change is under way", () => {
  const version = fc.constantFrom("1.2.1", "1.2.2", "1.2.3", "2.0.0");
  const plugins = fc.record({
    isActive: fc.boolean(),
    runningVersion: fc.option(version, { nil: null }),
    capabilities: fc.subarray(["update", "rollback"]),
    live: fc.option(
      fc.record({ method: fc.constantFrom(...COMMAND_TYPES), phase: fc.constantFrom(...ATTEMPT_PHASES), isReached: fc.boolean() }),
      {
        nil: null,
      },
    ),
    kept: fc.option(
      fc.record({
        method: fc.constantFrom(...COMMAND_TYPES),
        fromVersion: version,
        toVersion: fc.option(version, { nil: null }),
        finishedAt: fc.constantFrom(LATELY, LONG_AGO),
      }),
      { nil: null },
    ),
  });
  fc.assert(
    fc.property(plugins, (plugin) => {
      if (emergencyVerdict(plugin, SINCE, null)?.kind !== "undo") return;
      expect(plugin.live).toBeNull();
      expect(plugin.kept?.toVersion).toBe(plugin.runningVersion);
      expect((plugin.kept?.fromVersion ?? "9") < (plugin.runningVersion ?? "")).toBe(true);
      expect(plugin.capabilities).toContain("rollback");
    }),
  );
});
