import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { STEPS } from "../../scripts/house/steps.mjs";
import { HOUSE, type Plan, plantHouse, verify } from "./planted-house";

const CONFIGS = ["biome.json", ".dependency-cruiser.cjs", "knip.json", "tsconfig.json"];
const STEP_NAMES = STEPS.map(({ name }) => name);

/** In the list, so that knip knows .dependency-cruiser.cjs for its configuration. */
const TOOLS = { "dependency-cruiser": "17.4.3" };

const CLEAN: Plan = {
  "package.json": `${JSON.stringify({ name: "planted", type: "module", devDependencies: TOOLS }, null, 2)}\n`,
  "package-lock.json": JSON.stringify({ packages: { "": { devDependencies: TOOLS } } }),
  "scripts/house/floors.json": "{}\n",
  "scripts/cruise.mjs": `import "dependency-cruiser";\n`,
  "app/page.tsx": `import { LIMITS } from "@/lib/platform/limits";\n\nexport default function Page() {\n  return <p>{LIMITS.rows}</p>;\n}\n`,
  "lib/platform/limits.ts": "/** Every bound of the house. */\nexport const LIMITS = { rows: 200 } as const;\n",
};

/** One fault for each step. */
const FAULTS: Record<string, Plan> = {
  types: { "app/types.ts": `export const a: number = "a";\n` },
  boundaries: {
    "lib/kernel/severity.ts": `import "@/lib/platform/limits";\n`,
    "app/uses-severity.ts": `import "@/lib/kernel/severity";\n`,
  },
  unused: { "lib/policy/orphan.ts": "export const alone = 1;\n" },
  unshipped: { "lib/rollout/tested.ts": "export const a = 1;\n", "lib/rollout/tested.test.ts": `import "./tested";\n` },
  style: { "app/style.ts": "export const   a = 1" },
  purity: { "lib/kernel/clock.ts": "export const at = Date.now();\n", "app/uses-clock.ts": `import "@/lib/kernel/clock";\n` },
  sizes: { "app/long/route.ts": "// line\n".repeat(61) },
  words: { "app/words.ts": `// ${["TO", "DO"].join("")}\n` },
  limits: { "app/limits.ts": "export const LIMITS = 1;\n" },
  floors: { "scripts/house/floors.json": `{ "next": "16.4.6" }\n` },
};

function build(plan: Plan): string {
  const root = plantHouse(plan, CONFIGS);
  symlinkSync(join(HOUSE, "node_modules"), join(root, "node_modules"));
  return root;
}

test("verify passes over a clean house, tells each step with its seconds, and exits 0", () => {
  const { code, output } = verify(build(CLEAN), ...STEP_NAMES);
  for (const name of STEP_NAMES) expect(output).toMatch(new RegExp(`^ok {3}${name} +\\d+\\.\\d s `, "m"));
  expect(output).toMatch(new RegExp(`verify: ${STEP_NAMES.length} passed, 0 failed in \\d+\\.\\d s\\n$`));
  expect(code).toBe(0);
});

test("one fault for each step turns every step red, is shown, and exits 1", () => {
  const { code, output } = verify(build(Object.assign({ ...CLEAN }, ...Object.values(FAULTS))), ...STEP_NAMES);
  for (const name of STEP_NAMES) expect(output).toMatch(new RegExp(`^FAIL ${name} `, "m"));
  expect(output).toContain("lib/kernel/clock.ts:1  pure-clock");
  expect(code).toBe(1);
});

test("one red step among green ones is enough", () => {
  const { code, output } = verify(build({ ...CLEAN, ...FAULTS.words }), "words", "limits", "floors");
  expect(output).toContain("verify: 2 passed, 1 failed");
  expect(code).toBe(1);
});

test("a step that does not exist is an error, not a pass", () => {
  const { code, output } = verify(build(CLEAN), "wrods");
  expect(output).toContain("No step named wrods");
  expect(code).toBe(1);
});

test("a rule that cannot read a file is red", () => {
  const { code, output } = verify(build({ ...CLEAN, "lib/policy/broken.ts": "export const = ;\n" }), "purity");
  expect(output).toContain("lib/policy/broken.ts does not parse");
  expect(code).toBe(1);
});

test("every step has a fault", () => {
  expect(Object.keys(FAULTS).sort()).toEqual([...STEP_NAMES].sort());
});
