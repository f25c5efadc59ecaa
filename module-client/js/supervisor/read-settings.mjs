import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";

export const USAGE =
  "usage: node module-client/supervise.mjs --config FILE [--dir DIR] [--health URL] [--app-version X.Y.Z] -- COMMAND [ARGUMENT...]";

/**
 * What the supervisor is told on its command line, and the answer of POST /api/ops/modules in a file, to which `center_url` was added.
 * @param {readonly string[]} args
 * @returns {{ settings: import("./supervise.d.mts").Settings, command: readonly string[] }}
 * @throws {TypeError} naming what is missing
 */
export function readSettings(args) {
  const end = args.indexOf("--");
  const command = end === -1 ? [] : args.slice(end + 1);
  const text = { type: /** @type {const} */ ("string") };
  const { values } = parseArgs({
    args: end === -1 ? [...args] : args.slice(0, end),
    options: { config: text, dir: text, health: text, "app-version": text },
  });
  if (!values.config || command.length === 0) throw new TypeError(USAGE);
  const file = JSON.parse(readFileSync(values.config, "utf8"));
  for (const name of ["center_url", "id", "secret", "module_key"]) {
    if (typeof file[name] !== "string") throw new TypeError(`${values.config} lacks "${name}"`);
  }
  if (!Array.isArray(file.trust?.keys)) throw new TypeError(`${values.config} lacks "trust"`);
  const settings = {
    ...{ key: file.module_key, title: file.title ?? file.module_key, criticality: file.criticality ?? "standard" },
    ...{ centerUrl: file.center_url, moduleId: file.id, secret: file.secret, token: file.token, pinnedKeys: file.trust.keys },
    ...{ version: values["app-version"] ?? file.version ?? "0.0.0", healthUrl: values.health ?? file.health_url ?? null },
    dir: values.dir ?? resolve(dirname(values.config), `${file.module_key}-supervisor`),
    beatSeconds: file.beat_seconds,
  };
  return { settings, command };
}
