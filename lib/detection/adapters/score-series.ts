import { advanceStream, isRaised, newStream } from "../detectors/stream";

export interface ScoredSeries {
  /** The mirrored file: `timestamp,value,anomaly_score,alarm`. */
  readonly text: string;
  readonly points: number;
  readonly nanoseconds: number;
  /** Rows whose timestamp could not be read: they are judged at the time of the row before. */
  readonly unreadable: number;
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

const readings = (value: string) => (value === "" ? Number.NaN : Number(value));

/**
 * Runs the production detector over one file, row by row, in the file's order and without looking ahead.
 *
 * The first line is a header; columns behind the second are never read. A row whose value is empty or no finite number keeps
 * its place with score 0 and no alarm, and leaves the detector untouched. Timestamps may repeat or go back: the order is the
 * file's, and of the time only the time of day is used.
 *
 * @param csv  a whole file; lines may end in CR LF, the last one in nothing
 */
export function scoreSeries(csv: string): ScoredSeries {
  const lines = csv.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  while (lines.length > 0 && lines.at(-1)?.trim() === "") lines.pop();
  const stream = newStream(true);
  const out = ["timestamp,value,anomaly_score,alarm"];
  let nanoseconds = 0n;
  let unreadable = 0;
  let seconds = 0;
  for (let index = 1; index < lines.length; index += 1) {
    const [timestamp, written] = firstCells(lines[index] as string);
    const read = secondsOf(timestamp);
    if (Number.isFinite(read)) seconds = read;
    else unreadable += 1;
    const value = readings(written);
    const began = process.hrtime.bigint();
    const score = advanceStream(stream, value, seconds);
    const alarm = Number.isFinite(value) && isRaised(stream) ? 1 : 0;
    nanoseconds += process.hrtime.bigint() - began;
    out.push(`${timestamp},${written},${score},${alarm}`);
  }
  return { text: `${out.join("\n")}\n`, points: out.length - 1, nanoseconds: Number(nanoseconds), unreadable };
}
