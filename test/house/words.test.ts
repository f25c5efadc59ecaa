import { describe, expect, test } from "vitest";
import { WORD_RULES } from "../../scripts/house/words.mjs";
import { judge, type Plan, plantHouse } from "./planted-house";

/** [rule, file, contents] */
const PLANTS: readonly (readonly [rule: keyof typeof WORD_RULES, path: string, contents: string])[] = [
  ["unfinished-mark", "lib/policy/mark.ts", "// TODO: caps"],
  ["unfinished-mark", "app/mark/page.tsx", "/* FIXME */"],
  ["unfinished-mark", "drizzle/0002_mark.sql", "-- XXX check the index"],
  ["unfinished-mark", "plugin-client/php/mark.php", "<?php # HACK"],
  ["unfinished-mark", ".ci/run", "# TODO"],
  ["unfinished-mark", "test/mark.ts", "// TODO"],
  ["unfinished-words", "lib/policy/words.ts", `throw new Error("Not implemented");`],
  ["unfinished-words", "lib/policy/yet.ts", "// not yet implemented"],
  ["unfinished-words", "examples/shop/words.mjs", "// one shop for now."],
  ["silenced-types", "lib/policy/silenced.ts", "// @ts-ignore"],
  ["silenced-types", "components/silenced.tsx", "// @ts-nocheck"],
  ["test-left-out", "lib/policy/only.test.ts", `test.only("x", check);`],
  ["test-left-out", "lib/policy/skip.test.ts", `describe.skip("x", check);`],
  ["test-left-out", "lib/policy/each.test.ts", `it.concurrent.skip("x", check);`],
  ["test-left-out", "lib/policy/later.test.ts", `test.todo("x");`],
  ["test-left-out", "e2e/later.spec.ts", "test.fixme();"],
  ["test-left-out", "lib/policy/x.test.ts", `xit("x", check);`],
  ["test-proves-nothing", "lib/policy/true.test.ts", "expect(true).toBe(true);"],
  ["fixed-sleep", "e2e/pause.spec.ts", "await page.waitForTimeout(500);"],
  ["fixed-sleep", "test/sleep.ts", "export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));"],
  ["fixed-sleep", "lib/policy/callback.test.ts", "await new Promise<void>((done) => { setTimeout(() => done(), 50); });"],
  ["fixed-sleep", "lib/policy/function.db.test.ts", "await new Promise(function (done) { setTimeout(done, 50); });"],
  ["fixed-sleep", "lib/policy/timers.test.ts", `import { setTimeout as sleep } from "node:timers/promises";\nawait sleep(50);`],
  ["fixed-sleep", "e2e/timers.spec.ts", `import { setTimeout } from "timers/promises";\nawait setTimeout(50);`],
];

const CLEAN: Plan = {
  "README.md": "How a TODO list works, for now.",
  "lib/policy/permit.ts":
    "// The todo of a shop; hacks and XXXXXX do not count.\nexport const none = 'XXX';\nexport const at = `default now() for now()`;",
  "lib/policy/permit.test.ts": `test.skipIf(!isRoot)("x", check);\nexpect(isTrue).toBe(true);\nexport const only = list.only;`,
  "plugin-client/js/wait.mjs": "export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));",
  "test/until.ts":
    `import { setTimeout as pause } from "node:timers/promises";\n` +
    "export async function until(isMet: () => boolean) { while (!isMet()) await pause(20); }\n" +
    "export async function also(isMet: () => boolean) { for (;;) { if (isMet()) return; await new Promise((next) => setTimeout(next, 20)); } }",
  "test/deadline.ts": `export const deadline = new Promise((_, reject) => setTimeout(() => reject(new Error("late")), 500));`,
  "test/slow-server.ts": "export const answer = (response: { end(): void }) => { setTimeout(() => response.end(), 50); };",
};

describe("nothing unfinished passes for finished", () => {
  test("the same words in other senses, polls and deadlines are left alone", () => {
    expect(judge("words", plantHouse(CLEAN))).toMatchObject({ code: 0, rows: [] });
  });

  test("each planted word is found", () => {
    const house = plantHouse({ ...CLEAN, ...Object.fromEntries(PLANTS.map(([, path, contents]) => [path, contents])) });
    const { code, rows } = judge("words", house);
    expect(rows).toEqual(PLANTS.map(([rule, path]) => `${path}  ${rule}`).sort());
    expect(code).toBe(1);
  });

  test("every rule has a plant", () => {
    expect([...new Set(PLANTS.map(([rule]) => rule))].sort()).toEqual(Object.keys(WORD_RULES).sort());
  });
});
