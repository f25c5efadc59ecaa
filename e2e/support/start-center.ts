import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { identitySettings } from "./root";

const READY_MS = 120_000;

/** Resolves with the address once `npm start` says that it is ready. */
function readyAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const timer = setTimeout(() => reject(new Error(`Center was not ready in time:\n${printed.slice(-4_000)}`)), READY_MS);
    const read = (chunk: Buffer) => {
      printed += chunk.toString("utf8");
      const match = /^ready (http:\/\/\S+)/m.exec(printed);
      if (match?.[1]) {
        clearTimeout(timer);
        resolve(match[1]);
      }
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => reject(new Error(`Center ended with ${code}:\n${printed.slice(-4_000)}`)));
  });
}

/** A Center of one's own: where it listens, where its data lies, and how it is stopped. */
export interface RunningCenter {
  readonly url: string;
  readonly dataDir: string;
  /** What it said so far. */
  printed(): string;
  stop(): Promise<void>;
}

/** Starts the product as `npm start` does, on a folder and a port of its own, with `settings` on top; it is stopped as an operator would. */
export async function launchCenter(settings: Readonly<Record<string, string>> = {}): Promise<RunningCenter> {
  const dataDir = mkdtempSync(path.join(tmpdir(), "center-e2e-"));
  const { DATABASE_URL: _database, TEST_SUPERUSER_URL: _cluster, ...inherited } = process.env;
  const env = { ...inherited, DATA_DIR: dataDir, PORT: "0", DEMO: "1", LOG_LEVEL: "warn", ...identitySettings(), ...settings };
  const child = spawn(process.execPath, ["scripts/start.mjs"], { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await readyAddress(child);
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { url, dataDir, printed: () => said, stop };
}

/** The one Center that most journeys share. */
export default async function startCenter(): Promise<() => Promise<void>> {
  const center = await launchCenter();
  process.env.CENTER_URL = center.url;
  process.env.CENTER_DATA_DIR = center.dataDir;
  return center.stop;
}
