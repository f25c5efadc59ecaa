import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";

/** Most that a page may load before it works: kB of gzipped script, 1 kB = 1,000 bytes. Pages with charts have room for them. */
export const MOST_KB = 215;
export const MOST_WITH_CHARTS_KB = 240;
const CHARTS = /^\/(fleet\/\[id\]|fleet\/\[id\]\/streams\/\[metric\]|slos\/\[id\]|sira)$/;

const MANIFEST = "page_client-reference-manifest.js";
/** Scripts that a page loads with its frame: its own, its layouts', and what stands in for it when it fails. */
const LOADED = /\/(layout|page|error|not-found|template)$/;

/** A page's address as people know it: folders in parentheses are none. */
function routeOf(manifest) {
  const segments = manifest
    .slice(0, -MANIFEST.length)
    .split(/[\\/]/)
    .filter((segment) => segment !== "" && !segment.startsWith("("));
  return `/${segments.join("/")}`;
}

/** What Next wrote of a page's scripts: a script that sets one name of its global object. */
function readEntries(path) {
  const scope = { globalThis: {} };
  runInNewContext(readFileSync(path, "utf8"), scope);
  const [manifest] = Object.values(scope.globalThis.__RSC_MANIFEST ?? {});
  return Object.entries(manifest?.entryJSFiles ?? {});
}

/**
 * What each page of a built tree loads before it works.
 *
 * @param {string} built  the folder that `next build` wrote
 * @returns {{ route: string, kb: number, mostKb: number }[]} the heaviest first
 */
export function firstLoads(built) {
  const { rootMainFiles } = JSON.parse(readFileSync(join(built, "build-manifest.json"), "utf8"));
  const sizes = new Map();
  const sizeOf = (file) => {
    if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(built, file))).length);
    return sizes.get(file);
  };
  const app = join(built, "server", "app");
  const manifests = readdirSync(app, { recursive: true }).filter((file) => file.endsWith(MANIFEST) && !/(^|[\\/])_/.test(file));
  const loads = manifests.map((file) => {
    const files = readEntries(join(app, file)).flatMap(([entry, scripts]) => (LOADED.test(entry) ? scripts : []));
    const bytes = [...new Set([...rootMainFiles, ...files])].reduce((sum, script) => sum + sizeOf(script), 0);
    const route = routeOf(file);
    return { route, kb: Math.round(bytes / 100) / 10, mostKb: CHARTS.test(route) ? MOST_WITH_CHARTS_KB : MOST_KB };
  });
  return loads.toSorted((one, other) => other.kb - one.kb);
}

/** `npm run ui:budget`: every page over its budget, and the heaviest. Exit 1 when one is over. */
function main() {
  const loads = firstLoads(process.argv[2] ?? ".next");
  const over = loads.filter(({ kb, mostKb }) => kb > mostKb);
  for (const { route, kb, mostKb } of over) console.log(`${route}: ${kb} kB, at most ${mostKb}`);
  const [worst] = loads;
  console.log(JSON.stringify({ routes: loads.length, over_budget: over.length, worst_route: worst?.route, worst_route_kb: worst?.kb }));
  process.exitCode = over.length > 0 || loads.length === 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
