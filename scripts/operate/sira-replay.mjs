/** `npm run sira:replay -- --incident ID | --all [--days N]`: decides again from what was stored. Exit 1 with the first difference when anything comes out otherwise. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { setUp } from "../setup/set-up.mjs";
import { joinCenter } from "../supervisor/join-center.mjs";

const root = path.resolve(import.meta.dirname, "..", "..");
try {
  await setUp({ purpose: "check", root, env: process.env, print: (line) => console.log(line) });
  Object.assign(process.env, joinCenter(root, process.env));
} catch (error) {
  console.error(`sira:replay: ${/** @type {Error} */ (error).message}`);
  process.exit(2);
}
process.chdir(root);
await import(pathToFileURL(path.join(root, ".build", "sira-replay.mjs")).href);
