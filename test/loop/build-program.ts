import { rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { afterAll } from "vitest";

export const ROOT = path.resolve(import.meta.dirname, "..", "..");
const built = new Map<string, Promise<string>>();
afterAll(async () => {
  for (const program of built.values()) rmSync(await program, { force: true });
});

/** Bundles `test/loop/<name>.ts` for processes of a test's own, once a file of tests. @returns where it lies */
export function buildProgram(name: string): Promise<string> {
  const known = built.get(name);
  if (known) return known;
  const outfile = path.join(ROOT, ".build", "test", `${name}-${process.pid}.mjs`);
  const program = build({
    absWorkingDir: ROOT,
    entryPoints: [path.join(ROOT, "test", "loop", `${name}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    tsconfig: path.join(ROOT, "tsconfig.json"),
    logLevel: "warning",
  }).then(() => outfile);
  built.set(name, program);
  return program;
}
