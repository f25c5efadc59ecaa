import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { TcpProxy } from "../../lib/telemetry/testing/tcp-proxy";
import { ensurePostgres } from "../../scripts/embedded-postgres.mjs";
import { isPostgresOf } from "../../scripts/postgres/cluster-processes.mjs";
import { clusterDirectory } from "../../scripts/postgres/create-cluster.mjs";
import { provisionDatabase } from "../../scripts/supervisor/provision-database.mjs";

/** Processes of a cluster: the server and what it started. */
function processesOf(clusterDir: string, serverPid: number): number[] {
  if (existsSync("/proc/self/cwd")) {
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => isPostgresOf(clusterDir, pid));
  }
  const children = spawnSync("pgrep", ["-P", String(serverPid)], { encoding: "utf8" })
    .stdout.trim()
    .split("\n");
  return [serverPid, ...children.filter((line) => line !== "").map(Number)];
}

/** A PostgreSQL of one's own, and the way to it: both can be made to fail. */
export class FaultyDatabase {
  private readonly dataDir = mkdtempSync(path.join(tmpdir(), "center-e2e-database-"));
  private server!: Awaited<ReturnType<typeof ensurePostgres>>;
  private proxy!: TcpProxy;

  /** @returns the DATABASE_URL of a Center that reaches it through the proxy */
  async open(): Promise<string> {
    await this.start();
    const url = new URL(await provisionDatabase(this.dataDir, this.server));
    this.proxy = new TcpProxy(this.server.port);
    url.port = String(await this.proxy.open());
    return url.href;
  }

  async close(): Promise<void> {
    this.proxy.close();
    this.signal("SIGCONT");
    await this.server.stop("immediate");
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Starts the server, anew on the same port where it was killed. */
  async start(): Promise<void> {
    this.server = await ensurePostgres({ dataDir: this.dataDir });
  }

  /** Sends all of its processes a signal: SIGSTOP and SIGCONT, or SIGKILL. */
  signal(signal: NodeJS.Signals): void {
    for (const pid of processesOf(clusterDirectory(this.dataDir), this.server.pid)) process.kill(pid, signal);
  }

  slowDown(delayMs: number): void {
    this.proxy.delayMs = delayMs;
  }

  /** Asks it directly, as its superuser. */
  async ask<T>(work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
    const sql = postgres(this.server.superuserUrl.replace(/\/postgres$/, "/center"), { max: 1, onnotice: () => undefined });
    return work(sql).finally(() => sql.end());
  }

  /** Lets Center open no connection any more, and ends those it has. */
  async exhaust(): Promise<void> {
    await this.ask(async (sql) => {
      await sql`alter database center connection limit 0`;
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = 'center' and usename like 'center_%'`;
    });
  }

  async relieve(): Promise<void> {
    await this.ask((sql) => sql`alter database center connection limit -1`);
  }
}
