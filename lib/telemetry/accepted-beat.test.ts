import fc from "fast-check";
import { expect, test } from "vitest";
import { type AcceptedBeat, arrangeBatch } from "./accepted-beat";
import { beatSchema } from "./types";

const plugins = ["00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b", "00000000-0000-4000-8000-00000000000c"];
const body = {
  type: "plugin.heartbeat",
  timestamp: "2026-11-21T10:00:00.000Z",
  data: {
    plugin_id: "00000000-0000-4000-8000-00000000000a",
    boot_id: "00000000-0000-4000-8000-000000000001",
    seq: 1,
    running_version: "1.2.2",
    disk_version: "1.2.2",
    active: true,
    telemetry: {},
  },
};
const beat = beatSchema.parse(body);

function accepted(pluginId: string, webhookId: string, id: string): AcceptedBeat {
  return { tenantId: "t", pluginId, id, webhookId, receivedAt: new Date(0), bodySha256: "", beat };
}

const batches = fc
  .array(fc.tuple(fc.constantFrom(...plugins), fc.constantFrom("msg_1", "msg_2", "msg_10", "MSG_1", "b")), { maxLength: 30 })
  .map((entries) => entries.map(([pluginId, webhookId], place) => accepted(pluginId, webhookId, `id-${place}`)));
const keyOf = ({ pluginId, webhookId }: AcceptedBeat) => `${pluginId} ${webhookId}`;

test("whatever comes, each message is in the batch once, in key order, and every input finds its own", () => {
  fc.assert(
    fc.property(batches, (batch) => {
      const { unique, places } = arrangeBatch(batch);
      const keys = unique.map(keyOf);
      expect(keys).toEqual([...new Set(batch.map(keyOf))].toSorted());
      expect(places).toHaveLength(batch.length);
      for (const [position, { index, isRepeat }] of places.entries()) {
        expect(keys[index]).toBe(keyOf(batch[position]!));
        expect(isRepeat).toBe(unique[index] !== batch[position]);
      }
    }),
  );
});

test("two batches with the same messages agree on the order, whatever order they came in", () => {
  fc.assert(
    fc.property(batches, (batch) => {
      expect(arrangeBatch(batch.toReversed()).unique.map(keyOf)).toEqual(arrangeBatch(batch).unique.map(keyOf));
    }),
  );
});

test("of repeats the first one is kept", () => {
  const { unique, places } = arrangeBatch([accepted(plugins[0]!, "msg_1", "first"), accepted(plugins[0]!, "msg_1", "second")]);
  expect(unique.map(({ id }) => id)).toEqual(["first"]);
  expect(places).toEqual([
    { index: 0, isRepeat: false },
    { index: 0, isRepeat: true },
  ]);
});

test.each([
  ["0000-01-01T00:00:00Z", false],
  ["1969-12-31T23:59:59Z", false],
  ["9999-12-31T23:59:59-23:59", false],
  ["2026-02-30T00:00:00Z", false],
  ["2026-11-21T10:00:00", false],
  ["2026-11-21T10:00:00+23:59", true],
  [`2026-11-21T10:00:00.${"1".repeat(300)}Z`, true],
  ["2026-11-21T10:00:00.000Z", true],
])("a clock that says %s is understood: %s", (timestamp, isUnderstood) => {
  expect(beatSchema.safeParse({ ...body, timestamp }).success).toBe(isUnderstood);
});

test.each([
  ["a tenant smuggled in", { tenant_id: plugins[0] }],
  ["65 numbers", { telemetry: Object.fromEntries(Array.from({ length: 65 }, (_none, place) => [`n${place}`, 1])) }],
  ["a number that is none", { telemetry: { latency_p95_ms: Number.POSITIVE_INFINITY } }],
  ["text for a number", { telemetry: { latency_p95_ms: "340" } }],
  ["a negative seq", { seq: -1 }],
  ["a version of nothing", { running_version: "" }],
  ["a capability of two words", { capabilities: ["up date"] }],
])("%s is refused", (_what, change) => {
  expect(beatSchema.safeParse({ ...body, data: { ...body.data, ...change } }).success).toBe(false);
  expect(beatSchema.safeParse(body).success).toBe(true);
});
