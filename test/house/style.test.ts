import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { HOUSE, plantHouse, verify } from "./planted-house";

/** Spelled in pieces where the words lint would take the plant for the deed. */
const [ONLY, SKIP, IGNORE] = [["test", "only"].join("."), ["test", "skip"].join("."), ["@ts", "ignore"].join("-")];

/** biome's rule → a file that breaks it, formatted as the house formats. `.ts` unless it says so. */
const PLANTS: Record<string, string | readonly [path: string, source: string]> = {
  format: "export const   wide = 1",
  organizeImports: `import "zod";\nimport { b } from "./b";\nimport { a } from "./a";\n\nexport const c = [a, b];\n`,
  noForEach: "export function run(list: string[]): void {\n  list.forEach((item) => list.push(item));\n}\n",
  noUselessCatch: "export function run(): number {\n  try {\n    return 1;\n  } catch (error) {\n    throw error;\n  }\n}\n",
  noUselessUndefinedInitialization: "let last: string | undefined = undefined;\nlast = String(last);\nexport const kept = last;\n",
  useArrowFunction: "export const run = function (): number {\n  return 1;\n};\n",
  useMaxParams: "export const sum = (a: number, b: number, c: number, d: number, e: number, f: number) => a + b + c + d + e + f;\n",
  noUnusedFunctionParameters: "export const run = (unused: string): number => 1;\n",
  noUnusedImports: `import { z } from "zod";\n\nexport const a = 1;\n`,
  noUnusedVariables: "const forgotten = 1;\nexport const a = 1;\n",
  useExhaustiveDependencies: [
    "components/use-exhaustive-dependencies.tsx",
    `import { useEffect } from "react";\n\nexport function Title({ name }: { name: string }) {\n  useEffect(() => {\n    document.title = name;\n  }, []);\n  return name;\n}\n`,
  ],
  useHookAtTopLevel: [
    "components/use-hook-at-top-level.tsx",
    `import { useState } from "react";\n\nexport function Title({ on }: { on: boolean }) {\n  if (on) return useState(1)[0];\n  return null;\n}\n`,
  ],
  useJsxKeyInIterable: [
    "components/use-jsx-key-in-iterable.tsx",
    "export function List({ names }: { names: string[] }) {\n  return names.map((name) => <li>{name}</li>);\n}\n",
  ],
  noBarrelFile: `export { a } from "./a";\n`,
  noReExportAll: `export * from "./a";\n\nexport const own = 1;\n`,
  noDangerouslySetInnerHtml: [
    "components/no-dangerously-set-inner-html.tsx",
    "export const Raw = ({ html }: { html: string }) => <div dangerouslySetInnerHTML={{ __html: html }} />;\n",
  ],
  noGlobalEval: "export const run = (code: string) => eval(code);\n",
  noBlankTarget: [
    "components/no-blank-target.tsx",
    `export const Out = () => (\n  <a href="https://example.com" target="_blank">\n    out\n  </a>\n);\n`,
  ],
  noEnum: `export enum Level {\n  low = "low",\n}\n`,
  noNamespace: "export namespace Level {\n  export const low = 1;\n}\n",
  noNonNullAssertion: "export const first = (list: string[]): string => list[0]!;\n",
  noParameterAssign: "export function next(at: number): number {\n  at += 1;\n  return at;\n}\n",
  noUselessElse: "export function sign(at: number): number {\n  if (at < 0) {\n    return -1;\n  } else {\n    return 1;\n  }\n}\n",
  useConsistentArrayType: "export type Names = Array<string>;\n",
  useConst: "let fixed = 1;\nexport const a = () => fixed;\n",
  useExportType: `import type { Z } from "zod";\n\nexport { Z };\n`,
  useFilenamingConvention: ["lib/plant/camelCase.ts", "export const a = 1;\n"],
  useImportType: `import { z } from "zod";\n\nexport type A = z.infer<z.ZodString>;\n`,
  useNodejsImportProtocol: `import { readFileSync } from "fs";\n\nexport const read = readFileSync;\n`,
  useThrowNewError: `export function fail(): never {\n  throw Error("told");\n}\n`,
  useThrowOnlyError: `export function fail(): never {\n  throw "told";\n}\n`,
  noConsole: `export const say = () => console.log("said");\n`,
  noEmptyBlock: ["app/no-empty-block.css", ".a {\n}\n"],
  noEmptyBlockStatements: "export function run(): void {\n  try {\n    run();\n  } catch {}\n}\n",
  noEvolvingTypes: "export function run(): number {\n  let found;\n  found = 1;\n  return found;\n}\n",
  noExplicitAny: "export const run = (value: any): string => String(value);\n",
  noFocusedTests: ["lib/plant/focused.test.ts", `import { test } from "vitest";\n\n${ONLY}("x", () => 1);\n`],
  noSkippedTests: ["lib/plant/skipped.test.ts", `import { test } from "vitest";\n\n${SKIP}("x", () => 1);\n`],
  noTsIgnore: `// ${IGNORE}\nexport const a: string = 1;\n`,
  noVar: "export function run(): number {\n  var at = 1;\n  at += 1;\n  return at;\n}\n",
  useErrorMessage: "export function fail(): never {\n  throw new Error();\n}\n",
  noFloatingPromises: "async function run(): Promise<void> {\n  await run();\n}\n\nexport function start(): void {\n  run();\n}\n",
};

const CLEAN = {
  "package.json": `{\n  "name": "planted"\n}\n`,
  "lib/plant/judge-once.ts": `import { z } from "zod";\n\n/** Decides. */\nexport const verdict = z.strictObject({ holds: z.boolean() });\n`,
  "lib/plant/judge-once.db.test.ts": `import { expect, test } from "vitest";\n\ntest("x", () => {\n  expect([1][0]!).toBe(1);\n});\n`,
  "app/(center)/incidents/[id]/page.tsx": "export default function Page() {\n  return <main>incidents</main>;\n}\n",
  "scripts/start.mjs": `console.log("started");\n`,
};

const kebab = (rule: string) => rule.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const planted = Object.entries(PLANTS).map(([rule, plant]) =>
  typeof plant === "string" ? { rule, path: `lib/plant/${kebab(rule)}.ts`, source: plant } : { rule, path: plant[0], source: plant[1] },
);

/** biome says `path:line:column lint/group/rule ━━━`, and `path format ━━━`. */
function told(output: string): string[] {
  const heads = output.matchAll(/^(\S+?)(?::\d+:\d+)? (?:(?:lint|assist)\/\w+\/)?(\w+) .*━/gm);
  return [...new Set([...heads].map(([, path, rule]) => `${path}  ${rule}`))];
}

describe("one format, and the lints of biome.json", () => {
  test("a house in its style passes", () => {
    const { code, output } = verify(plantHouse(CLEAN, ["biome.json"]), "style");
    expect(output).toContain("1 passed, 0 failed");
    expect(code).toBe(0);
  });

  test("each planted slip is found", () => {
    const house = plantHouse({ ...CLEAN, ...Object.fromEntries(planted.map(({ path, source }) => [path, source])) }, ["biome.json"]);
    const { code, output } = verify(house, "style");
    expect(told(output)).toEqual(expect.arrayContaining(planted.map(({ path, rule }) => `${path}  ${rule}`)));
    expect(code).toBe(1);
  });

  test("every rule that biome.json names has a plant", () => {
    const { linter } = JSON.parse(readFileSync(`${HOUSE}/biome.json`, "utf8")) as { linter: { rules: Record<string, object | string> } };
    const groups = Object.values(linter.rules).filter((group) => typeof group === "object");
    const enforced = groups.flatMap((group) => Object.entries(group).flatMap(([rule, level]) => (level === "off" ? [] : [rule])));
    expect(enforced.filter((rule) => !(rule in PLANTS))).toEqual([]);
  });
});
