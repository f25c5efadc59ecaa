import { expect, test } from "vitest";
import { beatSchema } from "@/lib/telemetry/types";
import type { Health } from "../types.d.mts";
import { buildBeat } from "./build-beat.mjs";

const HEALTH: Health = {
  version: "1.2.3",
  active: true,
  telemetry: { latency_p95_ms: 12, webhook_fail_rate: 0.9 },
  counters: { webhooks_sent: 10, webhooks_failed: 1, errors_total: 2, cache_hits: 7 },
  errors: [{ code: "ERR_X", fingerprint: "f1", count: 1 }],
};
const STATE = {
  pluginId: "019a0000-0000-7000-8000-000000000001",
  bootId: "8c7b6a59-4d3c-4b2a-9180-7f6e5d4c3b2a",
  seq: 7,
  now: Date.parse("2026-11-21T10:00:00.000Z"),
  diskVersion: "1.2.3",
  health: HEALTH as Health | null,
  platform: { name: "node", version: "20", runtime: "node 20" },
  failRate: 0.1 as number | null,
  own: { crashes_last_hour: 0, refused_commands: 0 },
  checkpoint: "c1" as string | null,
};

test.each([
  ["a healthy plugin", STATE],
  ["a plugin that does not answer", { ...STATE, health: null, failRate: null }],
  ["a first beat, with no checkpoint yet", { ...STATE, checkpoint: null }],
  ["a disk that leads nowhere", { ...STATE, health: null, diskVersion: "none" }],
])("Center's own schema takes the beat of %s", (_, state) => {
  expect(beatSchema.safeParse(buildBeat(state))).toMatchObject({ success: true });
});

test("the measured rate and the three known counters travel; the plugin's own claim and other counters do not", () => {
  expect(buildBeat(STATE).data.telemetry).toEqual({
    latency_p95_ms: 12,
    webhooks_sent: 10,
    webhooks_failed: 1,
    errors_total: 2,
    webhook_fail_rate: 0.1,
    crashes_last_hour: 0,
    refused_commands: 0,
  });
});

test("without traffic there is no rate; without counters the plugin's own claim stands", () => {
  expect(buildBeat({ ...STATE, failRate: null }).data.telemetry).not.toHaveProperty("webhook_fail_rate");
  expect(buildBeat({ ...STATE, failRate: null, health: { ...HEALTH, counters: {} } }).data.telemetry).toMatchObject({
    webhook_fail_rate: 0.9,
  });
});

test("a plugin that does not answer is never active", () => {
  expect(buildBeat({ ...STATE, health: null }).data).toMatchObject({ active: false, running_version: "1.2.3", errors: [] });
});
