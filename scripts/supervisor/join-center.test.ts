import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { livePostmaster } from "../postgres/cluster-processes.mjs";
import { StubCheckout } from "./fixture/stub-checkout";
import { joinCenter } from "./join-center.mjs";
import { migrateAlone } from "./migrate-alone.mjs";

const LONG = 60_000;
const SECRETS = { NEXTAUTH_SECRET: "n", CRON_SECRET: "c", MASTER_KEY: "m" };
let checkout: StubCheckout;

beforeEach(() => {
  checkout = new StubCheckout();
});
afterEach(() => checkout.dispose());

const environment = (more: Record<string, string> = {}) => ({
  PATH: process.env.PATH,
  EVENTS: path.join(checkout.root, "events"),
  ...more,
});

test("a worker elsewhere needs the database and the secrets of the Center it joins, and makes none of its own", () => {
  const joined = joinCenter(checkout.root, { ...SECRETS, DATABASE_URL: "postgres://elsewhere/center" });
  expect(joined).toMatchObject({ ...SECRETS, DATABASE_URL: "postgres://elsewhere/center", DEMO: "0" });
  expect(() => joinCenter(checkout.root, { ...SECRETS, MASTER_KEY: "", DATABASE_URL: "postgres://elsewhere/center" })).toThrow(
    /MASTER_KEY is missing/,
  );
  expect(() => joinCenter(checkout.root, SECRETS)).toThrow(/DATABASE_URL is not set, and no npm start runs/);
  expect(fs.existsSync(checkout.dataDir)).toBe(false);
});

test(
  "migrating alone starts the embedded database for that long, and joins the one of a running npm start",
  async () => {
    await migrateAlone(checkout.root, environment());
    await checkout.told("migrate run");
    expect(livePostmaster(path.join(checkout.dataDir, "postgres"))).toBeNull();
    await expect(migrateAlone(checkout.root, environment({ MIGRATE: "fails" }))).rejects.toThrow("migrate failed (exit code 1)");

    const run = checkout.start();
    await vi.waitFor(() => expect(run.output).toMatch(/^ready /m), { timeout: 20_000 });
    await migrateAlone(checkout.root, environment());
    await checkout.told("migrate run", 4);
    expect(joinCenter(checkout.root, environment()).DATABASE_URL).toMatch(/^postgres:\/\/center_owner:/);
    expect(livePostmaster(path.join(checkout.dataDir, "postgres"))).not.toBeNull();
    run.child.kill("SIGTERM");
    expect(await run.ended).toBe(0);
  },
  LONG,
);
