import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type HeartbeatOptions, startHeartbeat } from "./heartbeat.js";
import { type FakeCenter, startFakeCenter } from "./js/testing/fake-center.mjs";

let center: FakeCenter;
let heartbeat: ReturnType<typeof startHeartbeat>;
const errors: Error[] = [];

beforeEach(async () => {
  errors.length = 0;
  center = await startFakeCenter();
});
afterEach(async () => {
  vi.useRealTimers();
  await heartbeat.stop();
  await center.stop();
});

function start(changes: Partial<HeartbeatOptions> = {}): void {
  heartbeat = startHeartbeat({
    centerUrl: center.url,
    pluginId: center.pluginId,
    secret: center.secret,
    version: "3.1.4",
    readTelemetry: () => ({ webhook_fail_rate: 0.25, latency_p95_ms: 80 }),
    onError: (error) => errors.push(error),
    ...changes,
  });
}

test("the first beat goes out at once, signed, with what the plugin measured", async () => {
  start();
  await center.until(() => center.beats.length === 1, "a beat");
  expect(center.beats[0]).toMatchObject({
    seq: 1,
    running_version: "3.1.4",
    disk_version: "3.1.4",
    active: true,
    telemetry: { webhook_fail_rate: 0.25, latency_p95_ms: 80 },
  });
  expect(center.rejected).toEqual([]);
});

test("the checkpoint of the audit log that Center showed last comes back in the next beat", async () => {
  start();
  await center.until(() => center.beats.length === 1, "a beat");
  heartbeat.urgent();
  await center.until(() => center.beats.length === 2, "the next beat");
  expect(center.beats[1]).toMatchObject({ last_checkpoint: "checkpoint-1" });
  expect(center.beats[0]).not.toHaveProperty("last_checkpoint");
});

test("urgent() makes one more beat of the same boot", async () => {
  start();
  await center.until(() => center.beats.length === 1, "a beat");
  heartbeat.urgent();
  heartbeat.urgent();
  await center.until(() => center.beats.length === 2, "an urgent beat");
  expect(center.beats[1]).toMatchObject({ seq: 2, boot_id: center.beats[0]?.boot_id });
});

test.each([
  ["Center's pace is obeyed", 15, 15_000],
  ["but never faster than 5 s", 0.01, 5_000],
  ["nor slower than 10 min", 86_400, 600_000],
])("%s", async (_, wish, expected) => {
  center.nextHeartbeatSeconds = wish;
  const planned = vi.spyOn(globalThis, "setTimeout");
  start();
  await vi.waitFor(() => expect(planned.mock.calls.map(([, ms]) => ms)).toContain(expected));
});

test("a beat Center does not take is complained about and tried again", async () => {
  center.disturb = () => (center.disturbed === 0 ? 503 : null);
  start();
  await center.until(() => center.beats.length === 1, "the beat after the lost one");
  expect(errors.map(({ message }) => message)).toEqual(["Center answered 503 to a beat"]);
});

test("measures that are no numbers are left out, and a measure that throws costs no beat", async () => {
  let isBroken = false;
  start({
    readTelemetry: () => {
      if (isBroken) throw new Error("no gauge");
      return { queue_depth: 4, bad: Number.NaN, worse: "7" as unknown as number };
    },
  });
  await center.until(() => center.beats.length === 1, "a beat");
  expect(center.beats[0]?.telemetry).toEqual({ queue_depth: 4 });
  isBroken = true;
  heartbeat.urgent();
  await center.until(() => center.beats.length === 2, "a beat without measures");
  expect(center.beats[1]?.telemetry).toEqual({});
  expect(errors.map(({ message }) => message)).toEqual(["no gauge"]);
});

test("after stop() nothing goes out", async () => {
  start();
  await center.until(() => center.beats.length === 1, "a beat");
  const planned = vi.spyOn(globalThis, "setTimeout");
  await heartbeat.stop();
  heartbeat.urgent();
  expect(planned).not.toHaveBeenCalled();
});
