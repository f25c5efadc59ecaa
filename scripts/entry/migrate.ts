import path from "node:path";
import { migrateDatabase } from "@/db/migrate";
import { requireSetting } from "@/lib/platform/env";
import { log, nameProcess } from "@/lib/platform/log";

nameProcess("migrate");
try {
  await migrateDatabase(requireSetting("databaseUrl"), requireSetting("masterKey"), path.resolve("drizzle"));
  log.info("INFO_STARTED", "The database has this version's shape");
} catch (error) {
  console.error(`migrate: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
