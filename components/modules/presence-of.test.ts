import { expect, test } from "vitest";
import type { ModuleItem } from "./items";
import { modulesVerdict, presenceOf } from "./presence-of";

const at = Date.parse("2026-01-01T00:00:00Z");
const item = (presence: ModuleItem["presence"], lastSeen: string | null): ModuleItem => ({
  ...{ id: "1", module_key: "search", title: "Search", criticality: "standard", status: "active", presence },
  ...{ last_seen: lastSeen, silent_after_s: 30, running_version: null, failing: [] },
});

test.each([
  ["ok", 30_000, "ok"],
  ["ok", 30_001, "silent"],
  ["down", 30_001, "silent"],
  ["revoked", 99_000, "revoked"],
] as const)("%s, looked at after %i ms -> %s", (presence, ms, is) => {
  expect(presenceOf(item(presence, "2026-01-01T00:00:00Z"), at + ms)).toBe(is);
});

test("never heard stays unknown, however long one looks", () => {
  expect(presenceOf(item("unknown", null), at + 99_000)).toBe("unknown");
});

test.each([
  [["ok", "degraded", "silent"], { kind: "bad", count: 1 }],
  [["ok", "silent", "unknown"], { kind: "unheard", count: 2 }],
  [["ok", "ok", "revoked"], { kind: "good", count: 2 }],
  [["revoked"], { kind: "none", count: 0 }],
] as const)("%o -> %o", (presences, verdict) => {
  expect(modulesVerdict(presences)).toEqual(verdict);
});
