import path from "node:path";
import { parseArgs } from "node:util";
import { BackupError } from "@/db/backup/backup-error";
import { type BackupContent, verifyBackup } from "@/db/backup/read-backup";
import { readBackupKey } from "@/db/backup/read-backup-key";
import { restoreBackup, restoreSecrets } from "@/db/backup/restore-backup";
import { systemClock } from "@/lib/platform/clock";
import { environment, readEnvironment, requireSetting } from "@/lib/platform/env";
import { nameProcess } from "@/lib/platform/log";

/**
 * The steps of `npm run restore`, which starts the embedded database between the second and the third: `verify` reads the backup alone,
 * `secrets` puts the secrets into DATA_DIR, `database` puts back everything else.
 */
const OPTIONS = { from: { type: "string" }, "key-file": { type: "string" } } as const;
const folder = path.resolve("drizzle");

function tell({ start, end }: BackupContent): void {
  const rows = Object.values(end.tables).reduce((sum, table) => sum + table.rows, 0);
  console.log(
    `The backup is good: Center ${start.center_version} as of ${start.snapshot_at}, ${rows} rows, ${start.audit.size} sealed audit entries.`,
  );
  const { tables, files } = end;
  console.log(
    JSON.stringify({ snapshot_at: start.snapshot_at, migration: start.migrations.at(-1)?.tag, rows, audit: start.audit, tables, files }),
  );
}

/** The master key of a backup; one that the environment names besides must be the same, or Center would not start on what was restored. */
function masterKeyOf({ masterKey }: BackupContent): Buffer {
  const key = readEnvironment({ MASTER_KEY: masterKey }).masterKey;
  if (process.env.MASTER_KEY && !environment().masterKey.equals(key))
    throw new BackupError("MASTER_KEY is set, and is not the backup's: unset it");
  return key;
}

async function obey(step: string | undefined, words: string[]): Promise<void> {
  const { values } = parseArgs({ args: words, options: OPTIONS });
  if (!values.from) throw new RangeError("--from is missing");
  const order = {
    file: values.from,
    key: readBackupKey(values["key-file"], process.env.BACKUP_PASSPHRASE),
    dataDir: environment().dataDir,
  };
  if (step === "verify") return tell(await verifyBackup(order.file, order.key));
  const content = await restoreSecrets(order, folder);
  const masterKey = masterKeyOf(content);
  if (step !== "database") return;
  const done = await restoreBackup(order, { databaseUrl: requireSetting("databaseUrl"), masterKey, folder }, content, () =>
    systemClock.now(),
  );
  console.log(
    `Every table is as it was on ${done.snapshot_at}, compared row by row: what happened in the ${Math.round(done.rpo_ms / 1_000)} s since is lost.`,
  );
  console.log("Next: npm start, then npm run audit:verify; if that says the log was cut, npm run ops -- accept-restore --reason ...");
  console.log(JSON.stringify(done));
}

nameProcess("restore");
try {
  const [step, ...words] = process.argv.slice(2);
  await obey(step, words);
} catch (error) {
  console.error(`restore: ${(error as Error).message}`);
  process.exitCode = 1;
}
