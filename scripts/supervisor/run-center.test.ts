import fs from "node:fs";
import path from "node:path";
import postgres from "postgres";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { livePostmaster } from "../postgres/cluster-processes.mjs";
import { freePort, isAlive, StubCheckout } from "./fixture/stub-checkout";

const LONG = 60_000;
const PATIENCE = { timeout: 20_000 };
let checkout: StubCheckout;

beforeEach(() => {
  checkout = new StubCheckout();
});
afterEach(() => checkout.dispose());

type Run = ReturnType<StubCheckout["start"]>;

async function readyUrl(run: Run) {
  return await vi.waitFor(() => {
    const [, url] = /^ready (http:\S+)$/m.exec(run.output) ?? [];
    if (!url) throw new Error(`not ready: ${run.output}`);
    return url;
  }, PATIENCE);
}

const postmaster = () => livePostmaster(path.join(checkout.dataDir, "postgres"));

test(
  "from nothing: migrate, seed, web and worker, ready once, then the fleet; SIGTERM finishes what is being answered and leaves nothing",
  async () => {
    const run = checkout.start();
    const url = await readyUrl(run);
    await checkout.told("fleet up");
    expect(
      checkout
        .events()
        .slice(0, 2)
        .map(({ what }) => what),
    ).toEqual(["migrate run", "seed run"]);
    expect(run.output.match(/^ready /gm)).toHaveLength(1);
    expect(run.output).toContain(`sign in at ${url} as admin@example.com`);
    expect(run.output).not.toContain("hidden");

    const seen = JSON.parse(fs.readFileSync(path.join(checkout.dataDir, "seen.json"), "utf8"));
    expect(seen).toMatchObject({ DEMO: "1", DATA_DIR: checkout.dataDir, PUBLIC_URL: url, MASTER_KEY: expect.stringMatching(/^.{44}$/) });
    const sql = postgres(seen.DATABASE_URL, { max: 1 });
    const [role] =
      await sql`SELECT rolname, rolsuper, rolcreaterole, rolbypassrls, current_database() AS database FROM pg_roles WHERE rolname = current_user`;
    await sql.end();
    expect(role).toEqual({ rolname: "center_owner", rolsuper: false, rolcreaterole: true, rolbypassrls: false, database: "center" });

    const stream = await fetch(`${url}/stream`, { headers: { accept: "text/event-stream" } });
    const slow = fetch(`${url}/slow`).then((answer) => answer.text());
    await checkout.told("web slow");
    run.child.kill("SIGTERM");
    expect(await slow).toBe("whole answer");
    await expect(stream.text()).rejects.toThrow();
    expect(await run.ended).toBe(0);
    expect(checkout.events().map(({ what }) => what)).toEqual(expect.arrayContaining(["worker asked", "fleet asked"]));
    expect(postmaster()).toBeNull();
    expect(checkout.events().filter(({ pid }) => isAlive(pid))).toEqual([]);
  },
  LONG,
);

test(
  "a second start on the same DATA_DIR names the first and exits 1; dead parts come back; nothing outlives a killed supervisor",
  async () => {
    const run = checkout.start();
    const url = await readyUrl(run);
    const second = checkout.start();
    expect(await second.ended).toBe(1);
    expect(second.output).toContain(`another Center (process ${run.child.pid}, npm start) runs on ${checkout.dataDir}`);

    for (const what of ["worker up", "web up", "fleet up"]) {
      const [pid] = await checkout.told(what);
      process.kill(pid!, "SIGKILL");
      await checkout.told(what, 2);
    }
    const killed = postmaster()!;
    process.kill(killed.pid, "SIGKILL");
    const database = await vi.waitFor(() => {
      const found = postmaster();
      if (!found?.ready || found.pid === killed.pid) throw new Error("PostgreSQL is not back");
      return found;
    }, PATIENCE);
    expect(database.port).toBe(killed.port);
    await vi.waitFor(async () => expect((await fetch(`${url}/api/ready`)).status).toBe(200), PATIENCE);

    run.child.kill("SIGKILL");
    await vi.waitFor(() => expect(checkout.events().filter(({ pid }) => isAlive(pid))).toEqual([]), PATIENCE);

    const next = checkout.start();
    await readyUrl(next);
    expect(next.output).toContain(`PostgreSQL was still running (process ${database.pid})`);
    next.child.kill("SIGINT");
    expect(await next.ended).toBe(0);
    expect(postmaster()).toBeNull();
  },
  LONG,
);

test(
  "a step or a program that refuses its environment ends the start with 1, told once, without a loop",
  async () => {
    const refused = checkout.start({ MIGRATE: "fails" });
    expect(await refused.ended).toBe(1);
    expect(refused.output).toContain("LOG_LEVEL must be one of");
    expect(refused.output).toContain("start: migrate failed (exit code 1)");

    const broken = checkout.start({ WEB: "fails" });
    expect(await broken.ended).toBe(1);
    expect(broken.output).toContain("start: web ended during the start (exit code 1)");
    expect(broken.output).not.toMatch(/^ready /m);
    expect(postmaster()).toBeNull();

    const unclear = checkout.start({ DEMO: "perhaps" });
    expect(await unclear.ended).toBe(1);
    expect(unclear.output).toContain("DEMO must be 1 or 0");
  },
  LONG,
);

test(
  "with DATABASE_URL there is neither an embedded database nor a demo; a taken port is told; a second signal hurries",
  async () => {
    const port = await freePort();
    const env = { DATABASE_URL: "postgres://elsewhere/center", PORT: String(port), WORKER: "stubborn" };
    const run = checkout.start(env);
    expect(await readyUrl(run)).toBe(`http://127.0.0.1:${port}`);
    expect(fs.existsSync(path.join(checkout.dataDir, "postgres"))).toBe(false);
    expect(JSON.parse(fs.readFileSync(path.join(checkout.dataDir, "seen.json"), "utf8"))).toMatchObject({
      DATABASE_URL: env.DATABASE_URL,
      DEMO: "0",
    });

    const second = checkout.start({ ...env, DATA_DIR: path.join(checkout.root, "other") });
    expect(await second.ended).toBe(1);
    expect(second.output).toContain(`port ${port} on 127.0.0.1 is taken`);

    run.child.kill("SIGTERM");
    await checkout.told("worker asked");
    run.child.kill("SIGTERM");
    expect(await run.ended).toBe(0);
    expect(run.output).toContain("worker did not end in time, killing it");
    expect(checkout.events().filter(({ pid }) => isAlive(pid))).toEqual([]);
  },
  LONG,
);
