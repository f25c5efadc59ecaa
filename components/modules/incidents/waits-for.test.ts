import { expect, test } from "vitest";
import { waitsFor } from "./waits-for";

const OPEN = { status: "open", heal_state: null, healing: null, suppressed_by: null } as const;
const doing = (state: "ordered" | "refused" | "holding" | "planned" | "done") => ({ action: "degrade", level: 1, state });

test.each([
  ["just opened", OPEN, "deciding"],
  ["Center is at work", { ...OPEN, status: "healing", heal_state: "acting", healing: doing("ordered") }, "acting"],
  ["a suggestion", { ...OPEN, heal_state: "suggested", healing: doing("refused") }, "agree"],
  ["a suggestion that failed twice before", { ...OPEN, status: "escalated", heal_state: "suggested", healing: doing("refused") }, "agree"],
  ["a plan", { ...OPEN, heal_state: "planned", healing: doing("planned") }, "plan"],
  ["a plan that people were called for", { ...OPEN, status: "escalated", heal_state: "called", healing: doing("planned") }, "plan"],
  ["contained", { ...OPEN, heal_state: "contained", healing: doing("holding") }, "fault"],
  ["contained, and people were called", { ...OPEN, status: "escalated", heal_state: "called", healing: doing("holding") }, "fault"],
  ["a containment that was let go on trial", { ...OPEN, heal_state: "contained", healing: doing("done") }, "evidence"],
  ["helped, and its findings have still to go", { ...OPEN, heal_state: "helped", healing: doing("done") }, "evidence"],
  ["nothing left to try", { ...OPEN, heal_state: "called" }, "people"],
  ["what was done could not be taken back", { ...OPEN, status: "escalated", heal_state: "undo_failed", healing: doing("done") }, "people"],
  ["told by another incident", { ...OPEN, suppressed_by: "another" }, "told"],
  ["told by another, and contained", { ...OPEN, suppressed_by: "another", healing: doing("holding") }, "fault"],
  ["resolved", { ...OPEN, status: "resolved", heal_state: "helped" }, null],
  ["closed", { ...OPEN, status: "closed", heal_state: "called" }, null],
] as const)("%s", (_what, incident, expected) => {
  expect(waitsFor(incident)).toBe(expected);
});
