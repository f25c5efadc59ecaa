import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HOUSE, type Plan, plantHouse, verify } from "./planted-house";

/** A house that tsc and knip both accept. */
const CLEAN: Plan = {
  "package.json": JSON.stringify({ name: "planted", type: "module", dependencies: { zod: "4.6.7" } }),
  "app/page.tsx": `import { permit } from "@/lib/policy/permit";\n\nexport default function Page() {\n  return <p>{String(permit(["auto"]))}</p>;\n}\n`,
  "lib/policy/permit.ts":
    `import { z } from "zod";\nimport type { Level } from "./types";\n\nconst first = z.array(z.string());\n` +
    "export const permit = (levels: Level[]) => first.parse(levels)[0] ?? null;\n",
  "lib/policy/types.ts": "export type Level = string;\n",
  "lib/policy/permit.test.ts": `import { permit } from "./permit";\n\npermit([]);\n`,
};

function build(plan: Plan): string {
  const root = plantHouse({ ...CLEAN, ...plan }, ["tsconfig.json", "knip.json"]);
  symlinkSync(join(HOUSE, "node_modules"), join(root, "node_modules"));
  return root;
}

test("a house whose types agree and whose files are in use passes", () => {
  const { code, output } = verify(build({}), "types", "unused", "unshipped");
  expect(output).toContain("3 passed, 0 failed");
  expect(code).toBe(0);
});

describe("the types agree", () => {
  const plants = [
    { path: "lib/policy/mismatch.ts", source: `export const a: number = "a";`, error: "TS2322" },
    { path: "lib/policy/implicit.ts", source: "export const a = (value) => value;", error: "TS7006" },
    { path: "lib/policy/null.ts", source: "export const a = (text: string | null) => text.length;", error: "TS18047" },
    { path: "lib/policy/unchecked.ts", source: "export const a = (list: string[]): string => list[0];", error: "TS2322" },
    { path: "lib/policy/verbatim.ts", source: `import { Level } from "./types";\nexport const a: Level = "";`, error: "TS1484" },
    { path: "lib/policy/missing.ts", source: `export { a } from "@/lib/policy/never-written";`, error: "TS2307" },
  ];

  test("each planted mistake is found", () => {
    const { code, output } = verify(build(Object.fromEntries(plants.map(({ path, source }) => [path, source]))), "types");
    const told = [...output.matchAll(/^(\S+)\(\d+,\d+\): error (TS\d+)/gm)].map(([, path, error]) => `${path} ${error}`);
    expect(told.sort()).toEqual(plants.map(({ path, error }) => `${path} ${error}`).sort());
    expect(code).toBe(1);
  });
});

describe("every file, export and dependency has a user", () => {
  const orphan = { "lib/policy/orphan.ts": "export const alone = 1;\n" };
  const tested = { "lib/policy/orphan.test.ts": `import { alone } from "./orphan";\n\nString(alone);\n` };

  const plants: readonly { why: string; plan: Plan; told: readonly string[] }[] = [
    { why: "a file that nothing imports", plan: orphan, told: ["Unused files (1)", "lib/policy/orphan.ts"] },
    {
      why: "an export that nothing imports",
      plan: { "lib/policy/types.ts": "export type Level = string;\nexport const LEVELS = [];\n" },
      told: ["Unused exports (1)", "LEVELS"],
    },
    {
      why: "a type that nothing imports",
      plan: { "lib/policy/types.ts": "export type Level = string;\nexport type Cap = number;\n" },
      told: ["Unused exported types (1)", "Cap"],
    },
    {
      why: "a dependency that nothing imports",
      plan: { "package.json": JSON.stringify({ type: "module", dependencies: { zod: "4.6.7", jose: "6.2.17" } }) },
      told: ["Unused dependencies (1)", "jose"],
    },
    {
      why: "a tool that nothing uses",
      plan: {
        "package.json": JSON.stringify({ type: "module", dependencies: { zod: "4.6.7" }, devDependencies: { "fast-check": "4.10.2" } }),
      },
      told: ["Unused devDependencies (1)", "fast-check"],
    },
    {
      why: "an import that package.json does not list",
      plan: { "app/extra.tsx": `import { SignJWT } from "jose";\n\nString(SignJWT);\n` },
      told: ["Unlisted dependencies (1)", "jose"],
    },
  ];

  test.each(plants)("red: $why", ({ plan, told }) => {
    const { code, output } = verify(build(plan), "unused");
    for (const word of told) expect(output).toContain(word);
    expect(code).toBe(1);
  });

  test("a file of the product that only its test imports is in use, but not shipped", () => {
    const root = build({
      ...orphan,
      ...tested,
      "lib/policy/testing/make-levels.ts": "export const make = 1;\n",
      "lib/policy/made.test.ts": `import { make } from "./testing/make-levels";\n\nString(make);\n`,
    });
    expect(verify(root, "unused").code).toBe(0);
    const { code, output } = verify(root, "unshipped");
    expect(output).toContain("lib/policy/orphan.ts");
    expect(output).not.toContain("lib/policy/testing/make-levels.ts");
    expect(code).toBe(1);
  });
});
