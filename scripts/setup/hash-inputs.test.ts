import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hashInputs } from "./hash-inputs.mjs";

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "center-hash-"));
  write("lib/area/verb.ts", "one");
  write("config.js", "two");
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function write(name: string, text: string) {
  fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  fs.writeFileSync(path.join(root, name), text);
}
const hash = (facts = {}) => hashInputs(root, ["lib", "config.js", "absent"], facts);

test.each([
  { what: "a changed file", change: () => write("lib/area/verb.ts", "changed"), isStale: true },
  { what: "a new file", change: () => write("lib/area/noun.ts", ""), isStale: true },
  {
    what: "a renamed file",
    change: () => fs.renameSync(path.join(root, "lib/area/verb.ts"), path.join(root, "lib/area/word.ts")),
    isStale: true,
  },
  { what: "a removed file", change: () => fs.rmSync(path.join(root, "config.js")), isStale: true },
  { what: "a file that appears where none was", change: () => write("absent", ""), isStale: true },
  { what: "a new date", change: () => fs.utimesSync(path.join(root, "config.js"), 0, 0), isStale: false },
  { what: "a test", change: () => write("lib/area/verb.test.ts", ""), isStale: false },
  { what: "a database test", change: () => write("lib/area/verb.db.test.ts", ""), isStale: false },
  { what: "a hidden file", change: () => write("lib/.DS_Store", ""), isStale: false },
  { what: "something outside", change: () => write("docs/page.ts", ""), isStale: false },
])("$what makes the build stale: $isStale", ({ change, isStale }) => {
  const before = hash();
  change();
  expect(hash() !== before).toBe(isStale);
});

test("facts count, in any order", () => {
  expect(hash({ one: "1", two: "2" })).toBe(hash({ two: "2", one: "1" }));
  expect(hash({ one: "1" })).not.toBe(hash({ one: "2" }));
});
