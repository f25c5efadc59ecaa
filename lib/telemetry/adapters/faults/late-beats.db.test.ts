import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openAs } from "@/test/database/open-as";
import { beatBody, type SignedMessage, signed } from "@/test/database/signed-beat";
import { makePlugin, makeTenant } from "@/test/factories";
import { acceptBeat } from "../accept-beat";

const superuser = openAs("superuser");
let tenantId: string;
beforeAll(async () => {
  tenantId = (await makeTenant()).id;
});
afterAll(() => superuser.end());

const start = new Date();
const at = (seconds: number) => new Date(start.getTime() + seconds * 1_000);
const accept = ({ headers, body }: SignedMessage, seconds: number) =>
  acceptBeat(headers, body, at(seconds), async () => ({ nextHeartbeatInSeconds: 120, commands: [] }));
const stateOf = async (id: string) => (await superuser`select * from plugin_state where plugin_id = ${id}`)[0];

describe("an older beat that is stored later changes no newer state", () => {
  const OTHER_BOOT = "00000000-0000-4000-8000-000000000002";
  test.each<[string, Record<string, unknown>, { sentSeconds?: number } & Record<string, unknown>, boolean]>([
    ["of the same boot, by its count", {}, { seq: 1, telemetry: { queue_depth: 1 } }, false],
    ["of the same boot, whose count began anew", {}, { seq: 1, telemetry: { queue_depth: 1 }, sentSeconds: 20 }, true],
    ["of the boot before", { boot_id: OTHER_BOOT, seq: 1 }, { seq: 9, telemetry: { queue_depth: 1 } }, false],
    [
      "of a boot that begins only now, by a clock that was set back",
      {},
      { boot_id: OTHER_BOOT, seq: 1, telemetry: { queue_depth: 1 } },
      true,
    ],
  ])("%s", async (_what, newer, { sentSeconds = 1, ...late }, isNews) => {
    const plugin = await makePlugin(tenantId);
    await accept(signed(plugin, beatBody(plugin, { seq: 2 }, at(0))), 0);
    await accept(signed(plugin, beatBody(plugin, { seq: 5, telemetry: { queue_depth: 5 }, ...newer }, at(10))), 10);
    const before = await stateOf(plugin.id);
    await accept(signed(plugin, beatBody(plugin, late, at(sentSeconds))), 12);
    const now = await stateOf(plugin.id);
    expect(now).toMatchObject({ telemetry: { queue_depth: isNews ? 1 : 5 }, last_seen: at(12), beats: "3" });
    if (!isNews) expect(now).toMatchObject({ boot_id: before?.boot_id, booted_at: before?.booted_at, seq: before?.seq });
    expect(now?.recent_ids).toHaveLength(3);
    expect(await superuser`select 1 from plugin_heartbeats where plugin_id = ${plugin.id}`).toHaveLength(3);
  });
});
