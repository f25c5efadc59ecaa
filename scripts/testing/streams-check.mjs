/**
 * `npm run streams:check [-- --seed S --seeds N --days D]`: quiet worlds of modules, and worlds with planted faults, through the detectors in
 * virtual time; needs no database. Last line: `{ false_a_week, planted, found, median_minutes, ... }`; exit 1 when a bound is broken.
 */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { setUp } from "../setup/set-up.mjs";

const root = path.resolve(import.meta.dirname, "..", "..");
try {
  await setUp({ purpose: "check", root, env: process.env, print: (line) => console.error(line) });
} catch (error) {
  console.error(`streams:check: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}
await import(pathToFileURL(path.join(root, ".build", "streams-check.mjs")).href);
