import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { firstLoads } from "./first-load.mjs";

const built = mkdtempSync(path.join(tmpdir(), "built-"));
afterAll(() => rmSync(built, { recursive: true }));

/** Bytes that gzip cannot make fewer. */
const script = (name: string, bytes: number) => writeFileSync(path.join(built, name), randomBytes(bytes));

function page(folder: string, entries: Record<string, string[]>): void {
  mkdirSync(path.join(built, "server/app", folder), { recursive: true });
  const manifest = JSON.stringify({ entryJSFiles: entries });
  const text = `globalThis.__RSC_MANIFEST = globalThis.__RSC_MANIFEST || {};\nglobalThis.__RSC_MANIFEST["x"] = ${manifest};`;
  writeFileSync(path.join(built, "server/app", folder, "page_client-reference-manifest.js"), text);
}

test("a page's load is the frame's scripts and its own, each once, and folders in parentheses have no address", () => {
  for (const [name, bytes] of [
    ["root.js", 100_000],
    ["frame.js", 40_000],
    ["page.js", 80_000],
    ["other.js", 900_000],
  ] as const) {
    script(name, bytes);
  }
  writeFileSync(path.join(built, "build-manifest.json"), JSON.stringify({ rootMainFiles: ["root.js"] }));
  const frame = { "[project]/app/(center)/layout": ["frame.js"], "[project]/app/global": ["other.js"] };
  page("(center)/(change)/safety", { ...frame, "[project]/app/(center)/(change)/safety/page": ["frame.js", "page.js"] });
  page("(center)/slos/[id]", { ...frame, "[project]/app/(center)/slos/[id]/page": ["frame.js", "page.js"] });
  page("signin", { "[project]/app/signin/page": [] });
  const loads = firstLoads(built);
  expect(loads.map(({ route, mostKb }) => [route, mostKb]).toSorted()).toEqual([
    ["/safety", 215],
    ["/signin", 215],
    ["/slos/[id]", 240],
  ]);
  const safety = loads.find(({ route }) => route === "/safety");
  expect(safety?.kb).toBeGreaterThan(220);
  expect(safety?.kb).toBeLessThan(221);
});
