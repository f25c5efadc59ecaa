import path from "node:path";
import { build } from "esbuild";

/**
 * Bundles the bench's own programs, which speak to Center's modules; packages stay outside.
 *
 * @param {string} root the checkout
 * @param {readonly string[]} names of bench/programs/<name>.ts
 * @returns {Promise<string>} the folder they lie in
 */
export async function buildPrograms(root, names) {
  const outdir = path.join(root, ".build", "bench");
  await build({
    absWorkingDir: root,
    entryPoints: names.map((name) => path.join(root, "bench", "programs", `${name}.ts`)),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    tsconfig: path.join(root, "tsconfig.json"),
    logLevel: "warning",
  });
  return outdir;
}
