import { expect, test } from "vitest";
import { sliceDue } from "./slice-due";

const due = (moduleId: string, steps: number) => ({ moduleId, runningVersion: null, fromMs: 0, untilMs: steps * 10 });

test.each([
  { why: "all, where there is room", most: 100, counts: { a: 10, b: 10 }, found: ["a 3", "b 3"] },
  { why: "whole steps, as many as have room", most: 45, counts: { a: 10, b: 10 }, found: ["a 3", "b 1"] },
  { why: "nothing of a module of which no step has room", most: 35, counts: { a: 10, b: 10 }, found: ["a 3"] },
  { why: "one step of the first, however large", most: 5, counts: { a: 10, b: 10 }, found: ["a 1"] },
  { why: "steps of which nobody told anything", most: 5, counts: { a: 0, b: 0 }, found: ["a 3", "b 3"] },
])("$why", ({ most, counts, found }) => {
  const slice = sliceDue([due("a", 3), due("b", 3)], (moduleId) => counts[moduleId as "a" | "b"], 10, most);
  expect(slice.map(({ moduleId, untilMs }) => `${moduleId} ${untilMs / 10}`)).toEqual(found);
});
