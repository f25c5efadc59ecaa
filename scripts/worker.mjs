/** `npm run worker`: one more worker, on this machine or another, for the Center of DATABASE_URL (or of the `npm start` on DATA_DIR). */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { setUp } from "./setup/set-up.mjs";
import { joinCenter } from "./supervisor/join-center.mjs";

const root = path.resolve(import.meta.dirname, "..");
try {
  await setUp({ purpose: "check", root, env: process.env, print: (line) => console.log(line) });
  Object.assign(process.env, joinCenter(root, process.env));
} catch (error) {
  console.error(`worker: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}
process.chdir(root);
process.setSourceMapsEnabled(true);
// In this very process: signals and exit codes are the worker's own.
await import(pathToFileURL(path.join(root, ".build", "worker.mjs")).href);
