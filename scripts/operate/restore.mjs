/** `npm run restore -- --from FILE`: puts a backup into an empty database and a DATA_DIR of its own; `--verify` only reads it. */
import path from "node:path";
import { parseArgs } from "node:util";
import { setUp } from "../setup/set-up.mjs";
import { restoreCenter } from "./restore/restore-center.mjs";

const USAGE = `usage: npm run restore -- --from FILE [--key-file FILE] [--database URL] [--verify]
  --database   an empty database and its owner, instead of DATABASE_URL; without either, the embedded one of DATA_DIR
  --verify     reads the whole backup, compares every hash, and writes nothing`;
const OPTIONS = /** @type {const} */ ({
  from: { type: "string" },
  "key-file": { type: "string" },
  database: { type: "string" },
  verify: { type: "boolean" },
  help: { type: "boolean" },
});

const root = path.resolve(import.meta.dirname, "..", "..");
try {
  const { values } = parseArgs({ args: process.argv.slice(2), options: OPTIONS });
  if (values.help || !values.from) {
    console.log(USAGE);
    process.exit(values.help ? 0 : 2);
  }
  await setUp({ purpose: "check", root, env: process.env, print: (line) => console.error(line) });
  const env = values.database ? { ...process.env, DATABASE_URL: values.database } : process.env;
  await restoreCenter(root, env, { from: values.from, keyFile: values["key-file"] ?? null, isVerifying: values.verify ?? false });
} catch (error) {
  console.error(`restore: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}
