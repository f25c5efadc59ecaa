import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import type postgres from "postgres";
import type { Counted, Section } from "./archive";
import { columnList, quoted } from "./list-sections";

/** Rows come one by one; so many bytes of them travel together. */
const GATHERED_BYTES = 128 * 1024;
const LINE_BREAK = 10;

/**
 * Makes the text of every value the same in every database, whatever its settings are: what is written down is read back, and compared.
 * No statement of a backup is cut short by a time limit.
 */
export const PLAIN_TEXT_SETTINGS = `set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres';
  set local extra_float_digits = 1; set local bytea_output = 'hex'; set local statement_timeout = 0; set local lock_timeout = '10s';
  set local idle_in_transaction_session_timeout = 0; set local search_path = public, pg_catalog`;

async function* gathered(source: Readable): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < GATHERED_BYTES) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(waiting);
  // The driver may have paused its connection on the last rows, and asks nobody to go on once they are read (postgres 3.4.9, CopyData).
  source._read(0);
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(LINE_BREAK); at >= 0; at = bytes.indexOf(LINE_BREAK, at + 1)) lines += 1;
  return lines;
}

/** Passes bytes on and counts what went by: rows, and the SHA-256 over their text. */
export async function* tallied(source: AsyncIterable<Buffer>, done: (counted: Counted) => void): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  let rows = 0;
  for await (const chunk of source) {
    hash.update(chunk);
    // COPY writes a line break within a value as \n in two characters: every real one ends a row.
    rows += countLines(chunk);
    yield chunk;
  }
  done({ rows, sha256: hash.digest("hex") });
}

/** The rows of a table or partition as PostgreSQL's own text (COPY), in the order of the primary key. */
export async function* readTable(tx: postgres.TransactionSql, section: Section): AsyncGenerator<Buffer> {
  const rows = `select ${columnList(section)} from ${quoted(section.name)} order by ${section.order}`;
  yield* gathered(await tx.unsafe(`copy (${rows}) to stdout`).readable());
}

/** Rows and hash of a table as it stands. */
export async function countTable(tx: postgres.TransactionSql, section: Section): Promise<Counted> {
  let counted: Counted | null = null;
  for await (const _chunk of tallied(readTable(tx, section), (tally) => (counted = tally)));
  return counted as unknown as Counted;
}
