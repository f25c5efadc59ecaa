import { expect, test } from "vitest";
import type { StreamView } from "@/lib/telemetry/watched/queries-stream";
import { streamState } from "./stream-state";

const newest = { at: "2026-11-21T10:00:00.000Z", value: 5, low: 1, high: 9, score: 0, raised: false, after_gap: false };
const finding = {
  rule_id: "spike:queue_depth",
  statistic: "queue_depth: distance from its running level",
  value: 400,
  usual: { low: 1, high: 9 },
  explain: "queue_depth is 400.",
  from: "2026-11-21T09:58:00.000Z",
  to: null,
};
const view = (changes: Partial<StreamView>): StreamView => ({
  plugin_id: "p",
  plugin_key: "demo-pay",
  tenant_name: "Atlas",
  metric: "queue_depth",
  from: "2026-11-21T09:00:00.000Z",
  to: "2026-11-21T10:00:30.000Z",
  rebuilt: { from: null, beats: 1, has_bank: true, is_cut: false, agrees: true },
  is_known: true,
  calm_until: null,
  is_thinned: false,
  points: [newest],
  rollups: { step_seconds: 300, points: [] },
  findings: [],
  incidents: [],
  ...changes,
});

test.each([
  [{ points: [] }, { kind: "silent" }],
  [{ findings: [finding] }, { kind: "raised", since: finding.from, explain: finding.explain }],
  [{ findings: [{ ...finding, to: "2026-11-21T09:59:00.000Z" }] }, { kind: "usual", value: 5, low: 1, high: 9 }],
  [{ points: [{ ...newest, low: null, high: null }] }, { kind: "learning" }],
  [{ is_known: false }, { kind: "learning" }],
  [{ calm_until: "2026-11-21T11:00:00.000Z" }, { kind: "calm", until: "2026-11-21T11:00:00.000Z" }],
  [{ calm_until: "2026-11-21T09:30:00.000Z" }, { kind: "usual", value: 5, low: 1, high: 9 }],
  [{ points: [{ ...newest, value: 9.5 }] }, { kind: "outside", value: 9.5, low: 1, high: 9 }],
] as const)("%j is %j", (changes, state) => {
  expect(streamState(view(changes as Partial<StreamView>))).toEqual(state);
});
