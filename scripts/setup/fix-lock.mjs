/**
 * Completes package-lock.json after a dependency change: `npm install && node scripts/setup/fix-lock.mjs && npm ci --dry-run`. Some registries do
 * not serve other platforms' packages; npm then leaves them out of the lock, and `npm ci` refuses it.
 */
import fs from "node:fs";
import { completeLock } from "./complete-lock.mjs";

const FILE = "package-lock.json";
const lock = JSON.parse(fs.readFileSync(FILE, "utf8"));
const { packages, added, unclear } = completeLock(lock.packages);
fs.writeFileSync(FILE, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
for (const name of unclear) console.log(`left out, its platform or version is not exact: ${name}`);
console.log(`${added.length} entries added to ${FILE}`);
