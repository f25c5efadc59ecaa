import { createHash, hkdfSync, randomBytes, scryptSync } from "node:crypto";
import { z } from "zod";
import { BackupError } from "./backup-error";

/** What opens a backup: words that somebody remembers, or what stands in a key file. Neither is kept in the backup or on this machine's database. */
export type BackupKey = { readonly kind: "passphrase"; readonly text: string } | { readonly kind: "file"; readonly text: string };

/** First line of a backup, in clear: how the key is drawn from what the operator holds. It is authenticated with every frame. */
const header = z.strictObject({
  format: z.literal(1),
  key: z.enum(["passphrase", "file"]),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  /** scrypt's N; bounded, because whoever wrote the file chose it. */
  cost: z.union([z.literal(0), z.literal(2 ** 15), z.literal(2 ** 17), z.literal(2 ** 18)]),
});
export type BackupHeader = z.output<typeof header>;

const MAGIC = "RELIABILITY-CENTER-BACKUP ";
/** No header is longer. */
export const HEADER_BYTES = 1_024;
/** OWASP's advice for scrypt: N = 2^17, r = 8, p = 1, 128 MiB. */
const COST = 2 ** 17;
const LEAST_CHARACTERS = { passphrase: 12, file: 32 } as const;

/** A header for a new backup; its salt makes the key another one each time, so that no nonce is ever used twice under one key. */
export function newHeader(key: BackupKey): BackupHeader {
  return { format: 1, key: key.kind, salt: randomBytes(16).toString("hex"), cost: key.kind === "passphrase" ? COST : 0 };
}

/** The header as it stands in the file, its line break included. */
export function writeHeader(value: BackupHeader): Buffer {
  return Buffer.from(`${MAGIC}${JSON.stringify(value)}\n`, "utf8");
}

/** @throws BackupError for a file that is no backup, or one of a later format */
export function readHeader(line: Buffer): BackupHeader {
  const text = line.toString("utf8");
  if (!text.startsWith(MAGIC)) throw new BackupError("this file is no backup of a Center");
  try {
    return header.parse(JSON.parse(text.slice(MAGIC.length)));
  } catch (error) {
    throw new BackupError("the first line of this backup is damaged, or a later Center wrote it", { cause: error });
  }
}

/**
 * The 32 bytes that seal one backup.
 *
 * @throws BackupError when the backup wants the other kind of key, or the key is too short to be one
 */
export function drawKey(key: BackupKey, { key: wanted, salt, cost }: BackupHeader): Buffer {
  const names = { passphrase: "a passphrase (BACKUP_PASSPHRASE)", file: "a key file (--key-file)" } as const;
  if (key.kind !== wanted) throw new BackupError(`this backup is opened by ${names[wanted]}, not by ${names[key.kind]}`);
  if (key.text.length < LEAST_CHARACTERS[wanted])
    throw new BackupError(`${names[wanted]} has at least ${LEAST_CHARACTERS[wanted]} characters`);
  const saltBytes = Buffer.from(salt, "hex");
  const stretched =
    cost === 0
      ? createHash("sha256").update(key.text, "utf8").digest()
      : scryptSync(key.text.normalize("NFKC"), saltBytes, 32, { N: cost, r: 8, p: 1, maxmem: 512 * 1024 * 1024 });
  return Buffer.from(hkdfSync("sha256", stretched, saltBytes, "reliability-center/backup", 32));
}
