import "@/test/identity/bearer";
import { beforeAll, describe, expect, test } from "vitest";
import * as approve from "@/app/api/ops/plugin-incidents/[id]/approve/route";
import * as manual from "@/app/api/ops/plugin-incidents/[id]/manual-action/route";
import * as heartbeat from "@/app/api/plugins/heartbeat/route";
import { opsRequest } from "@/test/identity/bearer";
import { makeShop, type Shop, setPolicy } from "@/test/loop/make-shop";
import { stopTime } from "@/test/loop/virtual-time";

stopTime();
let shop: Shop;
beforeAll(async () => {
  await setPolicy({ whitelist: [], staging_required: false });
  shop = await makeShop();
  await shop.live(1);
});

const SMUGGLED = [
  { tenant_id: "00000000-0000-4000-8000-000000000001" },
  { level: 1 },
  { status: "healing" },
  { approved_by: "ada@center.test" },
];

describe("safety 21: fields that nobody asked for", () => {
  test.each(SMUGGLED)("%o in an approval is refused, and the plan still waits", async (extra) => {
    const { id, planDigest } = await shop.incident();
    const body = { plan_digest: planDigest, reason: "looks right", ...extra };
    const response = await approve.POST(await opsRequest("/", { body }), { params: Promise.resolve({ id }) });
    expect(response.status).toBe(422);
    expect(await shop.incident()).toMatchObject({ status: "awaiting_approval" });
    expect((await shop.records()).attempts).toEqual([]);
  });

  test.each(SMUGGLED)("%o in an order is refused, and nothing begins", async (extra) => {
    const { id } = await shop.incident();
    const body = { action: "restart", reason: "it may help a little", ...extra };
    const response = await manual.POST(await opsRequest("/", { body }), { params: Promise.resolve({ id }) });
    expect(response.status).toBe(422);
    expect((await shop.records()).attempts).toEqual([]);
  });

  test.each([...SMUGGLED, { commands: [] }])("%o in a beat is refused, and nothing is stored", async (extra) => {
    const before = await shop.records();
    const data = {
      plugin_id: shop.agent.id,
      boot_id: "00000000-0000-4000-8000-00000000000b",
      seq: 1,
      running_version: "1.2.3",
      disk_version: "1.2.3",
      active: true,
      telemetry: { webhook_fail_rate: 1 },
      ...extra,
    };
    const body = JSON.stringify({ type: "plugin.heartbeat", timestamp: new Date().toISOString(), data });
    const response = await heartbeat.POST(shop.agent.request("/api/plugins/heartbeat", body));
    expect(response.status).toBe(422);
    expect(await shop.records()).toEqual(before);
  });
});
