/** `npm run ops -- <order>`: kill switch, emergency rollback and their state from a shell, for the Center of DATABASE_URL or of the `npm start` on DATA_DIR. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { setUp } from "../setup/set-up.mjs";
import { joinCenter } from "../supervisor/join-center.mjs";
import { loseKeyAlone } from "./keys/lose-key-alone.mjs";

const root = path.resolve(import.meta.dirname, "..", "..");
try {
  // What is printed on the standard output is the answer alone.
  await setUp({ purpose: "check", root, env: process.env, print: (line) => console.error(line) });
  // No Center runs without its master key: this order alone starts the database for itself.
  if (process.argv[2] === "master-key-lost") process.exit(await loseKeyAlone(root, process.env, process.argv.slice(2)));
  Object.assign(process.env, joinCenter(root, process.env));
} catch (error) {
  console.error(`ops: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}
process.chdir(root);
process.setSourceMapsEnabled(true);
await import(pathToFileURL(path.join(root, ".build", "ops.mjs")).href);
