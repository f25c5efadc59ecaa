import { advanceStream, isRaised, newStream } from "./stream";

/** One row of a file, as it was written and as it was read. */
export interface SeriesRow {
  readonly timestamp: string;
  readonly written: string;
  /** Unix seconds; that of the row before where the timestamp cannot be read. */
  readonly seconds: number;
  /** NaN where the cell is empty or no number. */
  readonly value: number;
  readonly isReadable: boolean;
}

export interface ScoredRow {
  readonly score: number;
  readonly alarm: 0 | 1;
}

/** Cells of a line, as far as they are read; quotes around a cell are taken off. */
function firstCells(line: string): [string, string] {
  const [timestamp = "", value = ""] = line.split(",", 2);
  const bare = (cell: string) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, "$1")
      .trim();
  return [bare(timestamp), bare(value)];
}

/** ISO 8601 and `YYYY-MM-DD HH:MM:SS`, without a zone taken as UTC; a plain number is Unix seconds, or milliseconds from 1e11 on. */
function secondsOf(timestamp: string): number {
  if (/^-?\d+(\.\d+)?$/.test(timestamp)) {
    const number = Number(timestamp);
    return Math.abs(number) >= 1e11 ? number / 1_000 : number;
  }
  const written = timestamp.replace(" ", "T");
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(written);
  const text = hasZone || !written.includes("T") ? written : `${written}Z`;
  return Date.parse(text) / 1_000;
}

/**
 * The rows of one file. The first line is a header; columns behind the second are never read.
 *
 * @param csv  a whole file; lines may end in CR LF, the last one in nothing
 */
export function readSeries(csv: string): SeriesRow[] {
  const lines = csv.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  while (lines.length > 0 && lines.at(-1)?.trim() === "") lines.pop();
  let seconds = 0;
  return lines.slice(1).map((line) => {
    const [timestamp, written] = firstCells(line);
    const read = secondsOf(timestamp);
    const isReadable = Number.isFinite(read);
    if (isReadable) seconds = read;
    return { timestamp, written, seconds, value: written === "" ? Number.NaN : Number(written), isReadable };
  });
}

/**
 * Runs the production detector over one file, row by row, in the file's order and without looking ahead.
 *
 * A row without a finite value keeps its place with score 0 and no alarm, and leaves the detector untouched. Timestamps may
 * repeat or go back: of the time, only the time of day is used.
 */
export function scoreSeries(rows: readonly SeriesRow[]): ScoredRow[] {
  const stream = newStream(true);
  return rows.map(({ value, seconds }) => {
    const score = advanceStream(stream, value, seconds);
    return { score, alarm: Number.isFinite(value) && isRaised(stream) ? 1 : 0 };
  });
}

/** The mirrored file: `timestamp,value,anomaly_score,alarm`. */
export function writeSeries(rows: readonly SeriesRow[], scored: readonly ScoredRow[]): string {
  const lines = rows.map(({ timestamp, written }, index) => `${timestamp},${written},${scored[index]?.score},${scored[index]?.alarm}`);
  return `${["timestamp,value,anomaly_score,alarm", ...lines].join("\n")}\n`;
}
