import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { INCIDENT_TYPES } from "@/lib/detection/types";
import en from "@/messages/en.json";
import { writeDocument } from "@/test/runbooks/write-document";
import { RUNBOOKS, runbooksFor } from "./catalogue";
import { brokenPlaces } from "./progress";
import { ACTION_NAMES, CHECK_NAMES } from "./types";

test("every file is in the catalogue under its own name", () => {
  const files = readdirSync("runbooks").map((file) => file.replace(/\.json$/, ""));
  expect(RUNBOOKS.map(({ slug }) => slug).toSorted()).toEqual(files.toSorted());
});

describe.each(RUNBOOKS.map((runbook) => [runbook.slug, runbook] as const))("%s", (_slug, runbook) => {
  test("each step is reached, and leads somewhere", () => expect(brokenPlaces(runbook)).toEqual([]));
  test("has a check, an action and a decision, and ends by looking again or by learning", () => {
    const kinds = new Set(runbook.steps.map(({ kind }) => kind));
    expect([...kinds].toSorted()).toEqual(["action", "check", "decision"]);
    const last = runbook.steps.at(-1);
    expect(last?.kind === "check" || (last?.kind === "action" && last.action === "draft_postmortem")).toBe(true);
  });
});

test.each(INCIDENT_TYPES)("an incident %s opens a runbook", (type) => {
  expect(runbooksFor({ type })).not.toEqual([]);
});

test("an incident of a module opens the module's own, too", () => {
  expect(runbooksFor({ type: "timeouts", moduleKey: "ocr" }).map(({ slug }) => slug)).toEqual(["perf", "ocr"]);
});

test("no check and no action is there without a step", () => {
  const steps = RUNBOOKS.flatMap((runbook) => runbook.steps);
  expect(new Set(steps.flatMap((step) => (step.kind === "check" ? step.check : [])))).toEqual(new Set(CHECK_NAMES));
  expect(new Set(steps.flatMap((step) => (step.kind === "action" ? step.action : [])))).toEqual(new Set(ACTION_NAMES));
});

test("the document says the same", async () => {
  await expect(writeDocument()).toMatchFileSnapshot("../../docs/RELIABILITY_RUNBOOKS.md");
});

test("reasons for not knowing have words", () => {
  expect(Object.keys(en.runbooks.why)).toContain("no_signals");
});
