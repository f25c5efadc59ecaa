import { expect, test } from "vitest";
import { permitItem } from "@/lib/policy/permit/permit-item";
import { baselineItem, healthItem } from "@/lib/rollout/health/health-item";

/** Every name in a value, at any depth. */
function names(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(names);
  return Object.entries(value).flatMap(([name, inner]) => [name, ...names(inner)]);
}

const figures = { reports: 4, sent: 80, failed: 2, failRate: 0.025, baselineFailRate: 0.6, excess: -0.575 };
const gate = { gate: "severity", passed: true, ceiling: "approval", why: "medium" } as const;

test.each([
  [healthItem({ decision: "commit", inconclusive: false, reasons: ["no worse than before"], figures }), "fail_rate"],
  [healthItem({ decision: "rollback", isHarm: false, reasons: ["2 reports, 3 are needed"], figures }), "is_harm"],
  [baselineItem({ failRate: 0.6, errorsPerMinute: 3, latencyP95Ms: 180 }), "errors_per_minute"],
  [permitItem({ kind: "approval", level: 2, requiredSignatures: 2, gates: [gate] }), "required_signatures"],
])("what leaves the house is named as its contract says: %o", (item, one) => {
  expect(names(item)).toContain(one);
  for (const name of names(item)) expect(name).toMatch(/^[a-z0-9_]+$/);
});

test("nothing judged is nothing shown", () => expect([healthItem(null), baselineItem(null), permitItem(null)]).toEqual([null, null, null]));
