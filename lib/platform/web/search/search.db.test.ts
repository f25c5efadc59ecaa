import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { read } from "@/lib/platform/scope";
import { personActor } from "@/test/actors";
import { makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { searchEverything, searchQuery } from "./queries-search";

const word = `Quince${randomUUID().slice(0, 8)}`;
let [mine, theirs] = [
  { tenant: "", slug: "", plugin: "", incident: "" },
  { tenant: "", slug: "", plugin: "", incident: "" },
];

async function makeShop(name: string) {
  const tenant = await makeTenant(name);
  const plugin = await makePlugin(tenant.id);
  const incident = await makeIncident(plugin);
  return { tenant: tenant.id, slug: tenant.slug, plugin: plugin.id, incident: incident.id };
}

beforeAll(async () => {
  [mine, theirs] = [await makeShop(`${word} one`), await makeShop(`${word} two`)];
});

/** What somebody finds, as "kind id". */
async function find(actor: Parameters<typeof searchEverything>[0], query: Readonly<Record<string, string>>): Promise<string[]> {
  const { items } = await searchEverything(actor, searchQuery.parse(query));
  return items.map(({ kind, id }) => `${kind} ${id}`);
}
const own = () => personActor(["operator"], [mine.tenant]);
const all = personActor(["operator", "auditor"]);

test("a merchant's name finds it with its plugins and incidents, what may be wrong first", async () => {
  const ofShop = ({ tenant, plugin, incident }: typeof mine) => [`incident ${incident}`, `plugin ${plugin}`, `tenant ${tenant}`];
  expect(await find(own(), { q: word.toLowerCase() })).toEqual(ofShop(mine));
  expect((await find(all, { q: word })).toSorted()).toEqual([...ofShop(mine), ...ofShop(theirs)].toSorted());
});

test("nobody finds another merchant's things, not even by their exact ids", async () => {
  for (const q of [theirs.tenant, theirs.plugin, theirs.incident, theirs.slug]) expect(await find(own(), { q })).toEqual([]);
  expect(await find(all, { q: theirs.incident })).toEqual([`incident ${theirs.incident}`]);
});

test("the beginning of an id finds what it begins, with and without dashes", async () => {
  const start = mine.incident.slice(0, 22);
  for (const q of [start, start.replaceAll("-", "").toUpperCase()]) expect(await find(own(), { q })).toContain(`incident ${mine.incident}`);
});

test("a trace is found by who may read the log, and by nobody else", async () => {
  const trace = "0".repeat(31).concat("1");
  expect(await find(all, { q: trace })).toContain(`audit ${trace}`);
  expect((await find(personActor(["auditor"]), { q: trace })).every((found) => found.startsWith("audit "))).toBe(true);
  expect((await find(personActor(["operator"]), { q: trace })).some((found) => found.startsWith("audit "))).toBe(false);
});

test("what is asked for alone is all that is answered, and wildcards are letters", async () => {
  expect(await find(own(), { q: word, kinds: "tenant,module" })).toEqual([`tenant ${mine.tenant}`]);
  expect(await find(own(), { q: "%" })).toEqual([]);
  expect((await find(own(), { q: "webhook fail" })).filter((found) => found.startsWith("incident "))).toEqual([
    `incident ${mine.incident}`,
  ]);
  expect(await find(own(), { q: "kill switch" })).toContain("runbook kill-switch");
});

test("ids and traces are looked up by an index under the reader's own rights", async () => {
  const plans = await read(all.tenants, async (tx) => {
    await tx.execute(sql`set local enable_seqscan = off`);
    const byId = sql`explain select id from plugin_incidents where id >= ${mine.incident}::uuid and id <= ${mine.incident}::uuid`;
    const byTrace = sql`explain select id from audit_entries where trace_id = ${"a".repeat(32)}`;
    return JSON.stringify([await tx.execute(byId), await tx.execute(byTrace)]);
  });
  expect(plans).toMatch(/Index Cond[^\n]*id >=/);
  expect(plans).toMatch(/audit_entries_by_trace[\s\S]*Index Cond[^\n]*trace_id/);
});
