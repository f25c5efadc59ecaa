/** `npm run sira:simulate -- --seed N [--seeds K] [--plugins P] [--days D] [--workers W] [--out FILE]`: the fleet simulator, in virtual time; needs no database. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { setUp } from "../setup/set-up.mjs";

const root = path.resolve(import.meta.dirname, "..", "..");
try {
  await setUp({ purpose: "check", root, env: process.env, print: (line) => console.error(line) });
} catch (error) {
  console.error(`sira:simulate: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}
await import(pathToFileURL(path.join(root, ".build", "sira-simulate.mjs")).href);
