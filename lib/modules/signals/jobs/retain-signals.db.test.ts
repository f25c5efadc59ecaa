import { afterAll, expect, test } from "vitest";
import { POST } from "@/app/api/modules/signals/route";
import { openAs } from "@/test/database/open-as";
import { makeTenant } from "@/test/factories";
import { makeModuleService, signedModuleRequest } from "@/test/module-service";
import { retainSignals } from "./retain-signals";

const owner = openAs("owner");
afterAll(() => owner.end());

const DAY_MS = 86_400_000;
const partitions = async (parent: string) =>
  (
    await owner<
      { name: string }[]
    >`select inhrelid::regclass::text as name from pg_inherits where inhparent = ${parent}::regclass order by 1`
  ).map(({ name }) => name.slice(parent.length + 1));
const dayOf = (at: Date) => at.toISOString().slice(0, 10).replaceAll("-", "");

test("what is older than its kind is kept goes with its partitions, the present stays, and repeats are forgotten after a day", async () => {
  const now = new Date();
  const tenantId = (await makeTenant()).id;
  const service = await makeModuleService([tenantId]);
  const line = JSON.stringify({ ts: now.toISOString(), level: "error", code: "ERR_X", tenant_id: tenantId, message: "x" });
  expect((await POST(signedModuleRequest(service, "/api/modules/signals", line))).status).toBe(200);
  await owner`select ensure_signal_partitions((now() at time zone 'UTC')::date - 20, 1)`;
  const old = dayOf(new Date(now.getTime() - 20 * DAY_MS));
  expect(await partitions("module_spans")).toContain(old);

  await retainSignals(now);
  for (const parent of ["module_records", "module_spans"]) {
    const left = await partitions(parent);
    expect(left).not.toContain(old);
    expect(left).toEqual(expect.arrayContaining([dayOf(now), dayOf(new Date(now.getTime() + 7 * DAY_MS))]));
  }
  expect((await partitions("module_minutes")).length).toBeGreaterThan(0);
  const kept = () => owner`select 1 from module_batches where module_id = ${service.id}`;
  expect(await kept()).toHaveLength(1);
  await retainSignals(new Date(now.getTime() + DAY_MS + 60_000));
  expect(await kept()).toHaveLength(0);
  expect(await owner`select 1 from module_records where module_id = ${service.id}`).toHaveLength(1);
});

test("whoever asks for it, the present is not dropped", async () => {
  await owner`select drop_signal_partitions('2100-01-01', '2100-01-01', '2100-01-01')`;
  for (const parent of ["module_records", "module_spans"]) expect(await partitions(parent)).toContain(dayOf(new Date()));
  expect(await partitions("module_minutes")).toContain(dayOf(new Date()).slice(0, 6));
  await expect(owner`select drop_signal_partitions(null, '2100-01-01', '2100-01-01')`).rejects.toMatchObject({ code: "22023" });
});
