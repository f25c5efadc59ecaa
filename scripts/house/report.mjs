import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

/**
 * @typedef {{ path: string, line?: number, rule: string, message: string }} Violation
 */

/**
 * Runs a rule script when it was started from a shell (`node scripts/house/<rule>.mjs [--root folder]`): one line for each violation,
 * exit 1 when there is any. Does nothing when the script was imported.
 *
 * @param {string} moduleUrl the script's `import.meta.url`
 * @param {(root: string) => Violation[] | Promise<Violation[]>} check
 * @param {(root: string) => string} [remark] one more line, for figures that are reported and not enforced
 */
export async function runAsScript(moduleUrl, check, remark) {
  if (moduleUrl !== pathToFileURL(process.argv[1] ?? "").href) return;
  const { values } = parseArgs({ options: { root: { type: "string", default: "." } } });
  const root = resolve(values.root);
  const violations = await check(root);
  for (const violation of violations) console.log(describe(violation));
  if (remark) console.log(remark(root));
  process.exitCode = violations.length > 0 ? 1 : 0;
}

function describe({ path, line, rule, message }) {
  return `${path}${line ? `:${line}` : ""}  ${rule}  ${message}`;
}
