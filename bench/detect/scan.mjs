/**
 * `npm run bench:detect`: 100,000 plugins with five metrics each, scanned in one process. Every stream takes `--beats` points through the
 * always-on channel, held in memory; `--banks` plugins carry the novelty bank as well, which is taken from its bytes and put back for each
 * look, as the worker does with the database. Prints memory and seconds; the last line is JSON.
 */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { buildPrograms } from "../center/build-programs.mjs";

const root = path.resolve(import.meta.dirname, "..", "..");
const { values } = parseArgs({
  options: {
    plugins: { type: "string", default: "100000" },
    banks: { type: "string", default: "20000" },
    beats: { type: "string", default: "10" },
  },
});
const outdir = await buildPrograms(root, ["scan-streams"]);
const { scanStreams } = await import(pathToFileURL(path.join(outdir, "scan-streams.mjs")).href);
const result = scanStreams({ plugins: Number(values.plugins), banks: Number(values.banks), beats: Number(values.beats) });
console.log(
  `${result.streams} streams of ${result.plugins} plugins, ${result.beats} beats each: ${result.spike_seconds} s a scan for the always-on channel ` +
    `(${result.spike_microseconds_per_point} µs a point, ${result.spike_bytes_per_stream} B a stream, ${result.spike_megabytes} MB held); ` +
    `${result.bank_streams} streams with the bank: ${result.bank_seconds} s a scan (${result.bank_microseconds_per_point} µs a point, ` +
    `${result.bank_bytes_per_stream} B a stream, ${result.bank_megabytes} MB stored). Peak memory of the process: ${result.peak_megabytes} MB.`,
);
console.log(JSON.stringify(result));
