import { expect, test } from "vitest";
import type { DrillItem, SnapshotItem } from "./items";
import { snapshotsVerdict } from "./snapshots-verdict";

const saved = (key: string | null, status: SnapshotItem["status"] = "sealed") => ({ module_key: key, status }) as SnapshotItem;
const drill = (key: string | null, isEqual: boolean) => ({ module_key: key, is_equal: isEqual }) as DrillItem;

test.each([
  [[], [], { kind: "none", count: 0 }],
  [[saved("a", "failed")], [], { kind: "none", count: 0 }],
  [[saved("a"), saved("b")], [drill("a", true)], { kind: "unproven", count: 1 }],
  [[saved("a"), saved(null)], [drill("a", true), drill(null, true)], { kind: "good", count: 2 }],
  [[saved("a")], [drill("a", false), drill("a", true)], { kind: "failed", count: 1 }],
  [[saved("a")], [drill("a", true), drill("a", false)], { kind: "good", count: 1 }],
] as const)("%o, %o -> %o", (items, drills, expected) => {
  expect(snapshotsVerdict({ items, drills })).toEqual(expected);
});
