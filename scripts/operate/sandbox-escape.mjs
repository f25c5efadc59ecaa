/** `npm run sandbox:escape`: tries every known way out of the staging sandbox on this machine. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { setUp } from "../setup/set-up.mjs";

const root = path.resolve(import.meta.dirname, "..", "..");
try {
  await setUp({ purpose: "check", root, env: process.env, print: (line) => console.error(line) });
} catch (error) {
  console.error(
    `sandbox:escape: ${/** `npm run sandbox:escape`: tries every known way out of the staging sandbox on this machine. */ error.message}`,
  );
  process.exit(1);
}
await import(pathToFileURL(path.join(root, ".build", "sandbox-escape.mjs")).href);
