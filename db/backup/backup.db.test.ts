import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sealAll } from "@/lib/audit/jobs/seal-entries";
import { vouch } from "@/lib/audit/jobs/vouch";
import { catalogPicture } from "@/test/database/catalog-picture";
import { asSuperuser, createOwnedDatabase, ownerUrl, TEST_MASTER_KEY } from "@/test/database/cluster";
import { openAs } from "@/test/database/open-as";
import { makeTenant } from "@/test/factories";
import type { BackupKey } from "./backup-key";
import { verifyBackup } from "./read-backup";
import { type RestoreDone, restoreBackup, restoreSecrets } from "./restore-backup";
import { type BackupDone, writeBackup } from "./write-backup";

const superuserUrl = process.env.TEST_SUPERUSER_URL ?? "";
const home = mkdtempSync(path.join(tmpdir(), "center-backup-"));
const dataDir = path.join(home, "data");
const file = path.join(home, "one.backup");
const key: BackupKey = { kind: "file", text: "k".repeat(44) };
const folder = path.resolve("drizzle");
const masterKey = Buffer.from(TEST_MASTER_KEY, "base64");
const made: string[] = [];
const owner = openAs("owner");

async function emptyDatabase(): Promise<string> {
  const name = `restored_${made.length}_${process.pid}`;
  await createOwnedDatabase(superuserUrl, name);
  made.push(name);
  return ownerUrl(superuserUrl, name);
}
const order = () => ({
  databaseUrl: process.env.DATABASE_URL ?? "",
  masterKey: TEST_MASTER_KEY,
  dataDir,
  folder,
  centerVersion: "9.9.9",
  key,
  file,
});
/** Every row of every table, hashed by the database itself in its own words. */
async function rowHashes(url: string): Promise<Record<string, string>> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    const tables = await sql<{ name: string }[]>`select relname::text as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`;
    const found: Record<string, string> = {};
    for (const { name } of tables) {
      const [row] = await sql.unsafe<{ hash: string }[]>(
        `select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as hash from "${name}" t`,
      );
      found[name] = row?.hash ?? "";
    }
    return found;
  } finally {
    await sql.end();
  }
}
async function restoreInto(url: string, into: string): Promise<RestoreDone> {
  const content = await restoreSecrets({ file, key, dataDir: into }, folder);
  return restoreBackup({ file, key, dataDir: into }, { databaseUrl: url, masterKey, folder }, content, () => new Date());
}

let done: BackupDone;
beforeAll(async () => {
  mkdirSync(path.join(dataDir, "secrets"), { recursive: true });
  writeFileSync(path.join(dataDir, "secrets", "master-key"), `${TEST_MASTER_KEY}\n`);
  for (const _tenant of [1, 2, 3]) await makeTenant();
  await sealAll();
  await vouch(path.join(dataDir, "audit"), new Date("2026-11-21T10:00:00Z"));
  // Values that texts and settings like to spoil, over more than one frame, and a partition of long ago.
  await owner`select ensure_heartbeat_partitions((now() at time zone 'UTC')::date - 20, 0)`;
  await owner`insert into plugin_rollups (tenant_id, step_seconds, plugin_id, bucket_at, beats, webhooks_sent, webhooks_failed, errors, fail_rate_sum, fail_rate_count,
      latency_p95_sum, latency_p95_count, queue_depth_sum, queue_depth_count)
    select gen_random_uuid(), 300, gen_random_uuid(), now(), n, 0.1 + 0.2, 'NaN', 1e-300, n / 3.0, 1, 1, 1, 1, 1 from generate_series(1, 20000) n`;
  await owner`insert into installation (key, value, updated_at) values ('odd', ${"tab\t, break\n, back\\slash, ünïcode \u2028, \\N"}, now())`;
  done = await writeBackup(order());
});
afterAll(async () => {
  await owner.end();
  for (const name of made) await asSuperuser(superuserUrl, (sql) => sql.unsafe(`drop database if exists ${name} with (force)`));
  rmSync(home, { recursive: true, force: true });
});

describe("a backup of a Center", () => {
  test("restored into an empty database gives every row, every guard and every file back, and the log is whole", async () => {
    const url = await emptyDatabase();
    const into = path.join(home, "elsewhere");
    const restored = await restoreInto(url, into);
    expect(restored).toMatchObject({ snapshot_at: done.snapshot_at, rows: done.rows, tables: done.tables, audit_size: done.audit_size });
    expect(restored.rpo_ms).toBeGreaterThan(0);
    expect(await rowHashes(url)).toEqual(await rowHashes(order().databaseUrl));
    const [there, here] = [postgres(url, { max: 1 }), postgres(order().databaseUrl, { max: 1 })];
    try {
      expect(await catalogPicture(there)).toEqual(await catalogPicture(here));
      const [asleep] = await there`select count(*)::int as triggers from pg_trigger where not tgisinternal and tgenabled <> 'O'`;
      expect(asleep).toEqual({ triggers: 0 });
      await expect(there`update audit_entries set actor = 'x'`).rejects.toThrow(/append-only/);
    } finally {
      await Promise.all([there.end(), here.end()]);
    }
    for (const name of ["secrets/master-key", "audit/leaves.bin", "audit/checkpoints.jsonl"]) {
      expect(readFileSync(path.join(into, name))).toEqual(readFileSync(path.join(dataDir, name)));
      expect(statSync(path.join(into, name)).mode & 0o077).toBe(0);
    }
    // A second time: nothing is overwritten.
    await expect(restoreInto(url, into)).rejects.toThrow(/not empty/);
  });

  test("says what it holds without a database, and shows nothing of it to whoever has no key", async () => {
    const { start, end, masterKey: sealed } = await verifyBackup(file, key);
    expect(sealed).toBe(TEST_MASTER_KEY);
    expect(start).toMatchObject({ center_version: "9.9.9", audit: { size: done.audit_size, root: done.audit_root } });
    expect(end.tables.plugin_rollups?.rows).toBe(20_000);
    const bytes = readFileSync(file);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(done.sha256);
    for (const hidden of [TEST_MASTER_KEY, "audit_entries", "secrets/"]) expect(bytes.includes(hidden)).toBe(false);
    await expect(verifyBackup(file, { kind: "file", text: "l".repeat(44) })).rejects.toThrow(/another one/);
    await expect(verifyBackup(file, { kind: "passphrase", text: "words of somebody" })).rejects.toThrow(/opened by a key file/);
  });

  test("is not restored over another Center's secrets, nor by a build that does not know its last migration", async () => {
    const other = path.join(home, "other");
    mkdirSync(path.join(other, "secrets"), { recursive: true });
    writeFileSync(path.join(other, "secrets", "master-key"), "another\n");
    await expect(restoreSecrets({ file, key, dataDir: other }, folder)).rejects.toThrow(/not the one in the backup/);
    const older = path.join(home, "older");
    mkdirSync(path.join(older, "meta"), { recursive: true });
    const journal = JSON.parse(readFileSync(path.join(folder, "meta", "_journal.json"), "utf8")) as { entries: unknown[] };
    writeFileSync(path.join(older, "meta", "_journal.json"), JSON.stringify({ ...journal, entries: journal.entries.slice(0, -1) }));
    await expect(restoreSecrets({ file, key, dataDir: path.join(home, "unused") }, older)).rejects.toThrow(/does not know/);
  });
});
