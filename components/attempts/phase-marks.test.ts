import { expect, test } from "vitest";
import type { AttemptPhase, AttemptStatus } from "@/lib/rollout/types";
import { phaseMarks } from "./phase-marks";

const walked = (...phases: AttemptPhase[]) => phases.map((phase) => ({ phase }));
const write = (marks: ReturnType<typeof phaseMarks>) => marks.map(({ phase, mark }) => `${phase}:${mark}`).join(" ");

test.each<{ phase: AttemptPhase; status: AttemptStatus; events: { phase: AttemptPhase }[]; way: string }>([
  { phase: "queued", status: "pending", events: [], way: "queued:now staging:ahead dispatch:ahead probation:ahead committing:ahead" },
  {
    phase: "probation",
    status: "verifying",
    events: walked("queued", "staging", "dispatch", "probation"),
    way: "queued:done staging:done dispatch:done probation:now committing:ahead",
  },
  { phase: "done", status: "success", events: [], way: "queued:done staging:done dispatch:done probation:done committing:done" },
  {
    phase: "done",
    status: "failed",
    events: walked("queued", "staging"),
    way: "queued:done staging:failed dispatch:ahead probation:ahead committing:ahead",
  },
  {
    phase: "reverting",
    status: "verifying",
    events: walked("queued", "staging", "dispatch", "probation", "reverting"),
    way: "queued:done staging:done dispatch:done probation:failed reverting:now",
  },
  {
    phase: "done",
    status: "rolled_back",
    events: walked("queued", "staging", "dispatch", "probation", "reverting"),
    way: "queued:done staging:done dispatch:done probation:failed reverting:done",
  },
])("$phase and $status reads $way", ({ phase, status, events, way }) => {
  expect(write(phaseMarks({ phase, status, events }))).toBe(way);
});
