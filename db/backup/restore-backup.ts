import { createHash } from "node:crypto";
import type { BackupKey } from "./backup-key";
import { putBack } from "./kept-files";
import { loadDatabase, requireKnownMigrations, type Target } from "./load-database";
import { type BackupContent, openBackup, verifyBackup } from "./read-backup";

const MASTER_KEY_FILE = "secrets/master-key";

interface RestoreOrder {
  readonly file: string;
  readonly key: BackupKey;
  readonly dataDir: string;
}

/** What was put back, and how much was lost and how long it took. */
export interface RestoreDone {
  readonly snapshot_at: string;
  readonly center_version: string;
  readonly migration: string;
  readonly tables: number;
  readonly rows: number;
  readonly files_written: number;
  readonly files_kept: number;
  readonly audit_size: number;
  readonly audit_root: string | null;
  /** Age of what was restored: whatever happened in these milliseconds is lost. */
  readonly rpo_ms: number;
  readonly rto_ms: number;
}

/**
 * Puts the secrets of a backup into DATA_DIR, which is what the embedded database and every later step start from.
 *
 * @param folder  where this build's migrations lie: a backup of a later build is refused before anything is written
 * @returns the backup's content, verified
 * @throws BackupError for a damaged backup, and for a DATA_DIR that holds another Center's secrets
 */
export async function restoreSecrets({ file, key, dataDir }: RestoreOrder, folder: string): Promise<BackupContent> {
  const content = await verifyBackup(file, key);
  requireKnownMigrations(content.start, folder);
  for await (const { head, body } of openBackup(file, key)) {
    // Tables come last; nobody has to read over them.
    if (head.kind === "table") break;
    if (head.kind === "file" && head.path.startsWith("secrets/"))
      await putBack(dataDir, head.path, body, content.end.files[head.path] ?? "");
  }
  // Where the master key came from the environment, no file held it: whoever starts what was restored needs it just the same.
  if (!content.end.files[MASTER_KEY_FILE]) {
    const text = Buffer.from(`${content.masterKey}\n`, "utf8");
    await putBack(dataDir, MASTER_KEY_FILE, [text], createHash("sha256").update(text).digest("hex"));
  }
  return content;
}

/**
 * Puts a whole Center back: an empty database gets every row, DATA_DIR every file that it does not have.
 *
 * @param target   where to; its master key is the backup's
 * @param content  as restoreSecrets verified it
 * @param now      reads the clock
 * @throws BackupError, with the database as loadDatabase leaves it
 */
export async function restoreBackup(
  { file, key, dataDir }: RestoreOrder,
  target: Target,
  content: BackupContent,
  now: () => Date,
): Promise<RestoreDone> {
  const startedMs = performance.now();
  const { start, end } = content;
  const outcomes = { written: 0, kept: 0 };
  await loadDatabase(target, { start, end, parts: openBackup(file, key) }, async ({ head, body }) => {
    if (head.kind === "file") outcomes[await putBack(dataDir, head.path, body, end.files[head.path] ?? "")] += 1;
  });
  return {
    snapshot_at: start.snapshot_at,
    center_version: start.center_version,
    migration: start.migrations.at(-1)?.tag ?? "",
    tables: start.sections.length,
    rows: Object.values(end.tables).reduce((sum, { rows }) => sum + rows, 0),
    files_written: outcomes.written,
    files_kept: outcomes.kept,
    audit_size: start.audit.size,
    audit_root: start.audit.root,
    rpo_ms: now().getTime() - Date.parse(start.snapshot_at),
    rto_ms: Math.round(performance.now() - startedMs),
  };
}
