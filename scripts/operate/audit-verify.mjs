/** `npm run audit:verify`: checks the whole audit log (of DATABASE_URL, or of the `npm start` on DATA_DIR). Exit 1, with the first bad index, when it was tampered with. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { setUp } from "../setup/set-up.mjs";
import { joinCenter } from "../supervisor/join-center.mjs";

const root = path.resolve(import.meta.dirname, "..", "..");
try {
  await setUp({ purpose: "check", root, env: process.env, print: (line) => console.log(line) });
  Object.assign(process.env, joinCenter(root, process.env));
} catch (error) {
  console.error(`audit:verify: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}
process.chdir(root);
await import(pathToFileURL(path.join(root, ".build", "audit-verify.mjs")).href);
