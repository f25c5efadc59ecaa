import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import { openAs } from "@/test/database/open-as";
import { readDays, rollUpChunk } from "../adapters/roll-up-beats";
import { planChunks } from "../plan-chunks";
import { STEPS } from "../steps";
import { rollUp } from "./roll-up";

const superuser = openAs("superuser");
afterAll(() => superuser.end());
beforeEach(() => superuser`truncate plugin_heartbeats, plugin_rollups, rollup_watermarks`);

const tenantId = randomUUID();
const pluginIds = [randomUUID(), randomUUID()];
/** Yesterday at 20:00 UTC: what follows crosses midnight, within partitions that exist. */
const start = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 - 4 * 3_600_000);
const at = (minutes: number) => new Date(start.getTime() + minutes * 60_000);

interface Told {
  readonly minute: number;
  readonly plugin: number;
  readonly boot: number;
  readonly telemetry: Readonly<Record<string, number>>;
}
let written = 0;
async function insertBeats(beats: readonly Told[]): Promise<void> {
  const rows = beats.map(({ minute, plugin, boot, telemetry }) => {
    written += 1;
    const id = `00000000-0000-4000-8000-${String(written).padStart(12, "0")}`;
    const bootId = `00000000-0000-4000-8000-${String(boot + 1).padStart(12, "0")}`;
    const common = { webhook_id: id, seq: written, running_version: "1", disk_version: "1", is_active: true, errors: "[]" };
    const times = { received_at: at(minute), sent_at: at(minute) };
    const chain = { body_sha256: Buffer.alloc(32), process_id: bootId, batch_no: 1 };
    return {
      tenant_id: tenantId,
      plugin_id: pluginIds[plugin] ?? "",
      id,
      boot_id: bootId,
      telemetry: telemetry as never,
      ...common,
      ...times,
      ...chain,
    };
  });
  if (rows.length > 0) await superuser`insert into plugin_heartbeats ${superuser(rows)}`;
}

const stored = () => superuser`
  select step_seconds, plugin_id, bucket_at, beats, webhooks_sent, webhooks_failed, errors, round(fail_rate_sum::numeric, 6) as fail_rate_sum,
    fail_rate_count, fail_rate_max, latency_p95_max, round(latency_p95_sum::numeric, 6) as latency_p95_sum, queue_depth_count
  from plugin_rollups order by step_seconds, plugin_id, bucket_at`;

/** What the rows must say of counters and beats, reckoned from the beats alone: plainly, and in another language than the job does. */
function expectedTotals(beats: readonly Told[]): Map<string, { beats: number; sent: number; latencyMax: number | null }> {
  const totals = new Map<string, { beats: number; sent: number; latencyMax: number | null }>();
  const counted = new Map<string, number>();
  for (const { minute, plugin, boot, telemetry } of beats.toSorted((a, b) => a.minute - b.minute)) {
    const sent = telemetry.webhooks_sent;
    const before = counted.get(`${plugin} ${boot}`) ?? 0;
    const grown = sent === undefined ? 0 : Math.max(0, sent - before);
    counted.set(`${plugin} ${boot}`, Math.max(before, sent ?? 0));
    for (const step of STEPS) {
      const bucket = Math.floor(at(minute).getTime() / (step * 1_000)) * step * 1_000;
      const key = `${step} ${pluginIds[plugin]} ${bucket}`;
      const sum = totals.get(key) ?? { beats: 0, sent: 0, latencyMax: null };
      const latency = telemetry.latency_p95_ms;
      const latencyMax = latency === undefined ? sum.latencyMax : Math.max(latency, sum.latencyMax ?? latency);
      totals.set(key, { beats: sum.beats + 1, sent: sum.sent + grown, latencyMax });
    }
  }
  return totals;
}
async function storedTotals(): Promise<Map<string, { beats: number; sent: number; latencyMax: number | null }>> {
  const rows = await stored();
  return new Map(
    rows.map((row) => [
      `${row.step_seconds} ${row.plugin_id} ${(row.bucket_at as Date).getTime()}`,
      { beats: row.beats as number, sent: row.webhooks_sent as number, latencyMax: row.latency_p95_max as number | null },
    ]),
  );
}

const telemetry = fc.record(
  {
    webhooks_sent: fc.nat(500),
    webhook_fail_rate: fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10),
    latency_p95_ms: fc.nat(900),
  },
  { requiredKeys: [] },
);
/** At most a beat a minute and plugin, so that no two share an instant, and no boot is older than the look-back. */
const history = fc.uniqueArray(
  fc.record({ minute: fc.nat(6 * 60), plugin: fc.nat(1), boot: fc.nat(3), telemetry: telemetry as fc.Arbitrary<Record<string, number>> }),
  { maxLength: LIMITS.rollupLookBackBeats, selector: ({ minute, plugin }) => minute * 2 + plugin },
);
const clear = () => superuser`truncate plugin_heartbeats, plugin_rollups, rollup_watermarks`;

describe("roll-ups are what the rows say", () => {
  test("however often and whenever the job ran: the same as all at once, and as reckoned by hand", async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.array(fc.nat(7 * 60), { maxLength: 4 }), async (beats, looks) => {
        await clear();
        let known = 0;
        const ordered = beats.toSorted((a, b) => a.minute - b.minute);
        for (const look of looks.toSorted((a, b) => a - b)) {
          const arrived = ordered.filter(({ minute }) => minute <= look);
          await insertBeats(arrived.slice(known));
          known = arrived.length;
          await rollUp(at(look));
        }
        await insertBeats(ordered.slice(known));
        await rollUp(at(8 * 60));
        const incremental = await stored();
        await superuser`truncate plugin_rollups, rollup_watermarks`;
        await rollUp(at(8 * 60));
        expect(await stored()).toEqual(incremental);
        expect(await storedTotals()).toEqual(expectedTotals(beats));
      }),
      { numRuns: 6 },
    );
  });

  test("once more changes nothing, nor do three workers at once", async () => {
    await insertBeats(
      Array.from({ length: 12 }, (_none, minute) => ({
        minute: minute * 7,
        plugin: minute % 2,
        boot: 0,
        telemetry: { webhooks_sent: minute },
      })),
    );
    await rollUp(at(200));
    const once = await stored();
    expect(once.length).toBeGreaterThan(0);
    await rollUp(at(200));
    await Promise.all([rollUp(at(200)), rollUp(at(201)), rollUp(at(200))]);
    expect(await stored()).toEqual(once);
  });

  test("killed between two chunks, the next run goes on and ends the same", async () => {
    await insertBeats(
      Array.from({ length: 20 }, (_none, index) => ({
        minute: index * 15,
        plugin: 0,
        boot: index % 2,
        telemetry: { webhooks_sent: index * 3 },
      })),
    );
    const chunks = planChunks(await readDays(at(320)), at(320), LIMITS.rollupSettleSeconds * 1_000, 100);
    const untilMidnight = chunks.findIndex(({ from }) => from >= at(120));
    for (const chunk of chunks.slice(0, untilMidnight + 1)) await rollUpChunk(chunk);
    await rollUp(at(320));
    const resumed = await stored();
    await superuser`truncate plugin_rollups, rollup_watermarks`;
    await rollUp(at(320));
    expect(resumed).toEqual(await stored());
  });

  test("killed within a chunk, neither its steps nor its watermark are there", async () => {
    await insertBeats([{ minute: 1, plugin: 0, boot: 0, telemetry: {} }]);
    const [chunk] = planChunks(await readDays(at(30)), at(30), 0, 100).filter(({ from }) => from.getTime() === start.getTime());
    await superuser.unsafe("alter table rollup_watermarks add constraint planted check (rolled_until < 'epoch') not valid");
    try {
      await expect(rollUpChunk(chunk as NonNullable<typeof chunk>)).rejects.toThrow("planted");
    } finally {
      await superuser.unsafe("alter table rollup_watermarks drop constraint planted");
    }
    expect([await stored(), await superuser`select 1 from rollup_watermarks`]).toEqual([[], []]);
  });
});

test("a beat that commits late, within the time that a commit may take, is still counted", async () => {
  await insertBeats([{ minute: 4, plugin: 0, boot: 0, telemetry: {} }]);
  await rollUp(at(5.5));
  await insertBeats([{ minute: 4.9, plugin: 0, boot: 0, telemetry: {} }]);
  await rollUp(at(7));
  expect((await stored())[0]).toMatchObject({ step_seconds: 300, beats: 2 });
});

test("each step is given up when its own time is over, and no other", async () => {
  const ages = { 300: LIMITS.rollupRetentionDays[300], 3600: LIMITS.rollupRetentionDays[3_600], 86400: LIMITS.rollupRetentionDays[86_400] };
  for (const [step, days] of Object.entries(ages)) {
    for (const age of [days - 0.5, days + 0.5]) {
      const bucket = new Date(at(400).getTime() - age * 86_400_000);
      await superuser`insert into plugin_rollups values (${tenantId}, ${step}, ${pluginIds[0] ?? ""}, ${bucket}, 1, 0, 0, 0, 0, 0, null, 0, 0, null, 0, 0, null)`;
    }
  }
  await rollUp(at(400));
  const left = await superuser`select step_seconds from plugin_rollups order by step_seconds`;
  expect(left.map((row) => row.step_seconds)).toEqual([300, 3_600, 86_400]);
});
