import { describe, expect, test } from "vitest";
import { SIZE_RULES } from "../../scripts/house/sizes.mjs";
import { judge, type Plan, plantHouse } from "./planted-house";

const lines = (count: number) => "// line\n".repeat(count);

/** A body between two lines of its own: `count` lines in all. */
const long = (count: number, first: string, last: string) => `${first}\n${lines(count - 2)}${last}\n`;

const entries = (folder: string, count: number): Plan =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`${folder}/entry-${at}.ts`, "export {};"]));

/** Each thing at its limit, and each exception. */
const CLEAN: Plan = {
  "README.md": lines(400),
  LICENSE: "ISC",
  ".dependency-cruiser.cjs": "module.exports = {};",
  "lib/rollout/judge-once.ts": lines(300),
  "lib/rollout/judge-once.db.test.ts": long(200, `describe.each([1])("all", () => {`, "});"),
  "lib/rollout/at-limit.ts": long(60, "function atLimit() {", "}"),
  "lib/rollout/no-final-line-break.ts": lines(300).trimEnd(),
  "app/api/(machines)/plugins/[pluginId]/route.ts": lines(60),
  "app/(center)/incidents/[...path]/page.tsx": lines(120),
  "app/api/auth/[...nextauth]/route.ts": "",
  "examples/shop/demo-pay/1.2.3/server.mjs": "",
  "docs/RELIABILITY_RUNBOOKS.md": "",
  "drizzle/0001_first_tables.sql": lines(900),
  "public/Logo_Mark.svg": "",
  "e2e/sick-plugin-is-healed.spec.ts": long(90, `test("heals", async () => {`, "});"),
  ...entries("drizzle", 30),
  ...entries("node_modules/much", 30),
  ...entries("lib/policy", 20),
  ...Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`root-${at}.json`, "{}"])),
};

const PLANTS: readonly (readonly [rule: keyof typeof SIZE_RULES, plan: Plan, at?: string])[] = [
  ["list-lines", { "lib/platform/limits.ts": lines(601) }],
  ["file-lines", { "lib/rollout/too-long.ts": lines(301) }],
  ["file-lines", { "scripts/too-long.mjs": lines(301) }],
  ["file-lines", { "lib/rollout/too-long.test.ts": lines(301) }],
  ["file-lines", { "app/too-long.css": lines(301) }],
  ["route-lines", { "app/api/long/route.ts": lines(61) }],
  ["page-lines", { "app/long/page.tsx": lines(121) }],
  ["function-lines", { "lib/rollout/declared.ts": long(61, "export async function long() {", "}") }],
  ["function-lines", { "components/arrow.tsx": long(61, "export const Long = () => {", "};") }],
  ["function-lines", { "scripts/expressed.mjs": long(61, "export const long = function () {", "};") }],
  ["function-lines", { "lib/platform/method.ts": `class Long {\n${long(61, "  run() {", "  }")}}` }],
  ["function-lines", { "lib/platform/constructor.ts": `class Long {\n${long(61, "  constructor() {", "  }")}}` }],
  ["function-lines", { "lib/platform/getter.ts": `const x = {\n${long(61, "  get long() {", "  },")}};` }],
  ["function-lines", { "lib/platform/property.ts": `const x = {\n${long(61, "  long() {", "  },")}};` }],
  ["function-lines", { "lib/rollout/callback.ts": long(61, `run("x", () => {`, "});") }],
  ["function-lines", { "lib/rollout/not-a-test.ts": long(61, `describe("x", () => {`, "});") }],
  ["function-lines", { "test/house-builder.ts": long(61, "export function build() {", "}") }],
  ["folder-entries", entries("lib/crowded", 21), "lib/crowded"],
  ["kebab-case", { "lib/rollout/judgeOnce.ts": "" }],
  ["kebab-case", { "lib/rollout/judge_once.ts": "" }],
  ["kebab-case", { "components/Badge.tsx": "" }],
  ["kebab-case", { "lib/Rollout/judge.ts": "" }, "lib/Rollout"],
  ["kebab-case", { "lib/roll_out/judge.ts": "" }, "lib/roll_out"],
  ["kebab-case", { "lib/(center)/judge.ts": "" }, "lib/(center)"],
  ["no-barrel", { "lib/barrel/index.ts": "" }],
  ["no-barrel", { "components/barrel/index.tsx": "" }],
  ["no-barrel", { "scripts/barrel/index.mjs": "" }],
  ["no-drawer", { "lib/utils.ts": "" }],
  ["no-drawer", { "lib/rollout/helpers.ts": "" }],
  ["no-drawer", { "lib/rollout/date-utils.test.ts": "" }],
  ["no-drawer", { "lib/services/judge.ts": "" }, "lib/services"],
  ["no-drawer", { "app/(center)/misc/page.tsx": "" }, "app/(center)/misc"],
  ["no-drawer", { "app/(helpers)/page.tsx": "" }, "app/(helpers)"],
];

describe("files, functions and folders stay small and well named", () => {
  test("a house at its limits passes, and its median is told", () => {
    const { code, rows, output } = judge("sizes", plantHouse(CLEAN));
    expect({ code, rows }).toEqual({ code: 0, rows: [] });
    expect(output).toMatch(/^median file: \d+ lines/m);
  });

  test("each planted excess is found", () => {
    const house = plantHouse(Object.assign({ ...CLEAN }, ...PLANTS.map(([, plan]) => plan)));
    const { code, rows } = judge("sizes", house);
    expect(rows).toEqual(PLANTS.map(([rule, plan, at]) => `${at ?? Object.keys(plan)[0]}  ${rule}`).sort());
    expect(code).toBe(1);
  });

  test("every rule has a plant", () => {
    expect([...new Set(PLANTS.map(([rule]) => rule))].sort()).toEqual(Object.keys(SIZE_RULES).sort());
  });
});
