/** Bundles every program of `scripts/entry/*.ts` into `.build/<name>.mjs`; packages stay outside, in `node_modules`. */
import fs from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const root = process.cwd();
const entryDirectory = path.join(root, "scripts", "entry");
const outDirectory = path.join(root, ".build");

const entries = fs.existsSync(entryDirectory) ? fs.readdirSync(entryDirectory).filter((file) => /(?<!\.(test|d))\.ts$/.test(file)) : [];
const wanted = new Set(entries.flatMap((file) => [file.replace(/\.ts$/, ".mjs"), file.replace(/\.ts$/, ".mjs.map")]));

await build({
  absWorkingDir: root,
  entryPoints: entries.map((file) => path.join(entryDirectory, file)),
  outdir: outDirectory,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  sourcemap: true,
  // "@/..." comes from `paths` in tsconfig.json.
  tsconfig: path.join(root, "tsconfig.json"),
  logLevel: "warning",
});

// A program that was removed must not go on living in the build.
for (const file of fs.existsSync(outDirectory) ? fs.readdirSync(outDirectory) : []) {
  if (/\.mjs(\.map)?$/.test(file) && !wanted.has(file)) fs.rmSync(path.join(outDirectory, file));
}
