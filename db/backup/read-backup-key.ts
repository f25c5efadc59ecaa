import { readFileSync } from "node:fs";
import { BackupError } from "./backup-error";
import type { BackupKey } from "./backup-key";

/**
 * What the operator opens and seals backups with.
 *
 * @param file        a key file, which wins
 * @param passphrase  else the passphrase, from the environment
 * @throws BackupError when there is neither
 */
export function readBackupKey(file: string | undefined, passphrase: string | undefined): BackupKey {
  if (file !== undefined) return { kind: "file", text: readFileSync(file, "utf8").trim() };
  if (passphrase) return { kind: "passphrase", text: passphrase };
  throw new BackupError("a backup is sealed: set BACKUP_PASSPHRASE, or name a --key-file (npm run backup -- --new-key FILE makes one)");
}
