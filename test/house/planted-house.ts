import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** The repository whose rules are on trial. */
export const HOUSE = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** Path → contents. */
export type Plan = Readonly<Record<string, string>>;

/** How a check ended: its exit code, everything it said, and its rows as `path  rule`, sorted. */
export interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly rows: readonly string[];
}

/**
 * Builds a house in a temporary folder, which goes when the test ends.
 *
 * @param configs files copied from the repository, so that the very rules in force are tried
 * @returns the folder, absolute
 */
export function plantHouse(plan: Plan, configs: readonly string[] = []): string {
  const root = mkdtempSync(join(tmpdir(), "planted-house-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const config of configs) copyFileSync(join(HOUSE, config), join(root, config));
  for (const [path, contents] of Object.entries(plan)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), contents);
  }
  return root;
}

/** Runs `scripts/house/<name>.mjs` over a house as `npm run verify` does. */
export function judge(name: string, root: string): Outcome {
  return run(process.execPath, [join(HOUSE, "scripts/house", `${name}.mjs`), "--root", root], root);
}

/** Runs some steps of `npm run verify` over a house. */
export function verify(root: string, ...steps: readonly string[]): Outcome {
  return run(process.execPath, [join(HOUSE, "scripts/house/verify.mjs"), "--root", root, "--only", steps.join(",")], root);
}

function run(file: string, parameters: readonly string[], cwd: string): Outcome {
  const { status, stdout, stderr } = spawnSync(file, parameters, { cwd, encoding: "utf8" });
  return { code: status, output: stdout + stderr, rows: rowsOf(stdout) };
}

function rowsOf(stdout: string): string[] {
  const rows = stdout.split("\n").map((line) => /^(\S+?)(:\d+)? {2}(\S+) {2}/.exec(line));
  return rows.flatMap((row) => (row ? [`${row[1]}  ${row[3]}`] : [])).sort();
}
