import { expect, test } from "vitest";
import type { ProgressState } from "../types";
import { nextStep, type RunState } from "./next-step";

const now = new Date("2026-01-05T10:00:00Z");
const later = new Date(now.getTime() + 60_000);
const run = (change: Partial<RunState>): RunState => ({
  status: "applying",
  phase: "apply",
  expiresAt: null,
  phaseUntil: later,
  ...change,
});
const tenants = (...states: ProgressState[]) => states.map((state, n) => ({ tenantId: `t${n}`, state }));

test.each<[string, Partial<RunState>, ProgressState[], unknown]>([
  ["a run that may be applied waits", { status: "ready", expiresAt: later }, ["done"], { do: "wait" }],
  ["one that nobody applied in time expires", { status: "ready", expiresAt: now }, ["done"], { do: "expire" }],
  ["an end is an end", { status: "applied" }, ["done"], { do: "wait" }],
  ["what waits is begun", {}, ["waiting", "done"], { do: "work", begin: ["t0"], look: [] }],
  ["what was ordered is looked at", {}, ["ordered", "waiting"], { do: "work", begin: ["t1"], look: ["t0"] }],
  ["all done is the end of the phase", {}, ["done", "done"], { do: "end", isWhole: true, isLate: false }],
  ["after a failure nothing more is begun", {}, ["failed", "ordered", "waiting"], { do: "work", begin: [], look: ["t1"] }],
  ["and the phase ends once nothing is under way", {}, ["failed", "done", "waiting"], { do: "end", isWhole: false, isLate: false }],
  [
    "taking back goes on elsewhere",
    { status: "rolling_back", phase: "rollback" },
    ["failed", "waiting"],
    { do: "work", begin: ["t1"], look: [] },
  ],
  ["time is up", { phaseUntil: now }, ["ordered"], { do: "end", isWhole: false, isLate: true }],
])("%s", (_what, change, states, step) => {
  expect(nextStep(run(change), tenants(...states), now)).toEqual(step);
});

test("only so many tenants are worked on at once", () => {
  const step = nextStep(run({}), tenants(...Array<ProgressState>(6).fill("ordered"), ...Array<ProgressState>(6).fill("waiting")), now);
  expect(step).toMatchObject({ do: "work", begin: ["t6", "t7"] });
});
