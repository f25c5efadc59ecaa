import { describe, expect, test } from "vitest";
import { runbookOf } from "./catalogue";
import { brokenPlaces, currentStep } from "./progress";
import type { Runbook } from "./types";

const book = runbookOf("bad-patch");
if (!book) throw new Error("bad-patch is gone");
const after = (...records: readonly (readonly [stepId: string, outcome: string])[]) =>
  currentStep(
    book,
    records.map(([stepId, outcome]) => ({ stepId, outcome })),
  )?.id ?? null;

describe("where somebody stands", () => {
  test.each([
    ["nothing done yet", [], "take"],
    ["the first done", [["take", "done"]], "now"],
    ["left out counts as passed", [["take", "skipped"]], "now"],
    ["whatever a check found", [["now", "bad"]], "changes"],
    ["the branch that was taken", [["whose", "everywhere"]], "recall"],
    ["another branch", [["whose", "other"]], "restart"],
    ["a step that says where it goes on", [["back", "done"]], "after"],
    [
      "decided anew: the last word counts",
      [
        ["whose", "everywhere"],
        ["whose", "here"],
      ],
      "back",
    ],
    [
      "over",
      [
        ["end", "yes"],
        ["learn", "done"],
      ],
      null,
    ],
    ["a step that a newer version no longer has", [["gone", "done"]], "take"],
  ] as const)("%s", (_what, records, expected) => {
    expect(after(...records)).toBe(expected);
  });
});

test("a runbook whose steps are lost, doubled or unreachable is found out", () => {
  const texts = { en: "x", fr: "x" };
  const step = (id: string, then?: string) => ({
    id,
    kind: "action",
    title: texts,
    text: texts,
    action: "acknowledge",
    ...(then ? { then } : {}),
  });
  const made = (steps: readonly object[]) => ({ ...book, steps }) as Runbook;
  expect(brokenPlaces(made([step("a", "nowhere"), step("b")]))).toEqual(["nowhere", "b"]);
  expect(brokenPlaces(made([step("a"), step("a", "end"), step("c")]))).toContain("a");
  expect(brokenPlaces(made([step("a"), step("b", "end")]))).toEqual([]);
});
