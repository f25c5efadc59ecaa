import { expect, test } from "vitest";
import { bestMatches, matchWords } from "./match-words";

test.each([
  ["Incidents", "", 0],
  ["Incidents", "inc", 0],
  ["Équipe de garde", "equipe", 0],
  ["Turn the kill switch on", "kill sw", 1],
  ["Turn the kill switch on", "switch turn", 1],
  ["Rollouts", "out", 2],
  ["Rollouts", "kill", null],
  ["100 % of [all]", "[all", 2],
] as const)("“%s” answers “%s” with %s", (label, typed, rank) => {
  expect(matchWords(label, typed)).toBe(rank);
});

test("the best answer stands first, equals keep their order", () => {
  const items = ["Rollouts", "Log out", "Out of hours", "Outbox"].map((label) => ({ label }));
  expect(bestMatches(items, "out").map(({ label }) => label)).toEqual(["Out of hours", "Outbox", "Log out", "Rollouts"]);
});
