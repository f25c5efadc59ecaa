/** `npm run sira:score -- --data DIR --out DIR`: the production detector over every CSV below DIR; mirrored files with `anomaly_score` and `alarm`. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { setUp } from "../setup/set-up.mjs";

const root = path.resolve(import.meta.dirname, "..", "..");
try {
  await setUp({ purpose: "check", root, env: process.env, print: (line) => console.error(line) });
} catch (error) {
  console.error(`sira:score: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}
process.setSourceMapsEnabled(true);
await import(pathToFileURL(path.join(root, ".build", "sira-score.mjs")).href);
