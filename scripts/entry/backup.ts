import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { BackupError } from "@/db/backup/backup-error";
import { verifyBackup } from "@/db/backup/read-backup";
import { readBackupKey } from "@/db/backup/read-backup-key";
import { writeBackup } from "@/db/backup/write-backup";
import { systemClock } from "@/lib/platform/clock";
import { requireSetting } from "@/lib/platform/env";
import { nameProcess } from "@/lib/platform/log";

const USAGE = `usage: npm run backup -- --to DIR|FILE [--key-file FILE] [--keep N]
       npm run backup -- --new-key FILE
  --to         a folder (the file is named after the instant), or the file itself
  --key-file   what seals the backup; without it the passphrase in BACKUP_PASSPHRASE does
  --keep       of a folder's backups, keeps the N newest once this one is verified
  --new-key    writes a new key to a file that does not exist yet, and backs nothing up
Keep the key or the passphrase away from this machine: without it nobody opens the backup.`;

const NAME = /^center-\d{8}T\d{6}Z\.backup$/;
const OPTIONS = {
  to: { type: "string" },
  "key-file": { type: "string" },
  keep: { type: "string" },
  "new-key": { type: "string" },
  help: { type: "boolean" },
} as const;

function placeFor(to: string): { file: string; folder: string | null } {
  const place = path.resolve(to);
  if (!statSync(place, { throwIfNoEntry: false })?.isDirectory()) return { file: place, folder: null };
  const stamp = systemClock
    .now()
    .toISOString()
    .replace(/[-:]|\.\d+/g, "");
  return { file: path.join(place, `center-${stamp}.backup`), folder: place };
}

/** Only what this program named, and never the newest. */
function forgetOlder(folder: string, keep: number): string[] {
  const backups = readdirSync(folder).filter((name) => NAME.test(name));
  const old = backups.sort().slice(0, Math.max(0, backups.length - keep));
  for (const name of old) rmSync(path.join(folder, name));
  return old;
}

async function backUp(to: string, keyFile: string | undefined, keep: number | null): Promise<void> {
  const { file, folder } = placeFor(to);
  if (statSync(file, { throwIfNoEntry: false })) throw new BackupError(`${file} exists already`);
  if (keep !== null && folder === null) throw new RangeError("--keep goes with a folder");
  const key = readBackupKey(keyFile, process.env.BACKUP_PASSPHRASE);
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  const databaseUrl = requireSetting("databaseUrl");
  const order = { databaseUrl, masterKey: process.env.MASTER_KEY ?? "", dataDir: requireSetting("dataDir"), key, file };
  const done = await writeBackup({ ...order, folder: path.resolve("drizzle"), centerVersion: version });
  await verifyBackup(file, key);
  const forgotten = keep !== null && folder !== null ? forgetOlder(folder, keep) : [];
  console.log(
    `${done.rows} rows of ${done.tables} tables and ${done.files} files as of ${done.snapshot_at}, ${done.bytes} bytes; read back and good.`,
  );
  console.log(JSON.stringify({ ...done, forgotten }));
}

nameProcess("backup");
try {
  const { values } = parseArgs({ args: process.argv.slice(2), options: OPTIONS });
  const keep = values.keep === undefined ? null : Number(values.keep);
  if (keep !== null && !(Number.isInteger(keep) && keep >= 1)) throw new RangeError("--keep is a whole number from 1 on");
  if (values.help) console.log(USAGE);
  else if (values["new-key"]) {
    writeFileSync(values["new-key"], `${randomBytes(32).toString("base64")}\n`, { flag: "wx", mode: 0o600 });
    console.log(`a new key is in ${path.resolve(values["new-key"])}`);
  } else if (values.to) await backUp(values.to, values["key-file"], keep);
  else throw new RangeError("--to is missing");
} catch (error) {
  const isUsage = error instanceof RangeError || (error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS") === true;
  console.error(`backup: ${(error as Error).message}${isUsage ? `\n\n${USAGE}` : ""}`);
  process.exitCode = isUsage ? 2 : 1;
}
