/** `npm run migrate`: brings the database of DATABASE_URL (or the embedded one of DATA_DIR) to this version's schema, and starts nothing. */
import path from "node:path";
import { setUp } from "./setup/set-up.mjs";
import { migrateAlone } from "./supervisor/migrate-alone.mjs";

const root = path.resolve(import.meta.dirname, "..");
try {
  await setUp({ purpose: "check", root, env: process.env, print: (line) => console.log(line) });
  await migrateAlone(root, process.env);
} catch (error) {
  console.error(`migrate: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}
