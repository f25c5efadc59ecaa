/** `npm run release:<init|publish|sign|rotate> -- ...`: a vendor's side of signed releases. It needs no database, only keys in files and Center's address. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { setUp } from "../setup/set-up.mjs";

const root = path.resolve(import.meta.dirname, "..", "..");
try {
  await setUp({ purpose: "check", root, env: process.env, print: (line) => console.error(line) });
} catch (error) {
  console.error(`release: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}
await import(pathToFileURL(path.join(root, ".build", "release.mjs")).href);
