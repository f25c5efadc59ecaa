import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { FLEET_SORTS } from "@/lib/access/plugins/fleet-query";
import { LIMITS } from "@/lib/platform/limits";
import { openAs } from "@/test/database/open-as";
import { makeAttempt, makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { opsRequest } from "@/test/identity/bearer";
import * as attempts from "../autopatch-attempts/route";
import * as incidents from "../plugin-incidents/route";
import * as fleet from "./route";

const ingest = openAs("ingest");

interface Item {
  readonly id: string;
  readonly tenant_name: string;
  readonly running_version: string | null;
  readonly last_seen: string | null;
  readonly fail_rate: number | null;
  readonly incident: { readonly id: string; readonly severity: string } | null;
  readonly attempt: { readonly id: string } | null;
}

async function ask(route: Pick<typeof fleet, "GET">, search: Record<string, string>, tenants?: readonly string[]) {
  const request = await opsRequest(`/?${new URLSearchParams(search)}`, tenants ? { tenants } : {});
  const response = await route.GET(request, { params: Promise.resolve({}) });
  return {
    status: response.status,
    json: (await response.json()) as { items: Item[]; next_cursor: string | null; counts: Record<string, number> },
  };
}
const list = async (search: Record<string, string>) => (await ask(fleet, { ...search, limit: "200" }, own)).json;
const names = async (search: Record<string, string>) => (await list(search)).items.map(({ tenant_name }) => tenant_name);

let own: string[];
const made: Record<string, { id: string; tenantId: string }> = {};

/** The newest word of a plugin, said some seconds ago. */
async function say(name: string, version: string, secondsAgo: number, failRate: number | null): Promise<void> {
  const plugin = made[name];
  if (!plugin) throw new Error(`${name} was not made`);
  const at = new Date(Date.now() - secondsAgo * 1_000);
  const row = {
    tenant_id: plugin.tenantId,
    plugin_id: plugin.id,
    last_seen: at,
    booted_at: at,
    boot_id: randomUUID(),
    seq: 1,
    running_version: version,
    disk_version: version,
    is_active: true,
    platform: ingest.json({}),
    capabilities: [],
    telemetry: ingest.json(failRate === null ? {} : { webhook_fail_rate: failRate }),
    errors: ingest.json([]),
    recent_ids: [],
    beats: 1,
  };
  await ingest.begin(async (tx) => {
    await tx`select set_config('center.tenants', ${`{${plugin.tenantId}}`}, true)`;
    await tx`insert into plugin_state ${tx(row as never)}`;
  });
}

beforeAll(async () => {
  for (const name of ["Atlas", "boréal", "Cedar", "Dune", "Ember"]) made[name] = await makePlugin((await makeTenant(name)).id);
  own = Object.values(made).map(({ tenantId }) => tenantId);
  const late = LIMITS.heartbeatSeconds + LIMITS.heartbeatGraceSeconds + 5;
  await say("Atlas", "1.10.0", 2, 0.6);
  await say("boréal", "1.9.0", late, null);
  await say("Cedar", "not-a-version", late + LIMITS.heartbeatSeconds, 0);
  await say("Dune", "1.2.3-rc.1", 5, 0);
  const [atlas, dune] = [made.Atlas, made.Dune];
  if (!atlas || !dune) throw new Error("the shops are missing");
  await makeIncident(atlas, { severity: "medium", status: "healing" });
  await makeIncident(atlas, { severity: "low", status: "open", type: "drift" });
  await makeAttempt(await makeIncident(dune, { severity: "high", status: "escalated" }));
  await makeIncident(made.Ember ?? atlas, { severity: "critical", status: "resolved" });
  return () => ingest.end();
});

describe("the fleet", () => {
  test("worst first: by severity, then silent, late, never heard", async () => {
    const { items, counts } = await list({});
    expect(items.map(({ tenant_name }) => tenant_name)).toEqual(["Dune", "Atlas", "Cedar", "boréal", "Ember"]);
    expect(items[1]).toMatchObject({ running_version: "1.10.0", fail_rate: 0.6, incident: { severity: "medium" }, attempt: null });
    expect(items[0]).toMatchObject({ incident: { severity: "high" }, attempt: { status: "pending", to_version: "1.2.3" } });
    expect(items[4]).toMatchObject({ last_seen: null, running_version: null, fail_rate: null, incident: null });
    expect(counts).toEqual({
      total: 5,
      online: 2,
      late: 1,
      silent: 1,
      unknown: 1,
      sick: 2,
      needs_person: 1,
      changing: 1,
      open_incidents: 3,
    });
  });

  test.each([
    { sort: "quiet", order: ["Ember", "Cedar", "boréal", "Dune", "Atlas"], why: "never heard is longest unheard" },
    { sort: "merchant", order: ["Atlas", "boréal", "Cedar", "Dune", "Ember"], why: "capitals do not count" },
    { sort: "version", order: ["Cedar", "Ember", "Dune", "boréal", "Atlas"], why: "1.9 is before 1.10, and no version before all" },
  ])("by $sort: $order ($why), and the other way round", async ({ sort, order }) => {
    expect(await names({ sort })).toEqual(order);
    expect(await names({ sort: `-${sort}` })).toEqual(order.toReversed());
  });

  test.each(FLEET_SORTS)("pages of one in order %s are the whole, each plugin once", async (sort) => {
    const whole = (await list({ sort })).items.map(({ id }) => id);
    const walked: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page = await ask(fleet, { sort, limit: "1", ...(cursor ? { cursor } : {}) }, own);
      walked.push(...page.json.items.map(({ id }) => id));
      cursor = page.json.next_cursor;
    }
    expect(walked).toEqual(whole);
  });

  test.each([
    [{ presence: "late,silent" }, ["Cedar", "boréal"]],
    [{ presence: "unknown" }, ["Ember"]],
    [{ incident: "open" }, ["Dune", "Atlas"]],
    [{ incident: "person" }, ["Dune"]],
    [{ version: "1.10.0" }, ["Atlas"]],
    [{ q: "BORÉ" }, ["boréal"]],
    [{ q: "%" }, []],
    [{ status: "revoked" }, []],
  ] as const)("filtered by %o: %o", async (search, order) => {
    expect(await names(search)).toEqual(order);
  });

  test("somebody of another tenant sees and counts nothing of it", async () => {
    const { status, json } = await ask(fleet, {}, [(await makeTenant("Other")).id]);
    expect({ status, items: json.items, total: json.counts.total, open: json.counts.open_incidents }).toEqual({
      status: 200,
      items: [],
      total: 0,
      open: 0,
    });
  });

  test.each<Record<string, string>>([
    { sort: "constructor" },
    { sort: 'id";--' },
    { limit: "0" },
    { presence: "gone" },
    { cursor: "bm90IG91cnM" },
    { sort: "version", cursor: Buffer.from(JSON.stringify(["version", "{99999999999}", randomUUID()])).toString("base64url") },
    { sort: "quiet", cursor: Buffer.from(JSON.stringify(["merchant", "a", randomUUID()])).toString("base64url") },
  ])("400 for %o", async (search) => {
    expect((await ask(fleet, search)).status).toBe(400);
  });
});

test("incidents and attempts as rows carry the merchant's name and no evidence", async () => {
  const rows = await ask(incidents, { view: "row", status: "escalated" }, own);
  expect(rows.json.items).toEqual([
    expect.objectContaining({ tenant_name: "Dune", type: "webhook_fail_rate", status: "escalated", opened_at: expect.any(String) }),
  ]);
  expect(rows.json.items[0]).not.toHaveProperty("telemetry_snapshot");
  const tried = await ask(attempts, { view: "row" }, own);
  expect(tried.json.items).toEqual([expect.objectContaining({ tenant_name: "Dune", status: "pending", created_at: expect.any(String) })]);
  expect(tried.json.items[0]).not.toHaveProperty("events");
});
