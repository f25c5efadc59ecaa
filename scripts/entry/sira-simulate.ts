import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { buildReport } from "@/lib/simulator/report/build-report";
import type { SeedResult } from "@/lib/simulator/report/seed-result";
import { runSeed } from "@/lib/simulator/run-seed";

interface Options {
  readonly seeds: readonly number[];
  readonly plugins: number;
  readonly days: number;
  readonly workers: number;
  readonly out: string | null;
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) throw new Error(`--${name} takes a whole number from ${least} to ${most}`);
  return value;
}

function readOptions(args: string[]): Options {
  const text = (standard: string) => ({ type: "string", default: standard }) as const;
  const { values } = parseArgs({
    args,
    options: { seed: text("1"), seeds: text("1"), plugins: text("60"), days: text("30"), workers: text("2"), out: { type: "string" } },
  });
  const first = wholeNumber("seed", values.seed, 0, 0x7fffffff);
  const count = wholeNumber("seeds", values.seeds, 1, 1_000);
  return {
    seeds: Array.from({ length: count }, (_, index) => first + index),
    plugins: wholeNumber("plugins", values.plugins, 1, 10_000),
    days: wholeNumber("days", values.days, 2, 400),
    workers: wholeNumber("workers", values.workers, 1, 64),
    out: values.out ?? null,
  };
}

/** One thread takes seeds from the shared list until none is left. */
function runThread(pending: number[], options: Options, onResult: (result: SeedResult) => void): Promise<void> {
  const { plugins, days } = options;
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { plugins, days } });
  return new Promise((settle, reject) => {
    const give = () => {
      const seed = pending.shift();
      if (seed !== undefined) return worker.postMessage(seed);
      worker.once("exit", () => settle());
      worker.postMessage(null);
    };
    worker.on("message", (result: SeedResult) => {
      onResult(result);
      give();
    });
    worker.once("error", reject);
    give();
  });
}

/** The report over what has been played so far; threads end in any order, and the report must not know of it. */
function reportOf(results: readonly SeedResult[], { plugins, days }: Options): string {
  const inOrder = results.toSorted((a, b) => a.seed - b.seed);
  return `${JSON.stringify(buildReport(inOrder, { plugins, days }), null, 2)}\n`;
}

async function runAll(options: Options): Promise<SeedResult[]> {
  const pending = [...options.seeds];
  const results: SeedResult[] = [];
  const started = performance.now();
  const onResult = (result: SeedResult) => {
    results.push(result);
    // An interrupted run leaves the report of what it has.
    if (options.out !== null) writeFileSync(options.out, reportOf(results, options));
    console.error(
      `seed ${result.seed} done, ${results.length} of ${options.seeds.length}, ${Math.round((performance.now() - started) / 1_000)} s`,
    );
  };
  await Promise.all(Array.from({ length: Math.min(options.workers, pending.length) }, () => runThread(pending, options, onResult)));
  return results;
}

/** The program: one JSON report on standard output, or in --out; progress on standard error. */
async function simulate(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const results = await runAll(options);
  if (options.out === null) process.stdout.write(reportOf(results, options));
}

if (isMainThread) {
  try {
    await simulate();
  } catch (error) {
    console.error(`sira:simulate: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
} else {
  const { plugins, days } = workerData as Pick<Options, "plugins" | "days">;
  parentPort?.on("message", (seed: number | null) => {
    if (seed === null) parentPort?.close();
    else parentPort?.postMessage(runSeed({ seed, plugins, days }));
  });
}
