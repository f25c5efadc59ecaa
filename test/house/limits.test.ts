import { expect, test } from "vitest";
import { LIMIT_RULES } from "../../scripts/house/limits.mjs";
import { judge, type Plan, plantHouse } from "./planted-house";

const HOME = { "lib/platform/limits.ts": "export const LIMITS = { agentBodyBytes: 65_536 } as const;" };

test.each([
  {
    why: "one home, many readers",
    plan: { ...HOME, "lib/gateway/a.ts": `import { LIMITS } from "@/lib/platform/limits";\nconst own = LIMITS;` },
  },
  { why: "exported at the end", plan: { "lib/platform/limits.ts": "const LIMITS = {};\nexport { LIMITS };" } },
  { why: "the agent has its own page", plan: { ...HOME, "plugin-client/js/limits.mjs": "export const LIMITS = {};" } },
] satisfies { why: string; plan: Plan }[])("passes: $why", ({ plan }) => {
  expect(judge("limits", plantHouse(plan))).toMatchObject({ code: 0, rows: [] });
});

const RED: { plan: Plan; rows: string[] }[] = [
  { plan: { "lib/platform/clock.ts": "" }, rows: ["lib/platform/limits.ts  limits-exist"] },
  { plan: { "lib/platform/limits.ts": "const LIMITS = {};" }, rows: ["lib/platform/limits.ts  limits-exist"] },
  { plan: { ...HOME, "lib/policy/caps.ts": "export const LIMITS = {};" }, rows: ["lib/policy/caps.ts  limits-once"] },
  { plan: { ...HOME, "app/caps.ts": "const caps = {};\nexport { caps as LIMITS };" }, rows: ["app/caps.ts  limits-once"] },
  { plan: { ...HOME, "db/caps.ts": `export { LIMITS } from "@/lib/platform/limits";` }, rows: ["db/caps.ts  limits-once"] },
];

test.each(RED)("red: $rows", ({ plan, rows }) => {
  expect(judge("limits", plantHouse(plan))).toMatchObject({ code: 1, rows });
});

test("every rule has a plant", () => {
  const planted = new Set(RED.flatMap(({ rows }) => rows.map((row) => row.split("  ")[1])));
  expect([...planted].sort()).toEqual(Object.keys(LIMIT_RULES).sort());
});
