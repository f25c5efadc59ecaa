import { afterAll, expect, test } from "vitest";
import * as killSwitch from "@/app/api/ops/(safety)/kill-switch/route";
import * as switches from "@/app/api/ops/(safety)/switches/route";
import * as exported from "@/app/api/ops/audit/export/route";
import * as entries from "@/app/api/ops/audit/route";
import * as incidents from "@/app/api/ops/plugin-incidents/route";
import { POST as postBeat } from "@/app/api/plugins/heartbeat/route";
import { pressureGauge } from "@/lib/platform/overload/pressure-gauge";
import { beatBody, requestOf, signed } from "@/test/database/signed-beat";
import { makePlugin, makeTenant } from "@/test/factories";
import { opsRequest } from "@/test/identity/bearer";

let pressure = 0;
const unwatch = pressureGauge.watch(() => pressure);
afterAll(() => {
  unwatch();
});

const auditor = { roles: ["auditor"] };
const on = { on: true, reason: "drill under load" };

test.each([
  [0, []],
  [0.5, ["export"]],
  [0.75, ["export", "read"]],
  [1, ["export", "read", "beat"]],
  [50, ["export", "read", "beat"]],
])("at pressure %d these are turned away: %j; switches and the audit never", async (given, expected) => {
  const plugin = await makePlugin((await makeTenant()).id);
  const asked = {
    export: () => opsRequest("/api/ops/audit/export", auditor).then(exported.GET),
    read: () => opsRequest("/api/ops/plugin-incidents").then(incidents.GET),
    beat: () => postBeat(requestOf(signed(plugin, beatBody(plugin)))),
    switches: () => opsRequest("/api/ops/switches").then(switches.GET),
    "kill switch": () => opsRequest("/api/ops/kill-switch", { body: on }).then(killSwitch.POST),
    audit: () => opsRequest("/api/ops/audit", auditor).then(entries.GET),
  };
  pressure = given;
  const answers: [string, Response][] = [];
  for (const [name, ask] of Object.entries(asked)) answers.push([name, await ask()]);
  pressure = 0;
  const turnedAway = answers.filter(([, { status }]) => status === 503);
  expect(turnedAway.map(([name]) => name)).toEqual(expected);
  for (const [, response] of turnedAway) {
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ code: "ERR_UNAVAILABLE" });
  }
  for (const [name, { status }] of answers) if (!expected.includes(name)) expect([name, status]).toEqual([name, 200]);
});
