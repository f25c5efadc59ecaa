import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { readSeries, scoreSeries, writeSeries } from "@/lib/detection/detectors/score-series";

/** Raised for what the caller can mend; everything else is a fault of ours and keeps its stack. */
class Complaint extends Error {}

function foldersFrom(args: readonly string[]): { data: string; out: string } {
  const { values } = parseArgs({ args: [...args], options: { data: { type: "string" }, out: { type: "string" } } });
  if (!values.data || !values.out) throw new Complaint("usage: npm run sira:score -- --data DIR --out DIR");
  const data = path.resolve(values.data);
  const out = path.resolve(values.out);
  if (!fs.statSync(data, { throwIfNoEntry: false })?.isDirectory()) throw new Complaint(`no folder ${data}`);
  if (out === data || out.startsWith(data + path.sep))
    throw new Complaint("--out must lie outside of --data, or results would be scored next time");
  return { data, out };
}

function seriesBelow(folder: string): string[] {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.toLowerCase().endsWith(".csv"));
  return files.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).sort();
}

function scoreAll(args: readonly string[]): void {
  const { data, out } = foldersFrom(args);
  const files = seriesBelow(data);
  if (files.length === 0) throw new Complaint(`no .csv file below ${data}`);
  let points = 0;
  let microseconds = 0;
  for (const file of files) {
    const rows = readSeries(fs.readFileSync(path.join(data, file), "utf8"));
    const unreadable = rows.filter(({ isReadable }) => !isReadable).length;
    if (unreadable > 0) console.error(`sira:score: ${file}: ${unreadable} timestamps could not be read`);
    const before = process.cpuUsage();
    const scored = scoreSeries(rows);
    // Processor time: what else runs on the machine says nothing about the detector.
    const { user, system } = process.cpuUsage(before);
    microseconds += user + system;
    points += rows.length;
    const target = path.join(out, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, writeSeries(rows, scored));
  }
  const microsecondsPerPoint = points === 0 ? 0 : Number((microseconds / points).toFixed(2));
  console.log(`${files.length} series, ${points} points, ${microsecondsPerPoint} µs of processor time a point (both channels).`);
  console.log(JSON.stringify({ files: files.length, points, microseconds_per_point: microsecondsPerPoint }));
}

try {
  scoreAll(process.argv.slice(2));
} catch (error) {
  const isTheirs = error instanceof Complaint || (error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS") === true;
  console.error(isTheirs ? `sira:score: ${(error as Error).message}` : error);
  process.exitCode = isTheirs ? 2 : 1;
}
