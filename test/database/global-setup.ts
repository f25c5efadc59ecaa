import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { migrateDatabase } from "@/db/migrate";
import { ensurePostgres } from "@/scripts/embedded-postgres.mjs";
import { asSuperuser, createOwnedDatabase, ownerUrl, TEMPLATE, TEST_MASTER_KEY } from "./cluster";

async function startCluster(): Promise<{ url: string; stop: () => Promise<void> }> {
  const dataDir = mkdtempSync(path.join(tmpdir(), "center-test-"));
  const server = await ensurePostgres({ dataDir, durable: false });
  const stop = async () => {
    await server.stop("immediate");
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { url: server.superuserUrl, stop };
}

/** One cluster for the whole run (given by `npm test`, else started here), and one migrated template that every file copies. */
export default async function setup(): Promise<() => Promise<void>> {
  const given = process.env.TEST_SUPERUSER_URL;
  const cluster = given ? { url: given, stop: async () => undefined } : await startCluster();
  process.env.TEST_SUPERUSER_URL = cluster.url;
  // The log reads its level when it is loaded, which is before a test file can say anything.
  process.env.LOG_LEVEL ??= "silent";
  await asSuperuser(cluster.url, (sql) => sql.unsafe(`drop database if exists ${TEMPLATE}`));
  await createOwnedDatabase(cluster.url, TEMPLATE);
  await migrateDatabase(ownerUrl(cluster.url, TEMPLATE), Buffer.from(TEST_MASTER_KEY, "base64"), path.resolve("drizzle"));
  return cluster.stop;
}
