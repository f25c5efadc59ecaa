import { expect, test } from "vitest";
import type { IncidentItem } from "../live/items";
import { overallVerdict } from "./overall-verdict";

const incident = (plugin_id: string, status: IncidentItem["status"], severity: IncidentItem["severity"]) => ({
  plugin_id,
  status,
  severity,
});

test.each([
  { total: 2, open: [], trusted: true, kind: "well", why: "nothing is open" },
  { total: 0, open: [], trusted: true, kind: "empty", why: "nobody is connected" },
  { total: 1, open: [incident("p0", "healing", "high")], trusted: true, kind: "healing", why: "it is being mended" },
  { total: 1, open: [incident("p0", "open", "low")], trusted: true, kind: "healing", why: "an open incident is at work" },
  { total: 1, open: [incident("p0", "escalated", "low")], trusted: true, kind: "needs_person", why: "it waits for somebody" },
  { total: 1, open: [incident("p0", "awaiting_approval", "low")], trusted: true, kind: "needs_person", why: "so does a plan" },
  { total: 2, open: [], trusted: false, kind: "unknown", why: "old data vouches for nothing" },
])("$total plugins, $open.length open, trusted $trusted -> $kind ($why)", ({ total, open, trusted, kind }) => {
  expect(overallVerdict(total, open, trusted).kind).toBe(kind);
});

test("figures count plugins, not incidents, and the worst severity leads", () => {
  const open = [incident("p0", "healing", "low"), incident("p0", "escalated", "critical"), incident("p1", "open", "high")];
  expect(overallVerdict(3, open, true)).toMatchObject({ sick: 2, needing: 1, total: 3, worst: "critical" });
});
