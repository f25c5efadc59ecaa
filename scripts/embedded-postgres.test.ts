import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import postgres from "postgres";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ensurePostgres } from "./embedded-postgres.mjs";
import { isPostgresOf, killOrphans, livePostmaster, pidFile } from "./postgres/cluster-processes.mjs";

const LONG = 60_000;
let dataDir: string;
let clusterDir: string;

beforeEach(() => {
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "center-postgres-"));
  clusterDir = path.join(dataDir, "postgres");
});

afterEach(async () => {
  const server = livePostmaster(clusterDir);
  if (server) process.kill(server.pid, "SIGKILL");
  if (fs.existsSync(clusterDir)) {
    killOrphans(clusterDir);
    await vi.waitFor(() => expect(livePostmaster(clusterDir)).toBeNull(), { timeout: 10_000 });
  }
  fs.rmSync(dataDir, { recursive: true, force: true });
});

const start = (options: Partial<Parameters<typeof ensurePostgres>[0]> = {}) => ensurePostgres({ dataDir, durable: false, ...options });

async function query(url: string, text: string) {
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => undefined });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end({ timeout: 0 });
  }
}

test(
  "a new cluster listens on loopback alone, keeps its random password closed, and refuses a wrong or missing one",
  async () => {
    const server = await start();
    const [row] = await query(
      server.superuserUrl,
      "SELECT current_setting('listen_addresses') AS at, current_setting('unix_socket_directories') AS sockets",
    );
    expect(row).toEqual({ at: "127.0.0.1", sockets: "" });

    const secret = path.join(dataDir, "secrets", "postgres-password");
    expect(fs.statSync(secret).mode & 0o777).toBe(0o600);
    expect(server.superuserUrl).toContain(fs.readFileSync(secret, "utf8").trim());
    expect(fs.readdirSync(dataDir).sort()).toEqual(["postgres", "postgres.log", "postgres.port", "secrets"]);

    const access = fs.readFileSync(path.join(clusterDir, "pg_hba.conf"), "utf8").split("\n");
    const methods = access.filter((line) => /^(local|host)/.test(line)).map((line) => line.trim().split(/\s+/).at(-1));
    expect(new Set(methods)).toEqual(new Set(["scram-sha-256"]));
    const wrong = `postgres://postgres:wrong@127.0.0.1:${server.port}/postgres`;
    await expect(query(wrong, "SELECT 1")).rejects.toThrow(/password authentication failed/);
    await expect(query(wrong.replace(":wrong", ""), "SELECT 1")).rejects.toThrow();

    await server.stop();
    expect(livePostmaster(clusterDir)).toBeNull();
  },
  LONG,
);

test(
  "data and port survive kill -9 of the server, also while a busy backend outlives it",
  async () => {
    const onExit = vi.fn();
    const first = await start({ onExit });
    await query(first.superuserUrl, "CREATE TABLE kept AS SELECT 42 AS answer");
    const busy = query(first.superuserUrl, "DO $$ BEGIN LOOP END LOOP; END $$").then(
      () => "ended",
      () => "cut",
    );
    const backend = await vi.waitFor(async () => {
      const [row] = await query(first.superuserUrl, "SELECT pid FROM pg_stat_activity WHERE query LIKE 'DO %' AND state = 'active'");
      return row!.pid as number;
    });

    process.kill(first.pid, "SIGKILL");
    await vi.waitFor(() => expect(onExit).toHaveBeenCalledExactlyOnceWith({ code: null, signal: "SIGKILL" }));
    expect(isPostgresOf(clusterDir, backend) || process.platform !== "linux").toBe(true);

    const second = await start();
    expect(second).toMatchObject({ port: first.port, reused: false });
    expect(await query(second.superuserUrl, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
    expect(await busy).toBe("cut");
    await second.stop();
    expect(onExit).toHaveBeenCalledOnce();
  },
  LONG,
);

test(
  "a server left by a killed parent is joined, watched and stopped like an own one",
  async () => {
    const module = JSON.stringify(path.join(import.meta.dirname, "embedded-postgres.mjs"));
    const program = `const { ensurePostgres } = await import(${module}); console.log((await ensurePostgres({ dataDir: ${JSON.stringify(dataDir)}, durable: false })).pid); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await once(parent.stdout, "data");
    parent.kill("SIGKILL");
    await once(parent, "exit");

    const onExit = vi.fn();
    const joined = await start({ onExit });
    expect(joined).toMatchObject({ reused: true, pid: Number(line) });
    process.kill(joined.pid, "SIGKILL");
    await vi.waitFor(() => expect(onExit).toHaveBeenCalledOnce(), { timeout: 5_000 });

    const again = await start();
    expect(again.reused).toBe(false);
    await again.stop();
  },
  LONG,
);

test(
  "an interrupted initdb, a stranger's number in the pid file and a taken port do not stop it",
  async () => {
    fs.mkdirSync(path.join(dataDir, "postgres.new"));
    fs.writeFileSync(path.join(dataDir, "postgres.new", "PG_VERSION"), "18\n");
    const first = await start();
    await first.stop();

    fs.writeFileSync(pidFile(clusterDir), `${process.pid}\n${clusterDir}\n1\n${first.port}\n\n127.0.0.1\n0 0\nready   \n`);
    const squatter = net.createServer().listen(first.port, "127.0.0.1");
    await once(squatter, "listening");
    await expect(start({ port: first.port })).rejects.toThrow(/did not start on port/);
    const moved = await start();
    expect(moved.port).not.toBe(first.port);
    await moved.stop();
    squatter.close();
  },
  LONG,
);

test("a lost password is said, not replaced", async () => {
  fs.mkdirSync(clusterDir);
  fs.writeFileSync(path.join(clusterDir, "PG_VERSION"), "18\n");
  await expect(start()).rejects.toThrow(/password .* is gone/);
  fs.rmSync(clusterDir, { recursive: true });
});

test(
  "the server's environment holds none of ours",
  async () => {
    vi.stubEnv("MASTER_KEY", "must-not-leak");
    const server = await start();
    const environment =
      process.platform === "linux"
        ? fs.readFileSync(`/proc/${server.pid}/environ`, "utf8")
        : spawnSync("ps", ["eww", String(server.pid)]).stdout.toString();
    expect(environment).not.toContain("must-not-leak");
    await server.stop();
  },
  LONG,
);
