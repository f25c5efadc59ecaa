/** `npm run backup -- --to DIR`: one sealed file with all of the Center of DATABASE_URL, or of the `npm start` on DATA_DIR, while it works. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { setUp } from "../setup/set-up.mjs";
import { joinCenter } from "../supervisor/join-center.mjs";

const root = path.resolve(import.meta.dirname, "..", "..");
const isAboutNoCenter = process.argv.includes("--new-key") || process.argv.includes("--help");
try {
  await setUp({ purpose: "check", root, env: process.env, print: (line) => console.error(line) });
  if (!isAboutNoCenter) Object.assign(process.env, joinCenter(root, process.env));
} catch (error) {
  console.error(`backup: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}
process.chdir(root);
process.setSourceMapsEnabled(true);
await import(pathToFileURL(path.join(root, ".build", "backup.mjs")).href);
