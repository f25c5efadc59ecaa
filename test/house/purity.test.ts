import { describe, expect, test } from "vitest";
import { PURITY_RULES } from "../../scripts/house/purity.mjs";
import { judge, type Plan, plantHouse } from "./planted-house";

/** One pure file for each of these, in `lib/detection`. */
const PLANTS: Record<keyof typeof PURITY_RULES, readonly string[]> = {
  "pure-clock": [
    "export const at = Date.now();",
    `export const at = Date["now"]();`,
    "export const read = (clock = Date.now) => clock();",
    "const { now } = Date;",
    "export const at = new Date();",
    "export const at = new Date;",
    "export const at = Date();",
    "export const since = performance.now();",
    "export const rule = { evaluate: () => ({ nested: [1, { deep: [`at`, new Date()] }] }) };",
  ],
  "pure-random": [
    "export const draw = Math.random();",
    `export const draw = Math["random"];`,
    "export const id = crypto.randomUUID();",
    "const { random } = Math;",
  ],
  "pure-environment": [
    "export const level = process.env.LOG_LEVEL;",
    "export const folder = process.cwd();",
    "export const at = globalThis.Date.now();",
    "const { env } = process;",
  ],
  "pure-waiting": [
    "export async function judge() {}",
    "export const judge = async () => 1;",
    "export const rule = { async evaluate() {} };",
    "class Rule { async evaluate() {} }",
    "await 1;",
    "for await (const beat of []) {}",
    "export const later = () => setTimeout(() => 1, 5);",
    "export const all = () => Promise.all([]);",
  ],
  "pure-global": [`export const ask = () => fetch("https://example.com");`, `export const say = () => console.log("x");`],
  "pure-import": [
    `import { cookies } from "next/headers";`,
    `import postgres from "postgres";`,
    `import { eq } from "drizzle-orm";`,
    `export { pgTable } from "drizzle-orm/pg-core";`,
    `import type { NextRequest } from "next/server";`,
    `import { readFileSync } from "node:fs";`,
    `import { request } from "node:http";`,
    `import { connect } from "node:net";`,
    `import { setTimeout } from "node:timers/promises";`,
    `import { randomUUID } from "node:crypto";`,
    `import { createHash, randomBytes as bytes } from "node:crypto";`,
    `import * as ciphers from "node:crypto";`,
    `import ciphers from "node:crypto";`,
    `export const load = () => import("./types");`,
    `export const load = () => require("./types");`,
  ],
};

const IMPURE = `import postgres from "postgres";\nexport const now = async () => Date.now() + Math.random();\n`;

/** What a pure file may do, and where effects live. */
const CLEAN: Plan = {
  "lib/detection/types.ts":
    `import { z } from "zod";\nimport { createHash, verify } from "node:crypto";\nimport type { IncomingHttpHeaders } from "node:http";\n` +
    `export interface Port { ask(headers: IncomingHttpHeaders): Promise<Date> }\nexport const digest = createHash("sha256");`,
  "lib/detection/silence.ts":
    `export const since = (now: Date, last: string) => now.getTime() - new Date(last).getTime();\nexport const at = new Date(0);\n` +
    `export function draw(random: () => number, process: { env: string }) { return Math.floor(random()) + process.env; }\n// Date.now() and await in words alone`,
  "lib/detection/silence.test.ts": IMPURE,
  "lib/detection/testing/replay.ts": IMPURE,
  "lib/detection/queries.ts": IMPURE,
  "lib/detection/queries-by-shop.ts": IMPURE,
  "lib/detection/jobs.ts": IMPURE,
  "lib/detection/jobs/scan.ts": IMPURE,
  "lib/detection/commands/edit-rule.ts": IMPURE,
  "lib/sira/adapters/remote-sira.ts": IMPURE,
  "lib/gateway/run-command.ts": IMPURE,
  "lib/access/sessions.ts": IMPURE,
  "lib/audit/append.ts": IMPURE,
  "lib/notify/send.ts": IMPURE,
  "lib/platform/clock.ts": IMPURE,
  "db/reader.ts": IMPURE,
  "app/page.tsx": IMPURE,
};

describe("any history can be replayed", () => {
  test("pure files and the places for effects are left alone", () => {
    expect(judge("purity", plantHouse(CLEAN))).toMatchObject({ code: 0, rows: [] });
  });

  test("each planted effect is found", () => {
    const plants = Object.entries(PLANTS).flatMap(([rule, sources]) =>
      sources.map((source, at) => [`lib/detection/${rule}-${at}.ts`, source, rule]),
    );
    const house = plantHouse({ ...CLEAN, ...Object.fromEntries(plants.map(([path, source]) => [path, source])) });
    const { code, rows } = judge("purity", house);
    expect([...new Set(rows)]).toEqual(plants.map(([path, , rule]) => `${path}  ${rule}`).sort());
    expect(code).toBe(1);
  });

  test.each(["lib/detection/rules/jobsite.ts", "lib/kernel/ids.ts", "lib/rollout/query.ts", "lib/sira/adapter.ts", "lib/policy/view.tsx"])(
    "%s is pure by its name",
    (path) => {
      expect(judge("purity", plantHouse({ [path]: "export const at = Date.now();" })).rows).toEqual([`${path}  pure-clock`]);
    },
  );

  test("the line is told", () => {
    const house = plantHouse({ "lib/detection/a.ts": "/** Zürich — ünïcode */\n\nexport const x = 1;\nexport const at = Date.now();\n" });
    expect(judge("purity", house).output).toContain("lib/detection/a.ts:4  pure-clock");
  });

  test("every rule has a plant", () => {
    expect(Object.keys(PLANTS).sort()).toEqual(Object.keys(PURITY_RULES).sort());
  });
});
