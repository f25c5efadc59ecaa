import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { FAULTS } from "@/examples/platform/faults/faults.mjs";
import { MODULE_KEYS } from "@/examples/platform/read-settings.mjs";
import { differences, hashTenants, strays } from "@/scripts/chaos/platform/hash-tenants.mjs";
import { watchCore } from "@/scripts/chaos/platform/watch-core.mjs";
import { type FaultyPlatform, openFaultyPlatform } from "./support/platform";

const SEEN_WITHIN_MS = 120_000;
const OK_WITHIN_MS = 120_000;
const CURED_WITHIN_MS = 10 * 60_000;
/** On a busy machine; on an idle one it takes a third of it. */
const TEST_WITHIN_MS = 14 * 60_000;

/** What a fault is to be on the page: whose incident, which action of which level; and, where Center does not end it by itself, what waits for whom. */
interface Journey {
  readonly fault: string;
  readonly slug?: string;
  readonly module: string;
  /** Null where there is nothing that Center may do. */
  readonly action: string | null;
  readonly level?: number;
  readonly waits?: RegExp;
}

/** Of different modules, so that they are broken at once. */
const AT_ONCE: readonly Journey[] = [
  { fault: "scheduler-dead", module: "scheduler", action: "restart", level: 1 },
  { fault: "cache-corrupt", slug: "north", module: "cache", action: "purge_cache", level: 1 },
  { fault: "index-rows-lost", slug: "east", module: "search", action: "rebuild_index", level: 1 },
  { fault: "ocr-wrong", module: "ocr", action: "rollback_release", level: 1 },
  { fault: "integration-down", module: "integration", action: "open_circuit", level: 1, waits: /waits for the fault itself to go/ },
  { fault: "storage-missing", slug: "south", module: "storage", action: "degrade", level: 1, waits: /waits for the fault itself to go/ },
  { fault: "tenant-id-missing", module: "exports", action: "plan_tenant_contract", level: 3, waits: /Waits for people who carry out/ },
];
/** Once their modules were heard before, and the scheduler runs again. */
const THEN: readonly Journey[] = [
  { fault: "invoices-skewed", slug: "east", module: "billing", action: "repair_reconcile_invoices", level: 2 },
  { fault: "permission-excess", slug: "south", module: "catalog", action: "repair_excess_permissions", level: 2 },
  { fault: "queue-full", slug: "north", module: "scheduler", action: "degrade", level: 1 },
];
/** What everything stands on: nothing that Center could do, and all of it comes back with it. */
const WORLD: readonly Journey[] = [
  { fault: "database-slow", module: "catalog", action: null, waits: /Waits for people|Center decides/ },
  { fault: "database-away", module: "catalog", action: null, waits: /Waits for people|Center decides/ },
];

const ofWorld = ({ waits }: Journey) => waits !== undefined;

/** Breaks it, and waits until its incident is on the page that stays open, with what Center does about it. */
async function isSeen(platform: FaultyPlatform, { fault, slug, module, action, level, waits }: Journey): Promise<void> {
  await test.step(`${fault}: broken, and its incident is on the page`, async () => {
    await platform.break(fault, slug);
    const row = platform.page.getByRole("row").filter({ hasText: module });
    const told =
      action === null ? row.filter({ hasText: waits ?? /./ }) : row.filter({ hasText: action }).filter({ hasText: `level ${level}` });
    await expect.soft(told.first(), `${fault}: ${module}, ${action ?? "nothing to do"}`).toBeVisible({ timeout: SEEN_WITHIN_MS });
    if (action !== null && waits)
      await expect.soft(told.filter({ hasText: waits }).first(), fault).toBeVisible({ timeout: SEEN_WITHIN_MS });
  });
}

/** After the test and not within it: one that runs out of time must leave no Center behind. */
let stop: (() => Promise<void>) | undefined;
test.afterAll(() => stop?.());

test("each fault of a platform's module is seen on the page, cured where its level allows, and leaves every row as it was", async ({
  browser,
}) => {
  test.setTimeout(TEST_WITHIN_MS);
  const platform = await openFaultyPlatform(browser);
  stop = platform.stop;
  const { page, center, settings, sql, stranger } = platform;
  const core = watchCore({ frontUrl: `http://127.0.0.1:${settings.ports.front}`, slugs: settings.tenants.map(({ slug }) => slug) });
  try {
    expect([...AT_ONCE, ...THEN, ...WORLD].map(({ fault }) => fault).sort()).toEqual(Object.keys(FAULTS).sort());
    await platform.untilOk(MODULE_KEYS, OK_WITHIN_MS, "the platform is well before anything is broken");
    await platform.untilFilled();
    core.calibrate();
    const before = await hashTenants(sql, settings.dir);
    await page.goto(`${center.url}/module-incidents`);
    await expect(page.getByRole("heading", { name: "Incidents of modules" }).first()).toBeVisible();

    await Promise.all([
      ...AT_ONCE.map((journey) => isSeen(platform, journey)),
      ...THEN.map(async (journey) => {
        await platform.untilHeard(journey.module);
        await expect.poll(async () => (await platform.readModules()).find((one) => one.module_key === journey.module)?.presence).toBe("ok");
        await isSeen(platform, journey);
      }),
    ]);
    await test.step("a release that reads wrong is gone, and the one before is in force", async () => {
      const inForce = () => JSON.parse(readFileSync(path.join(settings.dir, "ocr", "current.json"), "utf8"));
      await expect.soft.poll(inForce, { timeout: OK_WITHIN_MS }).toEqual({ current: "1.4.0", validated: "1.4.0" });
    });
    const own = [...AT_ONCE, ...THEN].filter((journey) => !ofWorld(journey)).map(({ module }) => module);
    await test.step(`well again by themselves: ${own.join(", ")}`, () =>
      platform.untilOk(own, CURED_WITHIN_MS, "what Center may cure is cured"));
    expect.soft(core.complaints(), "the free core never noticed").toEqual([]);
    const waiting = AT_ONCE.filter(ofWorld);
    for (const { fault } of waiting) await platform.mend(fault);
    await test.step(`well again once somebody mended them: ${waiting.map(({ module }) => module).join(", ")}`, () =>
      platform.untilOk(MODULE_KEYS, OK_WITHIN_MS, "what is whole again is well"));

    for (const journey of WORLD) {
      await isSeen(platform, journey);
      await platform.mend(journey.fault);
      await test.step(`${journey.fault}: all is well again`, () =>
        platform.untilOk(MODULE_KEYS, OK_WITHIN_MS, `well after ${journey.fault}`));
    }
    await test.step("every row and file is what it was, and nothing reached anybody else", async () => {
      const after = await hashTenants(sql, settings.dir);
      expect.soft([...differences(before, after), ...strays(before, after)]).toEqual([]);
      const reached = await sql`SELECT 1 FROM module_commands WHERE tenant_id = ${stranger} AND type <> 'repair_dry_run'
        UNION ALL SELECT 1 FROM module_incidents WHERE tenant_id = ${stranger}`;
      expect.soft(reached).toHaveLength(0);
    });
  } finally {
    await core.stop();
  }
});
