import { expect, test } from "vitest";
import { type Label, settleLabels } from "@/lib/sira/learning/settle-labels";

const WATCH = { seconds: 60, disk_version: "1.2.3", running_version: "1.2.3" };
const label = (outcome: Label["outcome"], at: number, watch: Label["watch"] = null): Label => ({ outcome, at, watch });

test.each([
  { why: "no label at all", labels: [], now: 1e9, settled: null },
  { why: "a success is none before its watch has passed", labels: [label("fixed", 0, WATCH)], now: 59_999, settled: null },
  { why: "a success whose watch has passed", labels: [label("fixed", 0, WATCH)], now: 60_000, settled: "fixed" },
  { why: "a success without a watch is final", labels: [label("fixed", 5)], now: 5, settled: "fixed" },
  { why: "a success that recurs is none", labels: [label("fixed", 0, WATCH), label("recurred", 30_000)], now: 30_000, settled: "recurred" },
  {
    why: "what comes back after the watch is new trouble",
    labels: [label("fixed", 0, WATCH), label("recurred", 60_001)],
    now: 1e6,
    settled: "fixed",
  },
  {
    why: "drift within the watch voids it",
    labels: [label("fixed", 0, WATCH), label("inconclusive", 10)],
    now: 1e6,
    settled: "inconclusive",
  },
  {
    why: "drift voids even what came back",
    labels: [label("recurred", 20), label("inconclusive", 10), label("fixed", 0, WATCH)],
    now: 1e6,
    settled: "inconclusive",
  },
  { why: "harm is known at once", labels: [label("made_worse", 0)], now: 0, settled: "made_worse" },
  { why: "so is what changed nothing", labels: [label("not_fixed", 0)], now: 0, settled: "not_fixed" },
] as const)("$why", ({ labels, now, settled }) => expect(settleLabels(labels, now)?.outcome ?? null).toBe(settled));
