import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

/**
 * A rolling upgrade: the new build migrates, and workers of the build before go on over the new schema until they are restarted. That holds only while
 * a migration takes nothing away from under them, and asks for nothing that they do not write.
 */
const FROM = "0065";

/** What breaks code that was written before it. A function or view that is replaced keeps its name and arguments, which PostgreSQL sees to. */
const BREAKS: readonly (readonly [string, RegExp])[] = [
  ["takes a table away", /\bDROP\s+TABLE\b/i],
  ["takes a column away", /\bDROP\s+COLUMN\b/i],
  ["takes a function away", /\bDROP\s+FUNCTION\b/i],
  ["renames", /\bRENAME\b/i],
  ["changes a type", /\bALTER\s+COLUMN\b[^;]*\bTYPE\b/i],
  ["asks for what was optional", /\bSET\s+NOT\s+NULL\b/i],
  ["adds a column that older code does not fill", /\bADD\s+COLUMN\b(?![^;]*\bDEFAULT\b)[^;]*\bNOT\s+NULL\b/i],
  ["takes a right away from a role that has it", /\bREVOKE\s+(?!EXECUTE\b)[^;]*\bFROM\s+center_/i],
];
const breaks = (sql: string) => BREAKS.filter(([, pattern]) => pattern.test(sql.replace(/^\s*--.*$/gm, ""))).map(([why]) => why);

const folder = path.resolve("drizzle");
const files = readdirSync(folder).filter((file) => file.endsWith(".sql") && file >= FROM);

test.each(files)("%s leaves everything that the build before uses", (file) => {
  expect(breaks(readFileSync(path.join(folder, file), "utf8"))).toEqual([]);
});

describe("the rule itself", () => {
  test.each([
    ['ALTER TABLE "people" DROP COLUMN "name";', "takes a column away"],
    ['ALTER TABLE "people" RENAME COLUMN "name" TO "called";', "renames"],
    ['ALTER TABLE "people" ADD COLUMN "called" text NOT NULL;', "adds a column that older code does not fill"],
    ['ALTER TABLE "people" ALTER COLUMN "name" SET DATA TYPE varchar(3);', "changes a type"],
    ['ALTER TABLE "people" ALTER COLUMN "name" SET NOT NULL;', "asks for what was optional"],
    ["REVOKE SELECT ON people FROM center_reader;", "takes a right away from a role that has it"],
  ])("%s %s", (sql, why) => {
    expect(breaks(sql)).toEqual([why]);
  });

  test.each([
    'ALTER TABLE "people" ADD COLUMN "n" integer DEFAULT 0 NOT NULL;',
    'ALTER TABLE "people" ADD COLUMN "called" text;',
    "-- DROP TABLE people",
  ])("%s breaks nothing", (sql) => {
    expect(breaks(sql)).toEqual([]);
  });
});
