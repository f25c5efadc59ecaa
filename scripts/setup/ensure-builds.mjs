import fs from "node:fs";
import path from "node:path";
import { hashInputs } from "./hash-inputs.mjs";
import { forgetDone, isDone, rememberDone } from "./remember-done.mjs";
import { runWithProgress } from "./run-with-progress.mjs";

const BUILD_SCRIPT = path.join(import.meta.dirname, "..", "build.mjs");

const SHARED_INPUTS = ["lib", "db", "messages", "package-lock.json", "tsconfig.json"];
const CONFIG_NAMES = ["next.config", "postcss.config", "proxy", "instrumentation", "instrumentation-client"];
const WEB_INPUTS = [
  ...SHARED_INPUTS,
  ...["app", "components", "i18n", "public", "styles", "plugin-client"],
  ...CONFIG_NAMES.flatMap((name) => ["ts", "js", "mjs"].map((extension) => `${name}.${extension}`)),
];
const BUNDLE_INPUTS = [
  ...SHARED_INPUTS,
  "drizzle",
  "plugin-client",
  "module-client",
  "examples",
  "scripts/entry",
  "scripts/testing",
  "scripts/build.mjs",
];

/** @typedef {import("./ensure-dependencies.mjs").Surroundings} Surroundings */

/**
 * Builds the bundles (`.build/*.mjs`) and the web app (`.next`) where their inputs have changed since.
 *
 * @param {Surroundings} surroundings
 * @throws {Error} with the builder's words
 */
export async function ensureBuilds(surroundings) {
  await ensureBuild(surroundings, {
    name: "bundles",
    label: "building the worker and the tools",
    state: hashInputs(surroundings.root, BUNDLE_INPUTS),
    isPresent: () => entryNames(surroundings.root).every((name) => fs.existsSync(path.join(surroundings.root, ".build", `${name}.mjs`))),
    program: [BUILD_SCRIPT],
  });
  await ensureBuild(surroundings, {
    name: "web",
    label: "building the web app (next build)",
    state: hashInputs(surroundings.root, WEB_INPUTS, publicVariables(surroundings.env)),
    isPresent: () => fs.existsSync(path.join(surroundings.root, ".next", "BUILD_ID")),
    program: [path.join("node_modules", "next", "dist", "bin", "next"), "build"],
  });
}

/**
 * @param {Surroundings} surroundings
 * @param {{ name: string, label: string, state: string, isPresent: () => boolean, program: string[] }} build
 */
async function ensureBuild({ root, env, report }, { name, label, state, isPresent, program }) {
  const stamp = path.join(root, ".build", "stamps", name);
  if (isDone(stamp, state) && isPresent()) return;
  forgetDone(stamp);
  // Whatever our own mode is (tests, development), what is built is the product.
  const productEnv = { ...env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  await runWithProgress({ label, root, program: { node: program }, env: productEnv, report });
  rememberDone(stamp, state);
}

/** @param {string} root @returns {string[]} the names of the programs that are bundled */
function entryNames(root) {
  const directory = path.join(root, "scripts", "entry");
  const files = fs.existsSync(directory) ? fs.readdirSync(directory) : [];
  return files.filter((file) => /(?<!\.(test|d))\.ts$/.test(file)).map((file) => path.basename(file, ".ts"));
}

/** Next writes these into the pages. @param {Record<string, string | undefined>} env */
function publicVariables(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith("NEXT_PUBLIC_")));
}
