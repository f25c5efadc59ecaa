import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const DOCS = path.join(import.meta.dirname, "..", "..", "..", "docs");
const text = readFileSync(path.join(DOCS, "RELIABILITY_SPEC.md"), "utf8");

test("every file that docs/RELIABILITY_SPEC.md names is there", () => {
  const named = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, file]) => String(file));
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((file) => !existsSync(path.join(DOCS, file)))).toEqual([]);
});

test("every command that it names is one", () => {
  const { scripts } = JSON.parse(readFileSync(path.join(DOCS, "..", "package.json"), "utf8")) as { scripts: Record<string, string> };
  const named = [...text.matchAll(/`npm run ([a-z:]+)/g)].map(([, name]) => String(name));
  expect(named).toContain("chaos:platform");
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test("each sentence of the acceptance criteria says what shows it", () => {
  const rows = text
    .slice(text.indexOf("## 10."))
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| -"));
  expect(rows).toHaveLength(7);
  for (const row of rows.slice(1)) expect(row.split("|")[2]).toMatch(/\]\(\.\.\//);
});

test("each test that it names by its title is in the file before it", () => {
  const criteria = text.slice(text.indexOf("## 10.")).matchAll(/\]\(([^)]+)\)|“([^”]+)”/g);
  let file = "";
  const named: string[] = [];
  for (const [, target, title] of criteria) {
    if (target) file = readFileSync(path.join(DOCS, target), "utf8");
    else if (title) named.push(file.includes(`"${title}"`) ? "there" : title);
  }
  expect(named.length).toBeGreaterThan(12);
  expect(named.filter((found) => found !== "there" && found !== " and ")).toEqual([]);
});
