import path from "node:path";
import { migrateDatabase } from "@/db/migrate";
import { masterKeys } from "@/lib/access/sealing/master-key-ring";
import { requireSetting } from "@/lib/platform/env";
import { log, nameProcess } from "@/lib/platform/log";
import { isDatabaseAway } from "@/lib/platform/web/problem";

nameProcess("migrate");
try {
  await migrateDatabase(requireSetting("databaseUrl"), requireSetting("masterKey"), path.resolve("drizzle"), masterKeys());
  log.info("INFO_STARTED", "The database has this version's shape");
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.message || ("code" in cause ? String(cause.code) : cause.name) : String(cause);
  console.error(isDatabaseAway(error) ? `migrate: the database at DATABASE_URL does not answer: ${why}` : `migrate: ${why}`);
  process.exitCode = 1;
}
